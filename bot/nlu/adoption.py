"""The record of a running Rasa, by which the next Goodword finds the one that a killed Goodword left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

#: Seconds that Rasa gets to end by itself.
_GRACE = 10.0


@dataclass(frozen=True)
class Running:
    """A Rasa process and what it was started with. `created` (seconds since 1970) tells it from a later one whose
    process id is the same by chance; it leads its own process group."""

    pid: int
    created: float
    port: int
    model: str
    code: str
    action_url: str
    embedding_path: str

    def is_alive(self) -> bool:
        """Whether that very process runs."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 0.1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def read(record: Path) -> Running | None:
    """What the record says, or None where there is none that can be read (an older Goodword wrote it otherwise)."""
    try:
        return Running(**json.loads(record.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write(record: Path, running: Running) -> None:
    """Keep it; a reader sees the old record or the new one whole."""
    draft = record.with_suffix(".new")
    draft.write_text(json.dumps(asdict(running)))
    draft.replace(record)


def end(running: Running) -> None:
    """End the process and its children: asked first, made to after ten seconds. No other process is touched."""
    if not running.is_alive():
        return
    family = [psutil.Process(running.pid)]
    with contextlib.suppress(psutil.NoSuchProcess):
        family += family[0].children(recursive=True)
    _signal_group(running.pid, signal.SIGTERM)
    _signal_group(running.pid, signal.SIGCONT)  # one that was stopped hears of it only then
    _, left = psutil.wait_procs(family, timeout=_GRACE)
    if left:
        _signal_group(running.pid, signal.SIGKILL)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=_GRACE)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
