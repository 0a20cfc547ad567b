"""Parts that go away while the service runs: it says so, keeps what it has, and goes on when they return."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time

import httpx
import psycopg
import pytest

from bot.nlu import adoption
from bot.postgres import Embedded
from bot.states import State
from tests.integration.service.conftest import Whole
from tests.integration.service.house import ASK, parts, postmaster
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]
DONE = (State.LEARNED, State.CLOSED)


async def test_it_is_ready_and_the_whole_way_works(whole: Whole) -> None:
    told = await parts(whole.service.url)
    assert set(told) == {"database", "rasa", "slack", "slack socket", "memory", "replies", "worker"}
    assert set(told.values()) == {"ok"}
    asked = whole.say("ben", ASK)
    async with whole.reviewing():
        turn = await whole.reaches(asked, *DONE)
    assert len(whole.cards(turn.id)) == 1
    [reply] = whole.channel.published
    assert reply.parent == asked


async def test_rasa_is_killed_while_posts_come_in(whole: Whole) -> None:
    rasa = _rasa(whole)
    before = whole.say("ada", ASK)
    os.kill(rasa, signal.SIGKILL)
    killed = time.monotonic()
    later = whole.say("cem", f"{ASK} It is a heavy one.")
    trouble = await until(lambda: _trouble(whole, "rasa"), "/readyz tells of Rasa", 10)
    assert "Rasa" in trouble
    async with whole.reviewing():
        turns = [await whole.reaches(post, *DONE, seconds=120) for post in (before, later)]
    print(f"\nRasa killed: answered again after {time.monotonic() - killed:.0f} s")
    assert _rasa(whole) != rasa
    assert [len(whole.cards(turn.id)) for turn in turns] == [1, 1]
    assert _published(whole, before, later) == [1, 1]


async def test_slack_goes_away_and_comes_back(whole: Whole) -> None:
    asked = whole.say("dora", ASK)
    turn = await whole.reaches(asked, State.ASKED)
    await asyncio.to_thread(whole.sandbox.stop)
    stopped = time.monotonic()
    meanwhile = whole.say("emil", f"{ASK} On the ceiling this time.")
    assert "Slack" in await until(lambda: _trouble(whole, "slack"), "/readyz tells of Slack", 20)
    await whole.reaches(meanwhile, State.PROPOSED)
    await asyncio.sleep(8)
    whole.restart_sandbox(forget=False)
    async with whole.reviewing():
        turns = [await whole.reaches(post, *DONE, seconds=90) for post in (asked, meanwhile)]
    print(f"\nSlack away for 8 s and more: all decided {time.monotonic() - stopped:.0f} s after it went")
    assert [len(whole.cards(turn.id)) for turn in turns] == [1, 1]
    assert _published(whole, asked, meanwhile) == [1, 1]
    await until(lambda: _all_well(whole), "/readyz is green", 30)
    assert turn.id == turns[0].id


async def _stands_again(whole: Whole, turn_id: int) -> bool:
    return bool(whole.cards(turn_id))


async def test_slack_loses_the_cards(whole: Whole) -> None:
    asked = whole.say("finn", ASK)
    turn = await whole.reaches(asked, State.ASKED)
    await asyncio.to_thread(whole.sandbox.stop)
    whole.restart_sandbox(forget=True)
    await until(lambda: _all_well(whole), "/readyz is green", 40)
    # whoever looks after the room has them posted anew
    await until(lambda: _stands_again(whole, turn.id), "the card stands there again", 40)
    async with whole.reviewing():
        await whole.reaches(asked, *DONE)
    assert len(whole.cards(turn.id)) == 1
    assert _published(whole, asked) == [1]


async def test_the_channel_goes_away_before_a_reply_and_before_a_post(whole: Whole) -> None:
    asked = whole.say("gina", ASK)
    await whole.reaches(asked, State.ASKED)
    whole.channel.faults.down = True
    unheard = whole.say("hans", f"{ASK} Behind tiles.")
    assert "memory" in await until(lambda: _trouble(whole, "memory"), "/readyz tells of the channel", 10)
    async with whole.reviewing():
        turn = await whole.reaches(asked, State.APPROVED)
        await asyncio.sleep(3)
        whole.channel.faults.down = False
        turns = [await whole.reaches(post, *DONE) for post in (asked, unheard)]
    assert turns[0].id == turn.id
    assert [len(whole.cards(turn.id)) for turn in turns] == [1, 1]
    assert _published(whole, asked, unheard) == [1, 1]


@pytest.mark.parametrize("how", ["killed", "stopped", "crashed"])
async def test_postgresql_goes_away_and_is_started_again(
    whole: Whole, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of, mend = threading.Event(), Embedded.mend
    monkeypatch.setattr(Embedded, "mend", lambda embedded: told_of.wait(PATIENCE) and mend(embedded))
    asked = whole.say("ida", f"{ASK} {how}")
    await whole.reaches(asked, State.ASKED)
    waiting = whole.say("jan", f"{ASK} {how} as well")
    began = time.monotonic()
    if how == "crashed":  # one backend dies, and the server throws everybody out to recover
        with psycopg.connect(_address(whole)) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
        told_of.set()
    else:
        os.kill(postmaster(whole.place), signal.SIGKILL if how == "killed" else signal.SIGINT)
        told = await until(lambda: _trouble(whole, "database"), "/readyz tells of the database", 10)
        assert "PostgreSQL" in told
        told_of.set()
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
            assert (await http.get(f"{whole.service.url}/healthz")).status_code == 200
            assert (await http.get(f"{whole.service.url}/desk")).status_code in (200, 503)
    during = whole.say("kim", f"{ASK} {how} too")
    await until(lambda: _all_well(whole), "/readyz is green", 60)
    well = time.monotonic() - began
    async with whole.reviewing():
        turns = [await whole.reaches(post, *DONE, seconds=90) for post in (asked, waiting, during)]
    print(f"\nPostgreSQL {how}: ready after {well:.0f} s, all answered after {time.monotonic() - began:.0f} s")
    assert [len(whole.cards(turn.id)) for turn in turns] == [1, 1, 1]
    assert _published(whole, asked, waiting, during) == [1, 1, 1]


async def _trouble(whole: Whole, part: str) -> str | None:
    told = (await parts(whole.service.url))[part]
    return None if told == "ok" else told


async def _all_well(whole: Whole) -> bool | None:
    return set((await parts(whole.service.url)).values()) == {"ok"} or None


def _published(whole: Whole, *posts: str) -> list[int]:
    return [sum(reply.parent == post for reply in whole.channel.published) for post in posts]


def _rasa(whole: Whole) -> int:
    record = adoption.read(whole.place / "rasa" / "server.json")
    assert record is not None
    return record.pid


def _address(whole: Whole) -> str:
    return whole.service.core.url
