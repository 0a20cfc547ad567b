"""The life of the Rasa server."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from bot.nlu.assistant import Assistant, AssistantUnavailable
from bot.nlu.server import RasaFailed, RasaServer
from knowledge.encoder import default_model_path
from tests.integration.nlu.conftest import ACTION_TOKEN, turn

pytestmark = [pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

QUIET = Console(quiet=True)


def server(home: Path, python: Path, action_url: str, **options: str) -> RasaServer:
    return RasaServer(home, python, default_model_path(), action_url, **{"action_token": ACTION_TOKEN} | options)


async def test_what_a_killed_goodword_left_is_adopted(
    rasa: RasaServer, model: Path, python: Path, action_url: str
) -> None:
    after = server(rasa.home, python, action_url)  # as a new process would make it: it knows only the files
    await after.start(model, console=QUIET)
    assert (after.pid, after.url, after.token) == (rasa.pid, rasa.url, rasa.token)
    async with Assistant(after) as assistant:
        await assistant.propose(turn("how do I hang a mirror?"))


async def test_only_we_can_read_its_secrets(rasa: RasaServer) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in (rasa.home / "rasa").iterdir() if path.is_file()}
    assert {name: modes[name] for name in ("token", "credentials.yml", "endpoints.yml")} == dict.fromkeys(
        ("token", "credentials.yml", "endpoints.yml"), 0o600
    )
    assert rasa.pid is not None
    process = psutil.Process(rasa.pid)
    assert rasa.token not in " ".join(process.cmdline())
    assert {connection.laddr.ip for connection in process.net_connections("inet")} == {"127.0.0.1"}


async def test_nothing_of_our_environment_reaches_it(rasa: RasaServer) -> None:
    assert rasa.pid is not None
    environ = psutil.Process(rasa.pid).environ()
    assert environ["RASA_TELEMETRY_ENABLED"] == "false"
    assert Path(environ["HOME"]).is_relative_to(rasa.home)
    assert "PYTEST_CURRENT_TEST" not in environ


async def test_a_new_model_comes_in_while_turns_go_on(rasa: RasaServer, model: Path, tmp_path: Path) -> None:
    other = tmp_path / "goodword-other.tar.gz"
    shutil.copyfile(model, other)
    async with Assistant(rasa) as assistant:
        turns = [asyncio.create_task(assistant.propose(turn(f"how do I hang mirror {n}?"))) for n in range(10)]
        await rasa.swap(other)
        assert rasa.model == other
        assert len(await asyncio.gather(*turns)) == 10
        await assistant.propose(turn("how do I hang a mirror?"))
    await rasa.swap(model)
    assert rasa.model == model


async def test_a_broken_model_leaves_the_old_one_in(rasa: RasaServer, model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "goodword-broken.tar.gz"
    broken.write_bytes(b"no archive")
    with pytest.raises(RasaFailed, match="goodword-broken"):
        await rasa.swap(broken)
    assert rasa.model == model
    async with Assistant(rasa) as assistant:
        await assistant.propose(turn("how do I hang a mirror?"))


async def test_one_that_calls_other_actions_is_replaced_and_a_dead_one_is_said_to_be(
    model: Path, python: Path, action_url: str, tmp_path: Path
) -> None:
    stale = server(tmp_path, python, "http://127.0.0.1:9/actions")
    await stale.start(model, console=QUIET)
    assert stale.pid is not None
    old = psutil.Process(stale.pid)
    fresh = server(tmp_path, python, action_url)
    await fresh.start(model, console=QUIET)
    try:
        assert fresh.pid is not None
        assert fresh.pid != old.pid
        assert not old.is_running() or old.status() == psutil.STATUS_ZOMBIE
        async with Assistant(fresh, timeout=10) as assistant:
            await assistant.propose(turn("how do I hang a mirror?"))
            os.kill(fresh.pid, signal.SIGKILL)
            psutil.Process(fresh.pid).wait(10)
            with pytest.raises(AssistantUnavailable):
                await assistant.propose(turn("how do I hang a mirror?"))
            assert "Rasa does not answer" in str(await assistant.healthy())
        assert "has ended" in str(await fresh.healthy())
    finally:
        await fresh.stop()
        await stale.stop()
    assert not list((tmp_path / "rasa").glob("server.json"))


async def test_one_that_cannot_start_says_why(python: Path, action_url: str, tmp_path: Path) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    broken = server(tmp_path, python, action_url)
    with pytest.raises(RasaFailed, match="could not load") as caught:
        await broken.start(tmp_path / "broken.tar.gz", console=QUIET)
    assert broken.pid is None
    assert "rasa.log" in caught.value.hint


async def test_stopping_twice_does_no_harm(python: Path, action_url: str, tmp_path: Path) -> None:
    never_started = server(tmp_path, python, action_url)
    assert await never_started.healthy() == "Rasa was not started"
    await never_started.stop()
    await never_started.stop()
