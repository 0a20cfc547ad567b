"""What one process changes, another finds: with the next search that it begins, so there is no time to measure."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
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

Found = Callable[[], str]


@pytest.fixture
def found(server: str, engine: AsyncEngine) -> Iterator[Found]:
    """Another process searches, once each time: the ids that it finds."""
    program = [sys.executable, "-m", "tests.integration.knowledge.searching_process", server]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(program, cwd=ROOT, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]

        def search() -> str:
            process.stdin.write("how to fix a shelf?\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert line, "the other process has ended"
            return str(line).strip()

        yield search


async def test_a_change_is_found_by_the_next_search_of_another_process(
    engine: AsyncEngine, encoder: WordEncoder, found: Found
) -> None:
    assert await asyncio.to_thread(found) == ""
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
    assert await asyncio.to_thread(found) == "shelf"
    draft = replace(SHELF, id="draft", title="Fix a shelf", status=EntryStatus.DRAFT)
    async with engine.begin() as connection:
        await store.save(connection, [draft], encoder=encoder)
        await store.retire(connection, ["shelf"])
    assert await asyncio.to_thread(found) == ""
    async with engine.begin() as connection:
        await store.approve(connection, ["draft"])
    assert await asyncio.to_thread(found) == "draft"
    async with engine.begin() as connection:
        stored = await store.stored(connection, "draft")
        assert stored is not None
        oil = replace(stored.entry, kind=EntryKind.REFERENCE)
        await store.edit(connection, oil, based_on=stored.version, encoder=encoder, by="Ben")
    assert await asyncio.to_thread(found) == ""
