"""A turn may follow another, to ask whether it worked; and what somebody asked before is found by who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A turn may follow another."""
    op.add_column("turns", sa.Column("follows", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_turns_follows_turns"), "turns", "turns", ["follows"], ["id"])
    op.create_unique_constraint(op.f("uq_turns_follows"), "turns", ["follows"])
    op.create_index("ix_engagements_author", "engagements", ["channel", "author_id"])
