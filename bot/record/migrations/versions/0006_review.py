"""What reviewing needs: order, claims, snoozes, hand-overs, undo, corrections, disputed entries, the team's rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=default)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def upgrade() -> None:
    """What reviewing needs."""
    _turns()
    _disputes_and_rules()
    op.add_column("decisions", sa.Column("more", JSONB(), nullable=False, server_default="{}"))
    op.create_index(
        "ix_replies_sentences",
        "replies",
        ["sentences"],
        postgresql_using="gin",
        postgresql_ops={"sentences": "jsonb_path_ops"},
    )
    op.create_index("ix_decisions_reviewer", "decisions", ["reviewer_id", sa.text("at DESC")])
    op.add_column("cards", sa.Column("told", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("cards", sa.Column("telling", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_cards_intent_at", "cards", ["intent_at"])
    op.add_column("publications", sa.Column("corrects", sa.BigInteger(), nullable=True))
    op.add_column("publications", _moment("withdrawn_at"))
    op.create_foreign_key(
        op.f("fk_publications_corrects_publications"), "publications", "publications", ["corrects"], ["id"]
    )
    # A new installation is quiet until somebody switches publishing on; one that publishes already goes on doing so.
    op.execute(
        """INSERT INTO switches (name, "on", who) SELECT 'publishing', true, 'Goodword'
        WHERE EXISTS (SELECT 1 FROM publications) ON CONFLICT DO NOTHING"""
    )


def _turns() -> None:
    for name in ("corrects", "shown_with"):
        op.add_column("turns", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_turns_{name}_turns"), "turns", "turns", [name], ["id"])
        op.create_index(f"ix_turns_{name}", "turns", [name])
    op.add_column("turns", _text("lane"))
    op.add_column("turns", sa.Column("points", JSONB(), nullable=False, server_default="{}"))
    op.add_column("turns", sa.Column("urgency", sa.Double(), nullable=False, server_default="0"))
    op.execute("UPDATE turns SET urgency = -extract(epoch FROM heard_at) / 1800")  # what waits already keeps its order
    op.add_column("turns", _text("kind"))
    op.add_column("turns", _text("language"))
    op.add_column("turns", sa.Column("digest", sa.Date(), nullable=True))
    op.create_index(op.f("ix_turns_digest"), "turns", ["digest"])
    op.create_table(
        "digests",
        sa.Column("day", sa.Date(), nullable=False),
        _moment("at", now=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_digests")),
    )
    op.add_column("turns", sa.Column("wish", JSONB(), nullable=True))
    for name in ("goes_out_at", "claimed_until", "snoozed_until"):
        op.add_column("turns", _moment(name))
    for name in ("claimed_by", "claimed_name"):
        op.add_column("turns", sa.Column(name, sa.Text(), nullable=True))
    for name in ("handed_to", "handed_name"):
        op.add_column("turns", _text(name))
    op.add_column("turns", sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    waits = sa.text("state IN ('asked', 'expired', 'handed_over', 'proposed', 'unclear', 'withheld')")
    op.create_index("ix_turns_waiting", "turns", [sa.text("urgency DESC"), "id"], postgresql_where=waits)
    op.create_index("ix_turns_state_urgency", "turns", ["state", sa.text("urgency DESC"), "id"])


def _disputes_and_rules() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _text("note"),
        sa.Column("who", sa.Text(), nullable=False),
        _moment("at", now=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled", sa.Text(), nullable=True),
        _moment("settled_at"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_disputes_turn_id_turns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_entry_id"), "disputes", ["entry_id"])
    op.create_table(
        "team_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        _text("what"),
        _moment("at", now=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_rules")),
    )
