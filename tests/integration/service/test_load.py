"""A hundred posts: what a turn costs, how many connections are open, and what stays behind in the queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from bot.queue import WORK, Queue
from bot.review import Card, Decision, Reviewer, Verb
from bot.states import State
from tests.integration.journey.world import World
from tests.integration.service.house import at_work, doubles
from tests.waiting import until

POSTS = 100
ASK = "How do I hang a shelf on plasterboard?"


@pytest_asyncio.fixture
async def working(database: str, tmp_path: Path) -> AsyncIterator[World]:
    async with at_work(database, tmp_path) as world:
        yield world


@pytest.mark.timeout(300)
async def test_a_hundred_posts(working: World) -> None:
    most = 0

    async def look(state: State) -> bool:
        nonlocal most
        most = max(most, _one(working.url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))
        return _one(working.url, f"SELECT count(*) FROM turns WHERE state = '{state}'") == POSTS or None

    began = time.monotonic()
    for n in range(POSTS):
        working.channel.say(f"p{n}", f"{ASK} {n}")
    await until(lambda: look(State.ASKED), "all are asked", 120)
    asked = time.monotonic() - began
    assert doubles(card.turn_id for card in working.room.posted) == []
    assert len(working.room.posted) == POSTS

    began = time.monotonic()
    for card in working.room.posted:
        assert (await working.journey.decide(_approval(card))).accepted
    await until(lambda: look(State.LEARNED), "all are learned", 180)
    answered = time.monotonic() - began
    assert doubles(reply.parent for reply in working.channel.published) == []
    assert len(working.channel.published) == POSTS
    print(
        f"\n{POSTS} posts: {asked / POSTS * 1000:.0f} ms each until asked, {answered / POSTS * 1000:.0f} ms each from "
        f"approval to learned, {most} connections at most"
    )
    assert most < 40
    await until(lambda: _idle(working), "only follow-ups wait")
    assert _one(working.url, "SELECT count(*) FROM procrastinate_jobs") == POSTS  # one follow-up each, nothing else
    assert _one(working.url, "SELECT count(*) FROM procrastinate_jobs WHERE lock IS NOT NULL") == 0


async def test_a_slow_room_holds_up_neither_drafting_nor_publishing(working: World) -> None:
    """A room lets one message through in a second; with more cards waiting than tasks are done at once."""
    working.channel.say("first", ASK)
    await until(lambda: _count(working, "asked", 1), "the first is asked")
    working.room.free.clear()
    for n in range(12):
        working.channel.say(f"p{n}", f"{ASK} {n}")
    await until(lambda: _count(working, "proposed", 12), "all are drafted")
    assert (await working.journey.decide(_approval(working.room.posted[0]))).accepted
    await until(lambda: _count(working, "learned", 1), "the first is published")
    assert len(working.room.posted) == 1
    working.room.free.set()
    await until(lambda: _count(working, "asked", 12), "all are asked")
    assert doubles(card.turn_id for card in working.room.posted) == []


@pytest.mark.timeout(120)
async def test_what_waits_for_an_absent_part_waits_once(working: World) -> None:
    """Looking after standing turns must not begin a new row of tries each time."""
    working.assistant.down = True
    for n in range(20):
        working.channel.say(f"p{n}", f"{ASK} {n}")
    await until(lambda: _asked(working, 20), "all were tried")
    with psycopg.connect(working.url, autocommit=True) as connection:
        for _ in range(5):
            connection.execute("UPDATE turns SET updated_at = now() - interval '10 minutes'")
            assert await working.journey.resume() == 20
            await asyncio.sleep(1.5)
    assert _one(working.url, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'wake'") <= 20
    working.assistant.down = False
    await until(lambda: _count(working, "asked", 20), "all are asked")
    assert doubles(card.turn_id for card in working.room.posted) == []


async def test_a_job_that_runs_here_is_never_put_back_while_it_runs(
    working: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a pause (a closed lid) our own heartbeat is old, and our own jobs would look as if nobody did them."""
    working.assistant.pause = asyncio.Event()
    working.channel.say("ben", ASK)
    await until(lambda: _asked(working, 1), "it is being drafted")
    monkeypatch.setattr("bot.queue.DEAD_AFTER", 0.0)
    assert [await working.journey.queue.rescue() for _ in range(3)] == [0, 0, 0]
    working.assistant.pause.set()
    await until(lambda: _count(working, "asked", 1), "it is asked")
    assert len(working.assistant.asked) == 1


async def test_a_job_that_another_process_rescued_first_is_left_alone(database: str) -> None:
    """Two processes see the same dead worker's job; the slower one must not delete what the faster one put back."""
    faster, slower = Queue(database), Queue(database)  # neither works: the job stays where they put it
    async with faster.app.open_async(), slower.app.open_async():
        _doing(database, None)
        [job] = await slower.app.job_manager.list_jobs_async(status="doing")
        await faster.app.job_manager.retry_job(job)
        assert await slower._jobs._put_back(job) is False
        [left] = await slower.app.job_manager.list_jobs_async()
        assert (left.id, left.status) == (job.id, "todo")


async def test_a_job_whose_end_the_database_did_not_hear_of_is_done_again(
    monkeypatch: pytest.MonkeyPatch, database: str, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.queue.RESCUE_EVERY", 3600.0)  # nobody looks but this test
    async with at_work(database, tmp_path) as working:
        working.channel.say("ben", ASK)
        await until(lambda: _count(working, "asked", 1), "it is asked")
        await until(lambda: _idle(working), "its job has ended too, which is a moment later")
        queue = working.journey.queue
        _doing(database, queue._jobs._workers[WORK])
        working.channel.say("ben", "And on brick?", reply_to="1")
        await until(lambda: _count(working, "heard", 1), "the next post is heard")
        await asyncio.sleep(2)
        assert await _count(working, "heard", 1)  # its conversation stands still
        assert await queue.rescue() == 0  # it may be about to run
        assert await queue.rescue() == 1
        await until(lambda: _count(working, "asked", 1), "the conversation goes on")


async def test_half_characters_and_nul_stop_nobody(working: World) -> None:
    working.channel.say("eve\x00\ud800", "How\x00 do I \ud800hang a shelf?")
    working.channel.say("ben", ASK)
    await until(lambda: _count(working, "asked", 2), "both are asked")


def _doing(url: str, worker: int | None) -> None:
    """A job of the first conversation that this worker is said to be doing."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) "
            "VALUES ('default', 'advance', 'memory:1', %s, 'doing', %s)",
            ('{"turn_id": 1, "lock": "memory:1"}', worker),
        )


def _approval(card: Card) -> Decision:
    return Decision(card.turn_id, card.version, Verb.APPROVE, Reviewer("anna", "Anna"), f"d{card.turn_id}")


def _one(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


async def _count(world: World, state: str, count: int) -> bool | None:
    return _one(world.url, f"SELECT count(*) FROM turns WHERE state = '{state}'") == count or None


async def _asked(world: World, count: int) -> bool | None:
    return len({context.turn_id for context in world.assistant.asked}) >= count or None


async def _idle(world: World) -> bool | None:
    busy = "SELECT count(*) FROM procrastinate_jobs WHERE coalesce(scheduled_at, now()) <= now() + interval '1 hour'"
    return _one(world.url, busy) == 0 or None
