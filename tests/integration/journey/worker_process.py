"""A worker in a process of its own, for tests that kill or pause it: `python -m … URL PATH MODE`.

It appends a line to the file PATH for each turn it works on. MODE `hang` then never finishes; MODE `work` does.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.queue import Queue


class Worked:
    """What the tasks call."""

    def __init__(self, path: Path, hang: bool) -> None:
        self._path = path
        self._hang = hang

    async def advance(self, turn_id: int) -> None:
        with self._path.open("a") as file:
            file.write(f"{turn_id}\n")
        if self._hang:
            await asyncio.sleep(3600)

    async def show(self, turn_id: int) -> None:
        """Nothing to show."""

    async def tell_fault(self, turn_id: int, error: Exception) -> None:
        """Nobody to tell."""


async def main(url: str, path: str, mode: str) -> None:
    queue = Queue(url)
    queue.bind(Worked(Path(path), mode == "hang"))
    async with queue.app.open_async():
        await queue.work()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
