"""The tables of the library (SQLAlchemy Core, PostgreSQL). Whoever hands us connections creates them by `metadata`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()

#: Every change of an entry, also its retirement, takes the next number. Numbers are handed out only while holding
#: `VERSION_LOCK` until the end of the transaction, so they become visible in rising order: without the lock a lower
#: number could commit after a higher one, and a reader that had seen the higher one would miss it for ever.
version_sequence = Sequence("knowledge_version", metadata=metadata)

#: Key of the advisory transaction lock; any constant that nothing else uses.
VERSION_LOCK = 0x676F6F64776F7264 >> 2  # "goodword", brought into the range of bigint

entries = Table(
    "entries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("question", Text, nullable=False, server_default=""),
    Column("url", Text),
    Column("product", Text),
    Column("platform", Text),
    Column("features", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("language", Text, nullable=False, server_default=""),  # empty: not said
    Column("audience", Text),
    Column("status", Text, nullable=False, server_default="live"),
    Column("owner", Text),
    Column("created_at", DateTime(timezone=True)),
    Column("review_at", DateTime(timezone=True)),
    Column("cites", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("written_by", Text, nullable=False, server_default="human"),
    Column("drawn_from", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("source", Text, nullable=False, server_default=""),
    Column("meta", JSONB, nullable=False, server_default=text("'{}'")),
    # of the entry as it was imported, whatever became of it since; empty: any import counts as a change
    Column("content_hash", Text, nullable=False),
    Column("edited_by", Text),  # who changed it here since it was imported
    Column("version", BigInteger, version_sequence, nullable=False, server_default=version_sequence.next_value()),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("entries_version", "version"),
)

#: Every version of an entry: who made it, when, by doing what. `before` holds the values that the changed fields had,
#: so any earlier version can be put together again.
entry_versions = Table(
    "entry_versions",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),  # added, changed, edited, approved, disputed, found right, retired
    Column("before", JSONB, nullable=False, server_default=text("'{}'")),
)

passages = Table(
    "passages",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # passage, question or pair
    Column("path", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", Text, nullable=False),  # of path and text together: what was encoded
    Index("passages_text_hash", "text_hash"),
)

#: Vectors by the text they were made from, of each encoder that is or may soon be in use.
vectors = Table(
    "vectors",
    metadata,
    Column("encoder_id", Text, primary_key=True),
    Column("text_hash", Text, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little endian, unit length
)

#: Encoders that vectors are of. `ready_at` is set while every passage has one of them: at most one encoder is ready,
#: and that one is searched with. `name` is what it is loaded by; empty: the model that ships with Goodword.
encoders = Table(
    "encoders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("ready_at", DateTime(timezone=True)),
)

#: One row: which library this is, so that a snapshot of another one is not taken for it.
library_identity = Table("library_identity", metadata, Column("id", Text, primary_key=True))
