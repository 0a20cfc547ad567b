"""The real parts that integration tests share: PostgreSQL with a fresh database for each test, and servers on loopback.

database    the address of an empty, migrated database of this test's own
serve       runs an ASGI app on loopback until the test ends; gives its address
free_port   a port on loopback that nobody uses now
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import uvicorn
from psycopg import sql

from bot.postgres import Embedded
from bot.record.migrations import upgrade

#: Kept between runs, so that only the first one pays for initdb. Not the demo's.
HOME = Path(__file__).resolve().parents[2] / ".goodword" / "test"

_numbers = itertools.count(1)


class Serve(Protocol):
    """Runs an ASGI app on loopback and returns its address, `http://127.0.0.1:PORT` without a final slash."""

    def __call__(self, app: Any, **options: Any) -> str: ...


def share_models(home: Path) -> None:
    """Rasa's models for the sample company, the same for every home: whoever needs one first trains it, unless the demo
    has. They are named for all that goes into them."""
    shared = HOME / "sample-models"
    shared.mkdir(parents=True, exist_ok=True)
    for model in (HOME.parent / "demo" / "models").glob("goodword-*.tar.gz"):
        with suppress(FileExistsError):
            (shared / model.name).hardlink_to(model)
    models = home / "models"
    if not models.is_symlink():
        shutil.rmtree(models, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        models.symlink_to(shared, target_is_directory=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of the tests' own PostgreSQL. Stopped at the end, unless another run of the tests still uses it."""
    HOME.mkdir(parents=True, exist_ok=True)
    embedded = Embedded(HOME, tell=lambda line: None)
    with _one_at_a_time():
        url = embedded.start()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            # A power cut may cost the tests their database; that a killed process loses nothing does not depend on it.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            _drop_what_killed_runs_left(connection)
        yield url
    finally:
        with _one_at_a_time():
            embedded.stop()


@pytest.fixture(scope="session")
def template(postgres: str) -> Iterator[str]:
    """The name of a migrated database that is only ever copied: migrations run once a session."""
    with _database(postgres, f"goodword_{os.getpid()}_{next(_numbers)}_template") as url:
        upgrade(url)
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def database(postgres: str, template: str) -> Iterator[str]:
    """The address of an empty, migrated database; dropped after the test, whoever is still connected."""
    with _database(postgres, f"goodword_{os.getpid()}_{next(_numbers)}", template) as url:
        yield url


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Gives a port on loopback that nobody uses now, for what cannot be handed an open socket."""

    def free() -> int:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            port: int = sock.getsockname()[1]
            return port

    return free


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Runs ASGI apps, each in a thread and an event loop of its own, until the test ends."""
    with ExitStack() as stack:
        yield lambda app, **options: stack.enter_context(_served(app, **options))


@contextmanager
def _served(app: Any, **options: Any) -> Iterator[str]:
    # The socket is opened here: no other process can take the port before the server does.
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started:
                assert thread.is_alive(), "the app did not start: its log says why"
                assert time.monotonic() < until, "the app did not start within 30 s"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=15)
            assert not thread.is_alive(), "the app did not stop within 15 s"


@contextmanager
def _database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(_drop(name))


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def _drop_what_killed_runs_left(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    rows = connection.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'goodword\_%'").fetchall()
    for (name,) in rows:
        if not Path(f"/proc/{name.split('_')[1]}").exists():
            connection.execute(_drop(name))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two runs of the tests in one checkout neither start the server twice nor stop it while the other starts."""
    with (HOME / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
