"""A place for one rehearsal: a database and a folder of its own, both gone afterwards, also after a kill."""

from __future__ import annotations

import contextlib
import fcntl
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import errors, sql

from bot.nlu import adoption
from bot.postgres import DatabaseUnavailable

_PREFIX = "rehearsal_goodword_"
#: Advisory lock: nobody looks for leftovers between the making of a database and the first connection to it.
_MAKING = 0x600D_0003


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """The address of a fresh, empty database in the server at this address; dropped at the end, whatever happens.

    Databases that killed rehearsals left are dropped first: nobody is connected to them.

    Raises:
        DatabaseUnavailable: the server does not answer, or this user may not create a database.
    """
    name = f"{_PREFIX}{secrets.token_hex(6)}"
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with _connected(server) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_MAKING,))
        try:
            _drop_leftovers(connection)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(_quoted(name)))
            # held to the end: by this a later rehearsal sees that the database is in use
            hold = psycopg.connect(url, autocommit=True)
        except errors.InsufficientPrivilege as error:
            raise DatabaseUnavailable(
                "a rehearsal needs a database of its own, and this PostgreSQL user may not create one",
                hint="give the user CREATEDB, or leave GOODWORD_DATABASE_URL out: then the embedded server is used",
            ) from error
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_MAKING,))
    try:
        yield url
    finally:
        hold.close()
        with _connected(server) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_quoted(name)))


@contextlib.contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A fresh folder in `parent`, removed at the end. What killed rehearsals left there is removed first, and the Rasa
    whose files lie in it is ended."""
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob("run-*"):
        with _alone(left / "lock") as free:
            if free:
                _remove(left)
    place = parent / f"run-{secrets.token_hex(4)}"
    place.mkdir()
    with _alone(place / "lock"):
        try:
            yield place
        finally:
            _remove(place)


def _remove(place: Path) -> None:
    if running := adoption.read(place / "rasa" / "server.json"):
        adoption.end(running)
    shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether nobody else holds this file; the system frees it when its holder dies."""
    try:
        handle = path.open("w")
    except OSError:  # its folder was removed meanwhile
        yield False
        return
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _drop_leftovers(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.execute(
        "SELECT d.datname FROM pg_database d LEFT JOIN pg_stat_activity a USING (datname) WHERE a.datname IS NULL"
    ).fetchall()
    for (name,) in found:
        if re.fullmatch(f"{_PREFIX}[0-9a-f]+", str(name)):
            # without FORCE: PostgreSQL refuses where somebody has just connected
            with contextlib.suppress(errors.ObjectInUse, errors.InvalidCatalogName, errors.InsufficientPrivilege):
                connection.execute(sql.SQL("DROP DATABASE {}").format(_quoted(str(name))))


def _connected(server: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(server, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL does not answer: {str(error).splitlines()[0]}",
            hint="is it running, and is GOODWORD_DATABASE_URL right?",
        ) from error


def _quoted(name: str) -> sql.Identifier:
    return sql.Identifier(name)
