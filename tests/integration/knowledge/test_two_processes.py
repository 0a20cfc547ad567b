"""What one process changes, another finds."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge import store
from knowledge.entries import Entry, EntryKind, EntryStatus
from tests.integration.knowledge.conftest import WordEncoder

ROOT = Path(__file__).resolve().parents[3]
SHELF = Entry("shelf", EntryKind.USAGE, "Put up a shelf", "Drill holes, push plugs in, screw the shelf on.")
#: Seconds until a change must be found everywhere.
SOON = 2.0

Shown = Callable[[str], float]


@pytest.fixture
def other(server: str, engine: AsyncEngine) -> Iterator[Shown]:
    """Another process that searches; gives the seconds until it finds exactly these ids."""
    program = [sys.executable, "-m", "tests.integration.knowledge.searching_process", server, "how to fix a shelf?"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    reading = threading.Thread(target=lambda out: [lines.put(line.strip()) for line in out], args=(process.stdout,))
    reading.start()

    def shows(ids: str) -> float:
        begun = time.monotonic()
        while (line := lines.get(timeout=30)) != f"found {ids}".strip():
            assert time.monotonic() - begun < 30, line
        return time.monotonic() - begun

    yield shows
    process.kill()
    process.wait()
    reading.join()


async def test_a_change_is_found_in_another_process_within_two_seconds(
    engine: AsyncEngine, encoder: WordEncoder, other: Shown
) -> None:
    other("")  # it has begun, and finds nothing yet
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
    assert other("shelf") < SOON
    draft = replace(SHELF, id="draft", title="Fix a shelf", status=EntryStatus.DRAFT)
    async with engine.begin() as connection:
        await store.save(connection, [draft], encoder=encoder)
        await store.retire(connection, ["shelf"])
    assert other("") < SOON
    async with engine.begin() as connection:
        await store.approve(connection, ["draft"])
    assert other("draft") < SOON
    async with engine.begin() as connection:
        found = await store.stored(connection, "draft")
        assert found is not None
        oil = replace(found.entry, kind=EntryKind.REFERENCE)
        await store.edit(connection, oil, based_on=found.version, encoder=encoder, by="Ben")
    assert other("") < SOON
