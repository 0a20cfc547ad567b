"""The service: everything that `goodword run` starts, in the order in which the parts need each other."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from sqlalchemy import text

from bot import core as core_module
from bot.channels.base import Channel
from bot.core import Core
from bot.health import Health, Probe
from bot.journey import OVERDUE
from bot.listening import Listener
from bot.nlu import environment
from bot.nlu.assistant import Assistant
from bot.nlu.server import RasaServer
from bot.rasa_keeper import RasaKeeper, model_for
from bot.review_desk import JourneyDesk
from bot.settings import Settings
from bot.slack_link import connect
from bot.web import create
from knowledge.encoder import default_model_path

log = structlog.get_logger("goodword.service")


class Role(StrEnum):
    """What a process does: answer (web), work (worker), or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


@dataclass
class Service:
    """A running service."""

    core: Core
    health: Health
    url: str


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    *,
    role: Role = Role.ALL,
    console: Console,
    channels: dict[str, Channel] | None = None,
    environments: Path | None = None,
    prepare: core_module.Prepare | None = None,
) -> AsyncIterator[Service]:
    """Start all parts; stop whatever this started, in reverse, when the block ends.

    `environments` is where Rasa's environment is kept (default: `settings.home`). `prepare` runs with the core once the
    database is open (the demo imports its knowledge there).
    """
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(core_module.opened(settings, _teller(console), channels))
        if prepare is not None:
            await prepare(core)
        await core.library.refresh()
        health = Health()
        health.add("database", lambda: _database(core))

        python = await asyncio.to_thread(environment.ensure, environments or settings.home)
        secret = _kept_secret(settings.home / "actions.secret")
        app = create(core, health, secret)
        port = await serve(app, settings.host, settings.port, stack)
        rasa = RasaServer(
            settings.home, python, default_model_path(), f"http://127.0.0.1:{port}/actions", action_token=secret
        )
        stack.push_async_callback(rasa.stop)
        model = await model_for(core.engine, settings.home, python, default_model_path(), console)
        await rasa.start(model, console=console)
        assistant = await stack.enter_async_context(Assistant(rasa))
        health.add("rasa", assistant.healthy)

        desk = JourneyDesk()
        desk.journey = core.journey
        rooms = await connect(settings, app, desk, stack, health)
        core = core.with_journey(replace(core.journey, rooms=rooms, assistant=assistant))
        app.state.core, desk.journey = core, core.journey

        if role is not Role.WEB:
            await _work(core, health, stack)
        _in_background(stack, RasaKeeper(rasa, settings.home).keep(model))
        yield Service(core, health, f"http://{settings.host}:{port}")


async def serve(app: FastAPI, host: str, port: int, stack: AsyncExitStack) -> int:
    """Serve an app until the stack closes; returns the port it got."""
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # signals are ours
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            await task  # raises what went wrong
            raise OSError(f"cannot listen on {host}:{port}")
        await asyncio.sleep(0.01)

    async def stop() -> None:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
    return int(server.servers[0].sockets[0].getsockname()[1])


async def _work(core: Core, health: Health, stack: AsyncExitStack) -> None:
    listeners = [Listener(core.journey, channel, core.settings.poll_seconds) for channel in core.channels.values()]
    for channel, listener in zip(core.channels, listeners, strict=True):
        health.add(channel, _trouble_of(listener))
        _in_background(stack, listener.listen())
    _in_background(stack, core.queue.work())
    _in_background(stack, core.queue.keep_rescuing())
    _in_background(stack, _keep_resuming(core))
    health.add("worker", _worker(core))


async def _keep_resuming(core: Core) -> None:
    while True:
        try:
            if found := await core.journey.resume():
                log.warning("turns were standing still", turns=found)
        except Exception as error:  # the database may be away: the next round looks again
            log.warning("cannot look for turns that stand still", why=str(error).splitlines()[0])
        await asyncio.sleep(OVERDUE.total_seconds())


async def _database(core: Core) -> str | None:
    async with core.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    return None


def _worker(core: Core) -> Probe:
    async def probe() -> str | None:
        return None if core.queue.alive else "the worker is starting anew"

    return probe


def _trouble_of(listener: Listener) -> Probe:
    async def probe() -> str | None:
        return listener.trouble

    return probe


def _teller(console: Console) -> core_module.Tell:
    return lambda line: console.print(line, markup=False, highlight=False)


def _in_background(stack: AsyncExitStack, work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)

    async def stop() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await asyncio.wait_for(asyncio.shield(task), 10)

    stack.push_async_callback(stop)


def _kept_secret(path: Path) -> str:
    """A secret that stays the same over restarts, so that a Rasa left by a killed run can be adopted."""
    if path.exists() and (kept := path.read_text().strip()):
        return kept
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(24))
    return path.read_text()
