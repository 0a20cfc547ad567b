"""A reply keeps its sentences: each with the entries it rests on, or with the reviewer whose words it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A reply keeps its sentences."""
    op.add_column(
        "replies",
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    # Of replies that we drafted the proposal knows them; of those that reviewers typed nobody has kept them.
    op.execute(
        "UPDATE replies SET sentences = coalesce(proposals.body #> '{candidates,0,sentences}', '[]')"
        " FROM proposals WHERE proposals.turn_id = replies.turn_id AND proposals.version = replies.version"
        " AND replies.author_id = 'assistant'"
    )
