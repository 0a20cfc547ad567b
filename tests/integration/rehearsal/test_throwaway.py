"""The throwaway database and folder are gone afterwards, also after a kill, and never another's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from bot.postgres import DatabaseUnavailable
from bot.rehearsal import throwaway

#: The bound is for the test alone: before it, it may wait for a whole rehearsal in another process.
pytestmark = pytest.mark.timeout(120, func_only=True)

_HOLDER = """
import sys, time
from pathlib import Path
from bot.rehearsal import throwaway
with throwaway.folder(Path(sys.argv[2])) as place, throwaway.database(sys.argv[1]) as url:
    (place / "ready").write_text(url)
    time.sleep(120)
"""


def rehearsals(server: str) -> set[str]:
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'rehearsal\\_goodword\\_%'")
        return {str(name) for (name,) in found.fetchall()}


def test_a_database_of_its_own_is_there_and_then_gone(postgres: str) -> None:
    before = rehearsals(postgres)
    with throwaway.database(postgres) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE posts (id int)")
        assert len(rehearsals(postgres) - before) == 1
    assert rehearsals(postgres) <= before


def test_it_is_gone_although_somebody_is_connected_and_something_went_wrong(postgres: str) -> None:
    before = rehearsals(postgres)
    left: list[psycopg.Connection[tuple[object, ...]]] = []

    def interrupted() -> None:
        with throwaway.database(postgres) as url:
            left.append(psycopg.connect(url))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert rehearsals(postgres) <= before
    with pytest.raises(psycopg.OperationalError):
        left[0].execute("SELECT 1")


def test_what_a_killed_rehearsal_left_is_cleared_away_and_a_running_one_is_left_alone(
    postgres: str, tmp_path: Path
) -> None:
    with _Holder(postgres, tmp_path) as (killed, theirs), _Holder(postgres, tmp_path) as (running, others):
        assert {theirs, others} <= rehearsals(postgres)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        folders = set(tmp_path.glob("run-*"))
        assert len(folders) == 2
        _until_disconnected(postgres, theirs)
        with throwaway.folder(tmp_path) as place, throwaway.database(postgres) as ours:
            assert theirs not in rehearsals(postgres)
            assert others in rehearsals(postgres)
            assert len(set(tmp_path.glob("run-*")) & folders) == 1
            assert ours != others
            assert place.is_dir()
        assert running.poll() is None
        assert others in rehearsals(postgres)
    assert not place.exists()


def test_a_server_that_does_not_answer_is_said_so(free_port) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DatabaseUnavailable) as caught, throwaway.database(f"postgresql://127.0.0.1:{free_port()}/x"):
        pass
    assert "does not answer" in str(caught.value)


def test_a_user_who_may_not_create_a_database_is_told_what_to_do(postgres: str) -> None:
    role = f"goodword_reader_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")  # type: ignore[arg-type]
        try:
            url = postgres.replace("postgres:@", f"{role}:@")
            with pytest.raises(DatabaseUnavailable) as caught, throwaway.database(url):
                pass
        finally:
            connection.execute(f"DROP ROLE {role}")  # type: ignore[arg-type]
    assert "CREATEDB" in caught.value.hint


class _Holder:
    """A process of its own that holds a database and a folder."""

    def __init__(self, server: str, place: Path) -> None:
        self._known = set(place.glob("run-*"))
        self._place = place
        self.process = subprocess.Popen([sys.executable, "-c", _HOLDER, server, str(place)])

    def __enter__(self) -> tuple[subprocess.Popen[bytes], str]:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process.poll() is None, "the holder ended"
            for found in set(self._place.glob("run-*/ready")):
                if found.parent not in self._known and (url := found.read_text()):
                    return self.process, url.partition("?")[0].rpartition("/")[2]
            time.sleep(0.05)
        raise AssertionError("the holder did not get ready")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def _until_disconnected(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for _ in range(200):
            if not connection.execute("SELECT FROM pg_stat_activity WHERE datname = %s", (name,)).fetchall():
                return
            time.sleep(0.05)
    raise AssertionError("the server still sees a killed process")
