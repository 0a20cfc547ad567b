"""Workers that are killed or paused: their tasks run elsewhere, and they come back under a new name."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot import queue as queue_module
from bot.postgres import sqlalchemy_url
from bot.queue import DEAD_AFTER, Queue
from tests.integration.journey.worker_process import Worked
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest_asyncio.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(sqlalchemy_url(database))
    yield made
    await made.dispose()


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    return tmp_path / "worked"


@pytest.fixture
def start(database: str, worked: Path) -> Iterator[Start]:
    """Starts worker processes; whatever is left of them ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(mode: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.integration.journey.worker_process", database, str(worked), mode]
        process = subprocess.Popen(command, cwd=ROOT)
        started.append(process)
        return process

    yield begin
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)
            process.kill()
        process.wait()


async def test_a_killed_workers_task_runs_elsewhere_within_a_minute(
    database: str, engine: AsyncEngine, worked: Path, start: Start
) -> None:
    here = Queue(database)
    here.bind(Worked(worked, hang=False))
    async with here.app.open_async():
        process = start("hang")
        await _defer(here, engine, 1)
        await _lines(worked, 1)
        process.kill()
        killed = time.monotonic()
        tasks = [asyncio.create_task(here.work()), asyncio.create_task(here.keep_rescuing())]
        await _lines(worked, 2, seconds=60)
        assert time.monotonic() - killed < 60
        # the conversation's lock is free again: the next task of it runs at once
        await _defer(here, engine, 2)
        await _lines(worked, 3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_stalled_task_that_waits_again_already_is_dropped_not_doubled(
    database: str, engine: AsyncEngine, worked: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Queue(database)
    here.bind(Worked(worked, hang=False))
    async with here.app.open_async():
        process = start("hang")
        await _defer(here, engine, 1)
        await _lines(worked, 1)
        await _defer(here, engine, 1)  # something new happened while the first was being worked on
        process.kill()
        process.wait()
        monkeypatch.setattr(queue_module, "DEAD_AFTER", 0.0)
        assert await here.rescue() == 1
        await here.app.run_worker_async(wait=False, install_signal_handlers=False)
        assert worked.read_text().split() == ["1", "1"]
        assert await here.rescue() == 0


async def test_a_paused_worker_comes_back_under_a_new_name(
    database: str, engine: AsyncEngine, worked: Path, start: Start
) -> None:
    here = Queue(database)
    async with here.app.open_async():
        process = start("work")
        await _defer(here, engine, 1)
        await _lines(worked, 1)
        before = _workers(database)
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(DEAD_AFTER + 2)
        await here.app.job_manager.prune_stalled_workers(DEAD_AFTER)  # as every worker does when it starts
        process.send_signal(signal.SIGCONT)
        await _defer(here, engine, 2)
        await _lines(worked, 2)
        await until(lambda: _workers(database) - before, "it works under a new name")


async def _defer(queue: Queue, engine: AsyncEngine, turn_id: int) -> None:
    async with engine.begin() as connection:
        await queue.advance(connection, turn_id, "memory:1")


async def _lines(path: Path, count: int, seconds: float = PATIENCE) -> None:
    """Wait until that many turns were worked on."""
    await until(lambda: path.exists() and len(path.read_text().split()) >= count, f"{count} turns", seconds)


def _workers(url: str) -> set[int]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM procrastinate_workers")}
