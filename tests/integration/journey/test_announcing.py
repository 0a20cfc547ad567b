"""A conversation that has become free is announced as procrastinate announces a new job: workers need not look."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest

from bot.queue import ROOMS, WORK

#: How a job ends: its row goes, or stays with another state.
ENDS = {
    "done": "DELETE FROM procrastinate_jobs WHERE status = 'doing'",
    "failed": "UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'doing'",
    "put back": "UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'",
}


@pytest.fixture
def queue(database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that hears what is announced to the workers."""
    with psycopg.connect(database, autocommit=True) as connection:
        for name in (WORK, ROOMS):
            connection.execute(f'LISTEN "procrastinate_queue_v1#{name}"')
        yield connection


def deferred(queue: psycopg.Connection[tuple[object, ...]], name: str, status: str, lock: str | None) -> int:
    """A job in a queue; returns its number."""
    row = queue.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status) "
        "VALUES (%s, 'advance', %s, '{}', %s) RETURNING id",
        (name, lock, status),
    ).fetchone()
    assert row is not None
    return int(str(row[0]))


def announced(queue: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, dict[str, object]]]:
    """To which queue, and what."""
    queue.execute("SELECT 1")  # what was announced comes with the answer, if not before
    return sorted((one.channel.partition("#")[2], json.loads(one.payload)) for one in queue.notifies(timeout=0))


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_a_job_is_announced_to_whoever_waits_for_its_lock(
    queue: psycopg.Connection[tuple[object, ...]], end: str
) -> None:
    first = deferred(queue, WORK, "doing", "memory:1")
    second = deferred(queue, ROOMS, "todo", "memory:1")
    deferred(queue, WORK, "todo", "memory:2")
    new = announced(queue)
    assert [name for name, _ in new] == [WORK, ROOMS]  # so does procrastinate announce new jobs
    queue.execute(ENDS[end])
    again = [(WORK, {"type": "job_inserted", "job_id": first})] if end == "put back" else []
    assert announced(queue) == [*again, next(one for one in new if one[1]["job_id"] == second)]


@pytest.mark.parametrize("lock", ["memory:1", None])
def test_where_nobody_waits_nothing_is_announced(
    queue: psycopg.Connection[tuple[object, ...]], lock: str | None
) -> None:
    deferred(queue, WORK, "doing", lock)
    deferred(queue, WORK, "todo", None)
    announced(queue)
    queue.execute(ENDS["done"])
    assert announced(queue) == []
