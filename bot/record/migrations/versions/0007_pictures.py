"""Where the pictures of a post are seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of posts heard before, only the descriptions are known."""
    op.add_column("posts", sa.Column("media_urls", ARRAY(sa.Text()), nullable=False, server_default="{}"))
