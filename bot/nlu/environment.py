"""Rasa's own environment: Python 3.10 and 162 packages that cannot live beside ours.

Built once from `environment/requirements.lock`, which pins every package by hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot import package_index
from bot.nlu import python310
from knowledge.errors import GoodwordError

LOCK = Path(__file__).parent / "environment" / "requirements.lock"

#: Written last, holding the lock's hash: a build without it was interrupted.
STAMP = "goodword.stamp"

#: uv's words for a package on its way; it names only those over 1 MB.
_DOWNLOADING = re.compile(r"^Downloading (\S+) \(([\d.]+)([KMG]iB)\)")
_DOWNLOADED = re.compile(r"^\s*Downloaded (\S+)")
_MIB = {"KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}

#: MB over the wire with an empty cache; uv says what it fetches only as it goes.
_ABOUT_MIB = 470


class EnvironmentFailed(GoodwordError):
    """Rasa's environment could not be built; what uv said last is in the message."""

    code = "rasa_environment"


def ensure(home: Path, *, console: Console | None = None) -> Path:
    """The Python of Rasa's environment in `home`/rasa-env, which is built first where it is missing or out of date.

    Takes half a minute with a good connection, and milliseconds when all is there. Two calls at once are safe: the
    second waits for the first.

    Raises:
        NoPython310: there is no Python 3.10 and none could be fetched.
        EnvironmentFailed: a package could not be fetched or installed.
    """
    folder = home.absolute() / "rasa-env"
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if built(home):
        return python
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home / "rasa-env.lock"):
        if not _is_built(folder, wanted):
            _build(folder, wanted, console or Console(stderr=True))
    return python


def built(home: Path) -> bool:
    """Whether Rasa's environment in `home`/rasa-env is there and up to date. Builds nothing."""
    return _is_built(home.absolute() / "rasa-env", hashlib.sha256(LOCK.read_bytes()).hexdigest())


def _is_built(folder: Path, wanted: str) -> bool:
    stamp = folder / STAMP
    # A Python that was uninstalled leaves a dangling link behind.
    return stamp.is_file() and stamp.read_text() == wanted and (folder / "bin" / "python").exists()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system frees it when its holder dies."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(folder: Path, wanted: str, console: Console) -> None:
    packages = sum(1 for line in LOCK.read_text().splitlines() if "==" in line)
    python = python310.find()
    if folder.exists():
        shutil.rmtree(folder)  # of an older lock, or half built
    console.print(f"Preparing Rasa's own environment: {packages} packages, about {_ABOUT_MIB} MB to download")
    console.print("(less where they are cached) and 1.8 GB on disk. This happens once.")
    _make(folder, python)
    with _bar(console) as progress:
        _install(folder, progress, progress.add_task("looking up packages", total=_ABOUT_MIB))
    (folder / STAMP).write_text(wanted)


def _make(folder: Path, python: str) -> None:
    run = subprocess.run(
        [*_uv(), "venv", "--quiet", "--python", python, str(folder)], capture_output=True, text=True, check=False
    )
    if run.returncode:
        why = run.stderr.strip().splitlines()[-1:] or ["uv gave no reason"]
        raise python310.NoPython310(
            f"no Python 3.10 to build Rasa's environment with: {why[0].strip()}", hint=python310.how_to_get_one()
        )


def _install(folder: Path, progress: Progress, task: TaskID) -> None:
    # Without bytecode each start of Rasa takes a minute longer.
    command = [*_uv(), "pip", "install", "--no-deps", "--require-hashes", "--compile-bytecode"]
    command += ["--python", str(folder / "bin" / "python"), "-r", str(LOCK)]
    last: deque[str] = deque(maxlen=8)
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=package_index.settings(sys.executable),
    ) as process:
        assert process.stderr is not None
        sizes: dict[str, float] = {}
        for line in process.stderr:
            last.append(line.rstrip())
            _show(line, sizes, progress, task)
    if process.returncode:
        raise EnvironmentFailed(
            "Rasa's environment could not be built. uv said:\n  " + "\n  ".join(last),
            hint="mend what uv names (network, disk space) and run the same again: it goes on from what is cached; "
            "UV_DEFAULT_INDEX chooses another package index",
        )


def _show(line: str, sizes: dict[str, float], progress: Progress, task: TaskID) -> None:
    if found := _DOWNLOADING.match(line):
        sizes[found[1]] = float(found[2]) * _MIB[found[3]]
        progress.update(task, description=f"downloading {found[1]}")
    elif found := _DOWNLOADED.match(line):
        progress.update(task, description=f"downloaded {found[1]}", advance=sizes.pop(found[1], 0))
    elif line.startswith("Prepared"):
        progress.update(task, description="installing", total=None)
    elif line.startswith("Installed"):
        progress.update(task, description="compiling, so that Rasa starts faster")


def _bar(console: Console) -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True)


def _uv() -> list[str]:
    return [sys.executable, "-m", "uv"]
