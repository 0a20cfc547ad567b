"""The database: one of somebody else's that stays away for long, and an embedded one whose folder a kill has left."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.postgres import DatabaseUnavailable, Embedded
from bot.postgres_folder import runs
from tests.integration.service.house import ASK, at_work, doubles, home, postmaster
from tests.waiting import PATIENCE, until


@pytest.fixture
def place() -> Iterator[Path]:
    made = home("database")
    yield made
    left = Embedded(made, tell=lambda line: None)
    left.start()
    left.stop()


@pytest.fixture
def embedded(place: Path) -> Embedded:
    return Embedded(place, tell=lambda line: None)


@pytest.mark.timeout(180)
async def test_a_database_that_nobody_here_starts_again_is_waited_for(place: Path, embedded: Embedded) -> None:
    url = await asyncio.to_thread(embedded.start)
    async with at_work(url, place) as world:
        world.channel.say("ben", ASK)
        await until(lambda: _posted(world.room.posted, 1), "the first card", 30)
        os.kill(postmaster(place), signal.SIGKILL)
        for n in range(5):
            world.channel.say(f"p{n}", ASK)
        await asyncio.sleep(25)
        await asyncio.to_thread(Embedded(place, tell=lambda line: None).start)
        began = time.monotonic()
        await until(lambda: _posted(world.room.posted, 6), "all cards", 40)
        print(f"\naway for 25 s: all cards {time.monotonic() - began:.0f} s after it was back")
        await asyncio.sleep(2)
        assert doubles(card.turn_id for card in world.room.posted) == []
    embedded.stop()


def test_a_server_that_was_killed_is_started_again_with_what_it_had(place: Path, embedded: Embedded) -> None:
    with psycopg.connect(embedded.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
    os.kill(postmaster(place), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while not embedded.mend():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with psycopg.connect(embedded.url) as connection:
        assert connection.execute("SELECT * FROM kept").fetchall() == [(1,)]
    assert embedded.mend() is False
    embedded.stop()
    assert not runs(embedded.folder)


def test_the_last_of_several_stops_the_server_whoever_started_it_anew(place: Path, embedded: Embedded) -> None:
    embedded.start()
    os.kill(postmaster(place), signal.SIGKILL)
    time.sleep(0.3)
    other = Embedded(place, tell=lambda line: None)
    other.start()
    assert embedded.mend()
    other.stop()
    assert runs(embedded.folder)
    embedded.stop()
    assert not runs(embedded.folder)


def test_after_a_reboot_another_programs_number_is_no_server_and_is_not_stopped(
    place: Path, embedded: Embedded
) -> None:
    embedded.start()
    embedded.stop()
    noted = embedded.folder / "postmaster.pid"
    noted.write_text(f"{os.getpid()}\n{embedded.folder}\n1\n5432\n{embedded.folder}\n\n  1234  5678\nready   \n")
    embedded = Embedded(place, tell=lambda line: None)
    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert postmaster(place) != os.getpid()
    embedded.stop()


def test_a_folder_whose_making_was_killed_is_made_anew(place: Path, embedded: Embedded) -> None:
    (embedded.folder / "postmaster.opts").unlink()  # no server has ever run on it
    shutil.rmtree(embedded.folder / "base")
    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    embedded.stop()


def test_a_server_whose_data_is_gone_is_not_replaced_by_an_empty_one(place: Path, embedded: Embedded) -> None:
    embedded.start()
    os.kill(postmaster(place), signal.SIGKILL)
    time.sleep(0.5)
    shutil.rmtree(embedded.folder)
    with pytest.raises(DatabaseUnavailable, match="gone"):
        embedded.mend()
    assert not embedded.folder.exists()
    embedded.stop()


async def _posted(cards: list[object], count: int) -> bool | None:
    return len(cards) >= count or None
