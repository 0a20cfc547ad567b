"""The demo's world: the network, the square, the sandbox and the service, started in the order they need each other."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from rich.console import Console

from bot import switching
from bot.core import Core
from bot.demo import digest, team
from bot.demo.sample import BRAND, KNOWLEDGE, Script
from bot.importing import import_files
from bot.postgres import embedded
from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings as WorkspaceSettings
from bot.sandbox.workspace import Workspace
from bot.service import Service, running, serve
from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.square.app import create as square_app
from bot.square.network import SquareNetwork
from bot.square.town import Town

#: Where the pages stand unless the port is taken; permalinks lead to the square, so its port should stay the same.
SQUARE_PORT, SANDBOX_PORT = 3910, 3911
_POLL_SECONDS = 1.0
#: What the sample company would set after a rehearsal on its own posts (`data/sample/posts.jsonl`): 87 % of those that
#: an entry covers reach it, and none of those that nothing covers.
THRESHOLD = 0.35
#: Nobody wants to wait long to see a demo, and yet see the way back.
UNDO_SECONDS = 3.0


@dataclass(frozen=True)
class Demo:
    """A running demo. Addresses have no final slash."""

    service: Service
    town: Town
    square: str
    sandbox: str
    desk: str


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, console: Console, script: Script, *, once: bool, fresh: bool
) -> AsyncIterator[Demo]:
    """Start everything; stop it all when the block ends.

    The demo has a database, a town and a model of its own below `home`/demo; with `once` also a database and a town
    that are emptied first, so that every run tells the same story.
    """
    home = settings.home / "demo"
    home.mkdir(parents=True, exist_ok=True)
    name = "once" if once else "demo"
    town_folder = home / f"town-{name}"
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            embedded(home, lambda line: console.print(line, markup=False, highlight=False))
        )
        url = _database(server, f"goodword_{name}", anew=once or fresh)
        if once or fresh:
            shutil.rmtree(town_folder, ignore_errors=True)

        square_port, sandbox_port = _free(SQUARE_PORT), _free(SANDBOX_PORT)
        network = await stack.enter_async_context(
            SquareNetwork(town_folder, brand=BRAND, customers=script.people, public_address=f"127.0.0.1:{square_port}")
        )
        await serve(square_app(network.url, BRAND, script.people), "127.0.0.1", square_port, stack)
        workspace = Workspace(WorkspaceSettings.of(manifest()))
        sandbox = stack.enter_context(RunningSandbox(workspace, port=sandbox_port))
        town = Town(network.url)
        stack.push_async_callback(town.close)

        service = await stack.enter_async_context(
            running(
                _demo_settings(settings, home, url, network, sandbox),
                console=console,
                environments=settings.home,
                prepare=lambda core: _learn_the_sample(core, console),
            )
        )
        yield Demo(service, town, f"http://127.0.0.1:{square_port}", sandbox.address, f"{service.url}/desk")


def _demo_settings(
    settings: Settings, home: Path, url: str, network: SquareNetwork, sandbox: RunningSandbox
) -> Settings:
    values = {
        "home": home,
        "database_url": url,
        "host": "127.0.0.1",
        "port": _free(settings.port),
        "threads": settings.threads,
        "embedding_model": settings.embedding_model,
        "threshold": settings.threshold if "threshold" in settings.model_fields_set else THRESHOLD,
        "brand": BRAND.name,
        "voice": settings.voice,
        "llm_base_url": settings.llm_base_url,
        "llm_model": settings.llm_model,
        "llm_api_key": settings.llm_api_key,
        "llm_timeout": settings.llm_timeout,
        "llm_per_hour": settings.llm_per_hour,
        "allowed_domains": ("holloway.example", "square.example", "127.0.0.1"),
        "cards_per_hour": 200,  # a whole day of the town happens in minutes
        "mastodon_url": network.url,
        "mastodon_token": network.brand_token,
        "poll_seconds": _POLL_SECONDS,
        "undo_seconds": settings.undo_seconds if "undo_seconds" in settings.model_fields_set else UNDO_SECONDS,
        "slack_bot_token": sandbox.workspace.settings.bot_token,
        "slack_app_token": sandbox.workspace.settings.app_token,
        "slack_base_url": sandbox.api,
    }
    return Settings.model_validate(values)


async def _learn_the_sample(core: Core, console: Console) -> None:
    report = await import_files(core, KNOWLEDGE, console)
    if report.added or report.updated:
        console.print(f"Learned the sample company: {report.added + report.updated} entries.")
    await team.appoint(core)
    await digest.forget(core)
    if not await _publishes(core):
        await switching.switch_on(core.journey, BRAND.name)
        console.print(
            "A new installation publishes nothing until a lead switches it on. The demo has switched it on itself."
        )
    console.print(f"An approval can be taken back for {core.settings.undo_seconds:g} s (20 s unless set otherwise).")


async def _publishes(core: Core) -> bool:
    async with core.engine.connect() as connection:
        return not (await switching.publishing(connection)).quiet


def _database(server: str, name: str, *, anew: bool) -> str:
    """The address of this database in the server, made where it is missing."""
    with psycopg.connect(server, autocommit=True) as connection:
        if anew:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.replace("/postgres?", f"/{name}?")


def _free(port: int) -> int:
    """The port if nobody has it, else any free one."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", wanted))
                return int(probe.getsockname()[1])
    raise OSError("there is no free port on this machine")
