"""Unit tests touch nothing but memory and temporary files: no network, no database, no process. A guard sees to it.

Ours, because guards that patch only Python's sockets miss libpq, and those that forbid unix sockets break asyncio.
"""

from __future__ import annotations

import socket
import subprocess
from typing import Any, NoReturn

import psycopg
import pytest

#: Seconds; a unit test takes milliseconds, but the first import of torch on a busy machine does not.
UNIT_TIMEOUT = 30


class Forbidden(AssertionError):
    """A unit test reached for something real. It is no OSError: what retries on those must not hide it."""


@pytest.fixture(autouse=True)
def guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make whatever reaches out of this process raise, and say what to do about it."""

    def forbid(what: str) -> Any:
        def forbidden(*args: object, **kwargs: object) -> NoReturn:
            raise Forbidden(f"a unit test {what}: use a fake, or move the test to tests/integration")

        return forbidden

    # socketpair, on which every event loop rests, neither connects nor binds.
    for verb in ("connect", "connect_ex", "bind"):
        monkeypatch.setattr(socket.socket, verb, forbid(f"called {verb} on a socket"))
    monkeypatch.setattr(socket, "getaddrinfo", forbid("looked up a host name"))
    # Below `connect`, of which others may hold a reference: this one is looked up on every call.
    monkeypatch.setattr(psycopg.BaseConnection, "_connect_gen", forbid("connected to a database"))
    # Patched on the class, so that asyncio's and everybody's imported name is caught too.
    monkeypatch.setattr(subprocess.Popen, "__init__", forbid("started a process"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A unit test that hangs fails soon."""
    for item in items:
        if "/tests/unit/" in item.path.as_posix() and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(UNIT_TIMEOUT))
