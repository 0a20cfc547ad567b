"""`goodword demo` as a person starts it: a process of its own, stopped by Ctrl-C, and not a process left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.nlu import environment
from bot.postgres import folder
from tests.integration.conftest import HOME, share_models

#: The first run trains a model and encodes the sample, perhaps on a busy machine; later ones take seconds.
START_SECONDS = 600.0
STOP_SECONDS = 60.0
_ADDRESSES = {
    "square": r"Town square +(http://\S+)",
    "sandbox": r"Slack sandbox +(http://\S+?)/ ",
    "desk": r"Desk +(http://\S+)",
}


class DidNotStart(Exception):
    """The demo ended or said nothing for too long; what it printed last is in the message."""


@dataclass(frozen=True)
class Demo:
    """A running demo. Addresses have no final slash; `output` grows with what it prints."""

    process: subprocess.Popen[bytes]
    output: Path
    square: str
    sandbox: str
    desk: str

    def stop(self) -> int:
        """Press Ctrl-C and wait. Returns the exit status; raises TimeoutExpired where it does not end."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)


@contextlib.contextmanager
def started(output: Path) -> Iterator[Demo]:
    """A fresh demo with a home of the tests' own. Whatever happens in the block, none of its processes survives it."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs of the tests in one checkout take turns
        _share_what_is_slow_to_make()
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("GOODWORD_", "SLACK_"))}
        environ |= {"GOODWORD_HOME": str(HOME), "GOODWORD_PORT": "0", "COLUMNS": "200", "NO_COLOR": "1"}
        for name in ("GOODWORD_PYTHON310", "GOODWORD_DATA"):
            if name in os.environ:
                environ[name] = os.environ[name]
        with output.open("wb") as log:
            process = subprocess.Popen(
                [Path(sys.executable).parent / "goodword", "demo", "--fresh"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environ,
                start_new_session=True,  # a Ctrl-C meant for the tests reaches the demo through us
            )
        try:
            yield Demo(process, output, **_addresses(process, output))
        finally:
            _stop_anyhow(process)


def left_behind() -> list[psutil.Process]:
    """Every process that belongs to the tests' demo: those that it started, and those that they started."""
    home, data = str(HOME / "demo"), str(folder(HOME / "demo"))
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            said = [*process.cmdline(), process.cwd()]
            ours = process.environ().get("GOODWORD_HOME") == str(HOME) and process.pid != os.getpid()
            if ours or any(home in word or data in word for word in said):
                found.append(process)
    return found


def until(seconds: float, holds: Callable[[], object]) -> bool:
    """Whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _share_what_is_slow_to_make() -> None:
    """Rasa's environment is the checkout's own, and its models are those of every test on the sample company."""
    environment.ensure(HOME.parent)
    shared = HOME / "rasa-env"
    if not shared.exists():
        shared.unlink(missing_ok=True)
        shared.symlink_to(Path("..") / "rasa-env")
    share_models(HOME / "demo")


def _addresses(process: subprocess.Popen[bytes], output: Path) -> dict[str, str]:
    def printed() -> dict[str, str]:
        text = output.read_text(errors="replace")
        found = {name: re.search(pattern, text) for name, pattern in _ADDRESSES.items()}
        return {name: match[1] for name, match in found.items() if match}

    until(START_SECONDS, lambda: len(printed()) == len(_ADDRESSES) or process.poll() is not None)
    found = printed()
    if len(found) < len(_ADDRESSES):
        said = output.read_text(errors="replace")[-2000:]
        raise DidNotStart(f"the demo is not ready (exit status {process.poll()}). It printed:\n{said}")
    return found


def _stop_anyhow(process: subprocess.Popen[bytes]) -> None:
    """After a failure too: Ctrl-C first; what does not end by it is killed."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    for left in left_behind():
        with contextlib.suppress(psutil.Error):
            left.kill()
    process.wait(10)
