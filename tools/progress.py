"""A progress bar of one line, drawn with the standard library only: it runs before any package is installed."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

_EVERY = 0.25
_BAR = 24


class Bar:
    """Shows what is going on, how much of it is done and for how long, while the `with` block runs.

    `counted` gives what is done and what there is in all. On a terminal the line moves; elsewhere only `note` prints.
    """

    def __init__(self, counted: Callable[[], tuple[int, int]]) -> None:
        self.what = ""
        self.seconds = 0.0
        self._counted = counted
        self._begun = time.monotonic()
        self._moving = sys.stdout.isatty()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> Bar:
        if self._moving:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.monotonic() - self._begun
        self._done.set()
        if self._moving:
            self._thread.join()
            print("\r\x1b[2K", end="", flush=True)

    def note(self, what: str) -> None:
        """Say what is going on now; without a terminal as a line of its own, so keep it to what takes a while."""
        self.what = what
        if not self._moving:
            print(f"  {what}", flush=True)

    def _draw(self) -> None:
        while not self._done.wait(_EVERY):
            print(f"\r\x1b[2K{self.line()}", end="", flush=True)

    def line(self) -> str:
        """The bar as it stands, at most 79 characters."""
        done, total = self._counted()
        filled = min(_BAR, _BAR * done // max(total, 1))
        minutes, seconds = divmod(int(time.monotonic() - self._begun), 60)
        bar = "━" * filled + "·" * (_BAR - filled)
        return f"  {bar} {done} of {total}  {minutes}:{seconds:02}  {self.what}"[:79]
