"""Entries keep their versions, name an audience, and have vectors of more than one encoder.

Vectors move to a table of their own, by the text they were made from, so that those of a new encoder can be made while
those of the old one are searched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Entries keep their versions, name an audience, and have vectors of more than one encoder."""
    op.add_column("entries", sa.Column("audience", sa.Text(), nullable=True))
    op.add_column("entries", sa.Column("edited_by", sa.Text(), nullable=True))
    op.alter_column("entries", "language", server_default="")
    op.create_table(
        "entry_versions",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", "version"),
    )
    op.create_table(
        "vectors",
        sa.Column("encoder_id", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("encoder_id", "text_hash"),
    )
    op.create_table(
        "encoders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table("library_identity", sa.Column("id", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("id"))
    op.execute(
        "INSERT INTO entry_versions (entry_id, version, at, by, what)"
        " SELECT id, version, updated_at, source, 'added' FROM entries"
    )
    op.execute(
        "INSERT INTO vectors (encoder_id, text_hash, vector)"
        " SELECT DISTINCT ON (encoder_id, text_hash) encoder_id, text_hash, vector FROM passages"
    )
    # The one that most vectors are of. Its name was not kept: where it is not the one that ships with Goodword, vectors
    # are made anew.
    op.execute(
        "INSERT INTO encoders (id, name, ready_at)"
        " SELECT encoder_id, '', now() FROM vectors GROUP BY encoder_id ORDER BY count(*) DESC LIMIT 1"
    )
    op.create_index("passages_text_hash", "passages", ["text_hash"])
    op.drop_column("passages", "vector")
    op.drop_column("passages", "encoder_id")
