"""The record: what was heard, proposed, decided and published. PostgreSQL, one MetaData for all of it.

Only `posts` holds text as people wrote it; every other table holds masked text or our own.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


#: One person's need in one thread.
engagements = Table(
    "engagements",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("attained", Text, nullable=False, server_default="open"),
    Column("understanding", JSONB),
    _now("created_at"),
    UniqueConstraint("channel", "thread", "author_id"),
)
Index("ix_engagements_author", engagements.c.channel, engagements.c.author_id)

#: What one proposal answers. `version` rises with each new post and each new reply; a decision names it.
turns = Table(
    "turns",
    metadata,
    _id(),
    Column("engagement_id", BigInteger, ForeignKey("engagements.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("follow_up_at", DateTime(timezone=True)),
    # the turn after which it asks whether that worked; once only
    Column("follows", BigInteger, ForeignKey("turns.id"), unique=True),
    # the turn whose published reply this one corrects, and the turn on whose card this one is shown
    Column("corrects", BigInteger, ForeignKey("turns.id")),
    Column("shown_with", BigInteger, ForeignKey("turns.id")),
    # `urgency` orders the queue: points that do not change, less those that everybody gains by waiting; so the order of
    # two turns never changes, and an index gives the first ones. `kind` and `language` are those of the newest proposal
    # and post: Home filters by them
    Column("lane", Text, nullable=False, server_default=""),
    Column("points", JSONB, nullable=False, server_default="{}"),
    Column("urgency", Double, nullable=False, server_default="0"),
    Column("kind", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    # the day whose digest told that no reply was proposed
    Column("digest", Date, index=True),
    Column("wish", JSONB),
    Column("goes_out_at", DateTime(timezone=True)),
    Column("claimed_by", Text),
    Column("claimed_name", Text),
    Column("claimed_until", DateTime(timezone=True)),
    Column("snoozed_until", DateTime(timezone=True)),
    Column("handed_to", Text, nullable=False, server_default=""),
    Column("handed_name", Text, nullable=False, server_default=""),
    Column("reminded", Integer, nullable=False, server_default="0"),
    _now("heard_at"),
    _now("updated_at"),
)
Index("ix_turns_state_heard", turns.c.state, turns.c.heard_at)
Index("ix_turns_state_urgency", turns.c.state, turns.c.urgency.desc(), turns.c.id)
#: Home's first page, however many have been answered: the states are those of `bot.cards.overview.WAITING`.
_WAITS = "state IN ('asked', 'expired', 'handed_over', 'proposed', 'unclear', 'withheld')"
Index("ix_turns_waiting", turns.c.urgency.desc(), turns.c.id, postgresql_where=text(_WAITS))
Index("ix_turns_shown_with", turns.c.shown_with)
Index("ix_turns_corrects", turns.c.corrects)

#: The one table with the text as written. Erasing a post empties `text`, `media_alts` and `media_urls` (where each of
#: its pictures is seen, in the same order) here and nowhere else.
posts = Table(
    "posts",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("parent", Text),
    Column("author_id", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("media_alts", ARRAY(Text), nullable=False, server_default="{}"),
    Column("media_urls", ARRAY(Text), nullable=False, server_default="{}"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("url", Text),
    Column("visibility", Text, nullable=False),
    Column("language", Text, nullable=False, server_default="en"),
    Column("by_us", Boolean, nullable=False, server_default="false"),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), index=True),
    _now("heard_at"),
    UniqueConstraint("channel", "native_id"),
)
Index("ix_posts_thread", posts.c.channel, posts.c.thread)

proposals = Table(
    "proposals",
    metadata,
    _id(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    _now("created_at"),
    UniqueConstraint("turn_id", "version"),
)

#: A reply as it would be sent; `author_id` is `assistant` or the reviewer who typed it.
replies = Table(
    "replies",
    metadata,
    _id(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("reply", JSONB, nullable=False),
    Column("hash", Text, nullable=False),
    Column("checks", JSONB, nullable=False, server_default="[]"),
    Column("sentences", JSONB, nullable=False, server_default="[]"),
    _now("created_at"),
    UniqueConstraint("turn_id", "version"),
)

Index(
    "ix_replies_sentences", replies.c.sentences, postgresql_using="gin", postgresql_ops={"sentences": "jsonb_path_ops"}
)

decisions = Table(
    "decisions",
    metadata,
    _id(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("reply_hash", Text),
    Column("verb", Text, nullable=False),
    Column("reviewer_id", Text, nullable=False),
    Column("reviewer_name", Text, nullable=False),
    Column("reason", Text),
    Column("note", Text, nullable=False, server_default=""),
    # what else was said, by name: `source`, `to`, `to_name`, `until`, `wish`, `candidate`
    Column("more", JSONB, nullable=False, server_default="{}"),
    Column("delivery_id", Text, nullable=False),
    _now("at"),
    UniqueConstraint("turn_id", "delivery_id"),
)
Index("ix_decisions_reviewer", decisions.c.reviewer_id, decisions.c.at.desc())

#: At most one a turn, and never without the decision it rests on: the constraints say so too.
publications = Table(
    "publications",
    metadata,
    _id(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False, unique=True),
    Column("decision_id", BigInteger, ForeignKey("decisions.id"), nullable=False),
    Column("reply_id", BigInteger, ForeignKey("replies.id"), nullable=False),
    Column("hash", Text, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    _now("created_at"),
    Column("finished_at", DateTime(timezone=True)),
    # the publication that this one corrects in public, and when this one was deleted on the channel
    Column("corrects", BigInteger, ForeignKey("publications.id")),
    Column("withdrawn_at", DateTime(timezone=True)),
)

publication_parts = Table(
    "publication_parts",
    metadata,
    Column("publication_id", BigInteger, ForeignKey("publications.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("intent_at", DateTime(timezone=True), nullable=False),
    Column("native_id", Text),
    Column("permalink", Text),
    Column("at", DateTime(timezone=True)),
)

#: Where a turn's card stands. `intent_at` is written before the card is posted, so a crash between is noticed.
cards = Table(
    "cards",
    metadata,
    Column("turn_id", BigInteger, ForeignKey("turns.id"), primary_key=True),
    Column("room", Text, primary_key=True),
    _now("intent_at"),
    Column("channel", Text),
    Column("message", Text),
    # the last step of the turn's history that stands in the thread below the card
    Column("told", BigInteger, nullable=False, server_default="0"),
    # the last one that is about to stand there: more than `told` only while it is sent, or after a crash
    Column("telling", BigInteger, nullable=False, server_default="0"),
    Index("ix_cards_intent_at", "intent_at"),
)

#: Calls to the team's language model, written down before they can be made. Its budget is counted here.
calls = Table(
    "calls",
    metadata,
    _id(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)

steps = Table(
    "steps",
    metadata,
    _id(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False, index=True),
    _now("at"),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("cursor", Text),
    Column("not_public", Integer, nullable=False, server_default="0"),
    Column("not_public_links", ARRAY(Text), nullable=False, server_default="{}"),
    _now("updated_at"),
)

#: Entries that a reviewer found wrong or outdated: not drafted from until their owner or a lead has looked.
disputes = Table(
    "disputes",
    metadata,
    _id(),
    Column("entry_id", Text, nullable=False, index=True),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("who", Text, nullable=False),
    _now("at"),
    Column("settled_by", Text),
    Column("settled", Text),
    Column("settled_at", DateTime(timezone=True)),
)

#: The team's rules as they stood from a moment on, by whom; the newest row holds.
team_rules = Table(
    "team_rules",
    metadata,
    _id(),
    Column("body", JSONB, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False, server_default=""),
    _now("at"),
)

#: The daily digests. The row is written with what it tells of, before its message is posted.
digests = Table(
    "digests",
    metadata,
    Column("day", Date, primary_key=True),
    _now("at"),
    Column("channel", Text),
    Column("message", Text),
)

#: Switches of the whole installation; `publishing` off: paused.
switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("who", Text, nullable=False),
    _now("at"),
)
