"""The database as the migrations make it is the one that the library's tables describe."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from bot.postgres import sqlalchemy_url
from bot.record.migrations import upgrade
from knowledge.tables import metadata


def test_the_migrations_make_the_tables(database: str) -> None:
    engine = create_engine(sqlalchemy_url(database))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    engine.dispose()
    # Tables of the record and of the queue are known elsewhere.
    assert [one for one in differences if _about(one) in metadata.tables] == []


def _about(difference: Any) -> str:
    """The table that a difference is about."""
    if isinstance(difference, list):  # changes of a column
        return str(difference[0][2])
    what, *rest = difference
    return str(rest[1]) if what.endswith("_column") else str(getattr(rest[0], "table", rest[0]).name)


def test_what_an_older_goodword_kept_is_taken_over(database: str) -> None:
    vector = np.full(3, 0.5, dtype="<f4").tobytes()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        upgrade(database, "0001")
        for key in ("a", "b"):
            connection.execute(
                "INSERT INTO entries (id, kind, title, text, content_hash, source)"
                " VALUES (%s, 'usage', 't', 'x', 'h', 's')",
                (key,),
            )
            connection.execute(
                "INSERT INTO passages VALUES (%s, 0, 'passage', 't', 'x', %s, 'mini@1', 'same')", (key, vector)
            )
        upgrade(database)
        kept = connection.execute("SELECT encoder_id, text_hash, vector FROM vectors").fetchall()
        assert kept == [("mini@1", "same", vector)]
        assert connection.execute("SELECT id, ready_at IS NOT NULL FROM encoders").fetchall() == [("mini@1", True)]
        told = connection.execute("SELECT entry_id, what, by FROM entry_versions ORDER BY 1").fetchall()
        assert told == [("a", "added", "s"), ("b", "added", "s")]
