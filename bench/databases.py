"""New databases for benches, as a new installation has them."""

from __future__ import annotations

import psycopg

from bot.record.migrations import upgrade


def new(server: str, name: str) -> str:
    """Make a database of this name, which must be plain, on a server known by its `postgres` database; its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = server.replace("/postgres?", f"/{name}?")
    upgrade(url)
    return url
