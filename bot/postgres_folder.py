"""The embedded server's folder after a kill or a power cut: what is left there, and what of it is in the way."""

from __future__ import annotations

import contextlib
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import psutil

_GRACE = 5.0


def runs(folder: Path) -> bool:
    """Whether a server runs on this folder now, ready or not."""
    pid = _noted(folder)
    return pid is not None and str(folder) in _command(pid)


def address(folder: Path) -> str | None:
    """The address of the server that runs on this folder now; None where none does."""
    if not runs(folder):
        return None
    try:
        socket_folder = (folder / "postmaster.pid").read_text().splitlines()[4]  # PostgreSQL's documentation, 19.6
    except (OSError, IndexError):
        return None
    return f"postgresql://postgres:@/postgres?host={socket_folder}"


def clear(folder: Path, lock: AbstractContextManager[object]) -> None:
    """Remove what a killed start left and what would keep the next one from succeeding. `lock` guards every start."""
    with lock:
        _forget_another_program(folder)
        _remove_half_made(folder)


def _forget_another_program(folder: Path) -> None:
    """After a reboot the number in `postmaster.pid` may be another program's: PostgreSQL would not start, and stopping
    it would end that program."""
    pid = _noted(folder)
    command = _command(pid) if pid is not None else []
    if command and str(folder) not in command:
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _noted(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _command(pid: int) -> list[str]:
    """A process's command line (`postgres -D FOLDER …`); empty where it has ended."""
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []


def _remove_half_made(folder: Path) -> None:
    """A folder whose making was killed has never seen a server: it holds nothing, and no server would start on it."""
    if not (folder / "PG_VERSION").exists() or (folder / "postmaster.opts").exists():
        return
    makers = [process for process in psutil.process_iter(["cmdline"]) if str(folder) in (process.info["cmdline"] or [])]
    for process in makers:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    psutil.wait_procs(makers, timeout=_GRACE)
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
