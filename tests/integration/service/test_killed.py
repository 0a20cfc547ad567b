"""`goodword run` is killed at awkward moments: the next start goes on, each post is answered once, nothing is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from rich.console import Console

from bot import core
from bot.nlu import adoption, environment
from bot.postgres import folder
from bot.rasa_keeper import model_for
from bot.settings import Settings
from knowledge.encoder import default_model_path
from tests.integration.service.house import (
    ASK,
    ENVIRONMENTS,
    home,
    leaks,
    learn,
    parts,
    postmaster,
    processes,
    stop_what_is_left,
)
from tests.integration.service.outside import Outside, left, outside
from tests.waiting import SERVICE_PATIENCE, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[Outside]:
    place = home("killed")
    python = await asyncio.to_thread(environment.ensure, ENVIRONMENTS)
    (place / "rasa-env").symlink_to(ENVIRONMENTS.resolve() / "rasa-env")
    async with core.opened(Settings.model_validate({"home": place}), lambda line: None, {}) as opened:
        await learn(opened)
        # Beside other tests a first training takes longer than the two minutes that a start is given here.
        await model_for(opened.engine, place, python, default_model_path(), Console(quiet=True))
    async with outside(place) as made:
        yield made
        made.end()
        stop_what_is_left(place)


@pytest.fixture(autouse=True)
def nothing_left(world: Outside) -> Iterator[None]:
    """What one test leaves where it fails is not in the way of the next."""
    yield
    world.end()
    stop_what_is_left(world.place, apart_from={world.network_pid})


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """The same for all tests: a Rasa that was left is only adopted where the actions answer at the same address."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture(scope="module")
def port(ports: tuple[int, int]) -> int:
    return ports[0]


async def test_killed_again_and_again_each_post_is_answered_once(world: Outside, port: int) -> None:
    process = world.start(port)
    await world.runs(process)
    waits = await world.post(0, ASK)
    turn = await world.state(waits, "asked")

    # 1. Goodword alone is killed while a card waits: the next start adopts what runs.
    rasa, server = _rasa(world), postmaster(world.place)
    _kill(process)
    meanwhile = await world.post(1, f"{ASK} For books. Write to eve@example.org")
    began = time.monotonic()
    process = world.start(port)
    await world.runs(process)
    print(f"\nGoodword killed: runs again after {time.monotonic() - began:.0f} s")
    assert (_rasa(world), postmaster(world.place)) == (rasa, server)
    async with world.reviewing():
        turns = [await world.state(post, "learned", "closed") for post in (waits, meanwhile)]
    assert turns[0] == turn
    assert [world.cards(turn) for turn in turns] == [1, 1]
    assert [await world.replies(post) for post in (waits, meanwhile)] == [1, 1]

    # 2. Killed after the network took the reply and before that was written down.
    worst = await world.post(2, f"{ASK} At the worst moment.")
    world.line.hold.set()
    async with world.reviewing():
        assert await asyncio.to_thread(world.line.held.wait, SERVICE_PATIENCE)
    _kill(process)
    assert await world.replies(worst) == 1
    turn = await world.state(worst, "publishing")
    world.line.hold.clear()
    process = world.start(port)
    await world.runs(process)
    began = time.monotonic()
    await world.state(worst, "learned")
    print(f"killed while publishing: known to be out {time.monotonic() - began:.0f} s after it runs again")
    assert (world.cards(turn), await world.replies(worst)) == (1, 1)
    assert world.rows("SELECT attempt FROM publications WHERE turn_id = %s", turn) == [(2,)]

    # 3. Everything is killed at once, and when it starts again neither Slack nor the channel is there.
    last = await world.post(3, f"{ASK} All at once.")
    await world.state(last, "heard", "proposed", "asked")
    victims = [one for one in processes(world.place) if one.pid != world.network_pid]
    assert {process.pid, _rasa(world), postmaster(world.place)} <= {one.pid for one in victims}
    for victim in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    process.wait()
    await asyncio.to_thread(world.sandbox.stop)
    world.line.cut.set()
    began = time.monotonic()
    process = world.start(port)
    address = await world.runs(process)
    print(f"all killed: runs again after {time.monotonic() - began:.0f} s")
    away = {"slack", "slack socket", "mastodon"}
    await until(lambda: _troubled(address, away), f"/readyz tells of {away}", 20)
    world.restart_sandbox()
    world.line.cut.clear()
    async with world.reviewing():
        turn = await world.state(last, "learned", "closed")
    assert (world.cards(turn), await world.replies(last)) == (1, 1)

    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: the whole group is told
    await _ended(world, process)

    # Whatever went wrong above, what is secret and what people wrote stands in no log.
    slack = world.sandbox.workspace.settings
    tokens = [slack.bot_token, slack.app_token, world.network.brand_token]
    tokens += [(world.place / name).read_text().strip() for name in ("actions.secret", "rasa/token")]
    assert leaks(world.place, [*tokens, "plasterboard", "For books", "worst moment", "All at once", "eve@"]) == []


