"""The service: everything that `goodword run` starts, in the order in which the parts need each other."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from socket import SOCK_STREAM

import structlog
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot import core as core_module
from bot import shelf
from bot.background import in_background
from bot.cards import digest, undelivered
from bot.cards.room_keeper import RoomKeeper
from bot.channels.base import Channel
from bot.core import Core
from bot.health import Health, Probe
from bot.journey import OVERDUE
from bot.listening import Listener
from bot.nlu import environment
from bot.nlu.assistant import Assistant
from bot.nlu.server import RasaFailed, RasaServer
from bot.rasa_keeper import RasaKeeper, model_for, newest_model
from bot.review_desk import JourneyDesk
from bot.roles import Role
from bot.rules.escalation import escalate
from bot.seats import clear_free_seats, seat
from bot.settings import Settings
from bot.slack_link import connect
from bot.web import create
from bot.writer_link import connected
from knowledge import vectors
from knowledge.encoder import default_model_path
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.service")

#: Seconds after which a thread that computes (a draft) lets another run. With Python's own 5 ms each step of an
#: acknowledgement waits behind drafts: its 99th percentile is a third longer (`python -m bench.acknowledgements`).
SWITCH_EVERY = 0.0005


class PortTaken(GoodwordError):
    """The service cannot listen where it was told to."""

    code = "port_taken"


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
    settings.check()
    sys.setswitchinterval(SWITCH_EVERY)
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(core_module.opened(settings, _teller(console), channels))
        health = Health()
        health.add("database", lambda: _database(core))
        health.add("replies", lambda: undelivered.trouble(core.engine))
        secret = _kept_secret(settings.home / "actions.secret")
        writer = await stack.enter_async_context(connected(settings))
        app = create(core, health, secret, writer)
        port = await serve(app, settings.host, settings.port, stack)

        # Both take long: the knowledge is brought in and the encoder loaded here while Rasa starts beside us.
        learning = asyncio.create_task(_learn(core, prepare))
        stack.push_async_callback(_ended, learning)
        if role is not Role.WEB:  # drafting is the workers' part
            actions = f"http://{settings.own_host}:{port}/actions"
            assistant = await _rasa(core, actions, secret, environments or settings.home, learning, console, stack)
            health.add("rasa", assistant.healthy)
            core = core.with_journey(replace(core.journey, assistant=assistant))
        await learning
        desk = JourneyDesk()
        desk.journey, desk.library = core.journey, core.library
        rooms = await connect(settings, app, desk, stack, health)
        core = core.with_journey(replace(core.journey, rooms=rooms))
        app.state.core, desk.journey = core, core.journey

        if role is not Role.WEB:
            _work(core, health, stack)
        health.starting = False
        yield Service(core, health, f"http://{settings.host}:{port}")


async def _learn(core: Core, prepare: core_module.Prepare | None) -> None:
    if prepare is not None:
        await prepare(core)
    await core.library.refresh()


async def _rasa(
    core: Core,
    actions: str,
    secret: str,
    environments: Path,
    learning: asyncio.Task[None],
    console: Console,
    stack: AsyncExitStack,
) -> Assistant:
    """Rasa beside this process, kept running. One that does not start now is tried again; `/readyz` says so.

    It begins with the model of the last time. What `learning` brings in may name new products: then another model is
    trained and put in.
    """
    home, embedding = core.settings.home, default_model_path()
    python = await asyncio.to_thread(environment.ensure, environments)
    place = stack.enter_context(seat(home))
    await asyncio.to_thread(clear_free_seats, home)
    rasa = RasaServer(place, python, embedding, actions, action_token=secret)
    stack.push_async_callback(rasa.stop)
    if kept := newest_model(home):
        with contextlib.suppress(RasaFailed):  # of an older Goodword, maybe: the right one is made below
            await rasa.start(kept, console=console)
    await learning
    model = await model_for(core.engine, home, python, embedding, console)
    try:
        await rasa.start(model, console=console)
    except RasaFailed as error:
        console.print(f"{error}\nIt is tried again by itself; posts wait meanwhile.", markup=False, highlight=False)
    in_background(stack, "rasa", lambda: RasaKeeper(rasa, home, core.queue.hurry).keep(model))
    return await stack.enter_async_context(Assistant(rasa))


async def serve(app: FastAPI, host: str, port: int, stack: AsyncExitStack) -> int:
    """Serve an app until the stack closes; returns the port it got.

    Raises:
        PortTaken: something listens there already, or the address is not one of this machine.
    """
    try:
        family, _, _, _, address = (await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM))[0]
        listening = socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise PortTaken(
            f"Goodword cannot listen on {host}:{port}: {why}",
            hint="stop that program (another Goodword?), or set GOODWORD_PORT to a free port",
        ) from error
    stack.callback(listening.close)
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        if task.done():
            await task  # raises what went wrong
            raise OSError(f"cannot serve on {host}:{port}")
        await asyncio.sleep(0.01)

    async def stop() -> None:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
    return int(listening.getsockname()[1])


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


class _Server(uvicorn.Server):
    """A server that leaves Ctrl-C to the program: the parts end in an order of ours, the web face among the last."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _work(core: Core, health: Health, stack: AsyncExitStack) -> None:
    for name, channel in core.channels.items():
        listener = Listener(core.journey, channel, core.settings.poll_seconds)
        health.add(name, _trouble_of(listener))
        in_background(stack, f"listening to {name}", listener.listen)
    for room in core.journey.rooms:
        in_background(stack, f"looking after {room.name}", RoomKeeper(core.journey, room).keep)
    in_background(stack, "worker", core.queue.work)
    in_background(stack, "rescue", core.queue.keep_rescuing)
    in_background(stack, "resume", lambda: _keep_looking("turns stood still", core.journey.resume))
    in_background(stack, "cards", lambda: _keep_looking("cards were dealt", core.journey.deal))
    in_background(stack, "digest", lambda: _keep_looking("the digest was sent", lambda: digest.send(core.journey)))
    in_background(
        stack, "notices", lambda: _keep_looking("known issues were over", lambda: shelf.end_notices(core.engine))
    )
    in_background(stack, "escalation", lambda: _keep_looking("nobody had decided", lambda: escalate(core.journey)))
    in_background(stack, "encoder", lambda: _change_encoder(core))
    health.add("worker", _worker(core))


async def _keep_looking(found_what: str, look: Callable[[], Awaitable[int]]) -> None:
    """Look every minute, for ever; what was found is logged."""
    while True:
        try:
            if found := await look():
                log.info(found_what, found=found)
        except Exception as error:  # the database may be away: the next round looks again
            log.warning("cannot look", what=found_what, why=(str(error).splitlines() or [type(error).__name__])[0])
        await asyncio.sleep(OVERDUE.total_seconds())


async def _change_encoder(core: Core) -> None:
    """After a change of the embedding model: make what vectors are lacking, once, while the old ones are searched."""
    if made := await vectors.encode_anew(core.engine.begin, core.encoder):
        log.info("everything is encoded anew", encoder=core.encoder.id, texts=made)
    await asyncio.Event().wait()


async def _database(core: Core) -> str | None:
    try:
        async with core.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()
        return f"PostgreSQL does not answer: {why[0] if why else type(error).__name__}"
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


def _kept_secret(path: Path) -> str:
    """A secret that stays the same over restarts, so that a Rasa left by a killed run can be adopted."""
    if path.exists() and (kept := path.read_text().strip()):
        return kept
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(24))
    return path.read_text()
