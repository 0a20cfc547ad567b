"""Several processes may share one home: each takes a seat there, where its Rasa lives and is found after a kill."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bot.nlu import adoption


@contextlib.contextmanager
def seat(home: Path) -> Iterator[Path]:
    """The first free seat: `home` itself, `home`/process-2 and so on. The system frees a seat when its holder dies."""
    for number in count(1):
        place = home if number == 1 else home / f"process-{number}"
        place.mkdir(parents=True, exist_ok=True)
        with (place / "seat.lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield place
            return


def clear_free_seats(home: Path) -> None:
    """End each Rasa that a killed process left on a seat that nobody has taken since."""
    for place in home.glob("process-*"):
        with (place / "seat.lock").open("a") as handle, contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            record = place / "rasa" / "server.json"
            if left := adoption.read(record):
                adoption.end(left)
                record.unlink(missing_ok=True)