async def test_killed_and_stopped_while_starting(world: Outside, port: int) -> None:
    process = world.start(port)
    await until(lambda: _there(folder(world.place) / "postmaster.pid"), "PostgreSQL starts")
    _kill(process)
    process = world.start(port)
    first = await until(lambda: _started(world), "Rasa starts")
    os.killpg(first, signal.SIGSTOP)  # it would answer by the time that the next Goodword looks, and be taken over
    _kill(process)
    process = world.start(port)
    await until(lambda: _started(world, apart_from=first), "another Rasa starts")
    assert not psutil.pid_exists(first)
    process.send_signal(signal.SIGINT)
    await asyncio.sleep(0.3)
    process.send_signal(signal.SIGINT)  # an impatient second time
    await _ended(world, process)


async def test_two_at_once_share_the_work(world: Outside, ports: tuple[int, int]) -> None:
    both = [world.start(ports[0]), world.start(ports[1], "--role", "worker")]
    for process in both:
        await world.runs(process)
    posts = [await world.post(n % 5, f"{ASK} Number {n}.") for n in range(12)]
    async with world.reviewing():
        turns = [await world.state(post, "learned", "closed") for post in posts]
    assert len(set(turns)) == 12
    assert [world.cards(turn) for turn in turns] == [1] * 12
    assert [await world.replies(post) for post in posts] == [1] * 12
    drafted = "SELECT turn_id, count(*) FROM proposals GROUP BY turn_id HAVING count(*) > 1"
    assert world.rows(drafted) == []
    _end(both[0], signal.SIGTERM)
    assert await asyncio.to_thread(both[0].wait, 30) == 0
    later = await world.post(0, f"{ASK} And one more.")  # the other one goes on: what they share still stands
    async with world.reviewing():
        await world.state(later, "learned", "closed")
    await _stops(world, both[1], signal.SIGTERM)


async def _troubled(address: str, away: set[str]) -> bool | None:
    told = await parts(address)
    return {part for part, trouble in told.items() if trouble != "ok"} == away or None


async def _there(path: Path) -> bool | None:
    return path.exists() or None


async def _started(world: Outside, apart_from: int = 0) -> int | None:
    record = _record(world)
    return record.pid if record and record.pid != apart_from else None


def _record(world: Outside) -> adoption.Running | None:
    found = adoption.read(world.place / "rasa" / "server.json")
    return found if found and found.is_alive() else None


def _rasa(world: Outside) -> int:
    found = _record(world)
    assert found is not None
    return found.pid


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    process.send_signal(number)


async def _stops(world: Outside, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    _end(process, number)
    await _ended(world, process)


async def _ended(world: Outside, process: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    assert await asyncio.to_thread(process.wait, 40) == 0, world.said(process)
    print(f"stopped within {time.monotonic() - began:.1f} s")
    assert "Traceback" not in world.said(process), world.said(process)
    assert left(lambda: processes(world.place), {world.network_pid}) == []
