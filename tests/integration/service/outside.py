"""What stands around `goodword run` when it runs in a process of its own: the network, Slack, and a line to cut."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
from fastapi import FastAPI, Request, Response

from bot.postgres import folder
from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings as SandboxSettings
from bot.sandbox.workspace import Workspace
from bot.square.network import SquareNetwork
from bot.square.town import Person, Town
from tests.integration.conftest import _served
from tests.integration.service.house import reviewing
from tests.waiting import SERVICE_PATIENCE, until

ROOT = Path(__file__).resolve().parents[3]
BRAND = Person("holloway", "Holloway Tools")
PEOPLE = tuple(Person(name.lower(), name) for name in ("Ben", "Ada", "Cem", "Dora", "Emil"))


class Line:
    """Stands between Goodword and the network. With `hold` set, a reply reaches the network and its answer never us:
    `held` tells that it is so far. With `cut` set, nothing gets through."""

    def __init__(self, network: str) -> None:
        self.hold = threading.Event()
        self.held = threading.Event()
        self.cut = threading.Event()
        self.app = FastAPI()
        self._network = network
        self.app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])(self.pass_on)

    async def pass_on(self, path: str, request: Request) -> Response:
        if self.cut.is_set():
            return Response(status_code=503)
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            answer = await http.request(
                request.method,
                f"{self._network}/{path}?{request.url.query}",
                content=await request.body(),
                headers=headers,
            )
        if request.method == "POST" and path == "api/v1/statuses" and self.hold.is_set():
            self.held.set()
            while self.hold.is_set():
                await asyncio.sleep(0.05)
        kept = {name: value for name, value in answer.headers.items() if name not in ("content-length", "connection")}
        return Response(answer.content, answer.status_code, kept)


@dataclass
class Outside:
    """The world around the service's processes."""

    place: Path
    town: Town
    network: SquareNetwork
    sandbox: RunningSandbox
    line: Line
    address: str
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, port: int = 0, *more: str, **settings: str) -> subprocess.Popen[bytes]:
        """`goodword run` on this home."""
        held = self.sandbox.workspace.settings
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GOODWORD_")},
            "GOODWORD_HOME": str(self.place),
            "GOODWORD_PORT": str(port),
            "GOODWORD_BRAND": "Holloway",
            "GOODWORD_THRESHOLD": "0.05",
            "GOODWORD_POLL_SECONDS": "0.5",
            "GOODWORD_UNDO_SECONDS": "0",
            "GOODWORD_MASTODON_URL": self.address,
            "GOODWORD_MASTODON_TOKEN": self.network.brand_token,
            "GOODWORD_SLACK_BOT_TOKEN": held.bot_token,
            "GOODWORD_SLACK_APP_TOKEN": held.app_token,
            "GOODWORD_SLACK_BASE_URL": self.sandbox.api,
            **settings,
        }
        said = (self.place / f"said-{len(self.started)}").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-c", "from bot.cli import main; main()", "run", *more],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        said.close()
        self.started.append(process)
        return process

    @property
    def network_pid(self) -> int:
        """The network's process, which belongs to the test and not to Goodword."""
        assert self.network._process is not None
        return self.network._process.pid

    def said(self, process: subprocess.Popen[bytes]) -> str:
        """What a process has printed."""
        return (self.place / f"said-{self.started.index(process)}").read_text()

    async def runs(self, process: subprocess.Popen[bytes], seconds: float = SERVICE_PATIENCE) -> str:
        """The address of the desk, once the process says that it runs."""

        async def look() -> str | None:
            assert process.poll() is None, self.said(process)
            words = self.said(process).split()
            return next((word.removesuffix("/desk.") for word in words if word.endswith("/desk.")), None)

        return await until(look, "goodword runs", seconds)

    async def post(self, who: int, text: str) -> str:
        """A customer posts; returns the post's id."""
        return await self.town.post(PEOPLE[who], f"@{BRAND.handle} {text}")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the record holds; nothing while there is no database."""
        try:
            with psycopg.connect(f"postgresql://postgres:@/postgres?host={folder(self.place)}") as connection:
                return connection.execute(query, values).fetchall()
        except psycopg.Error:
            return []

    async def state(self, native_id: str, *states: str, seconds: float = SERVICE_PATIENCE) -> int:
        """The turn of a post, once it stands in one of these states."""
        query = "SELECT t.id, t.state FROM turns t JOIN posts p ON p.turn_id = t.id WHERE p.native_id = %s"

        async def look() -> int | None:
            found = await asyncio.to_thread(self.rows, query, native_id)
            return next((turn for turn, state in found if state in states), None)

        return await until(look, f"post {native_id} is {states}", seconds)

    def cards(self, turn_id: int) -> int:
        """How many cards of a turn stand in the review channel."""
        shown = list(self.sandbox.workspace.channels["C0REVIEWS01"].messages.values())
        return sum(bool(one.metadata) and one.metadata["event_payload"].get("turn_id") == turn_id for one in shown)

    async def replies(self, native_id: str) -> int:
        """How many replies of the brand stand under a post on the network."""
        thread = await self.town.thread(native_id)
        return sum(post.account.acct == BRAND.handle and post.in_reply_to_id == native_id for post in thread)

    def reviewing(self) -> AbstractAsyncContextManager[None]:
        """The automatic reviewer approves whatever stands in the channel."""
        return reviewing(self.sandbox.address)

    def restart_sandbox(self) -> None:
        """Slack comes back at the same address with what it held."""
        self.sandbox = RunningSandbox(self.sandbox.workspace, port=int(self.sandbox.address.rpartition(":")[2])).start()

    def end(self) -> None:
        """Whatever still runs of what was started ends."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


@asynccontextmanager
async def outside(place: Path) -> AsyncIterator[Outside]:
    """A network with a line to it, a Slack, and nothing that runs yet."""
    async with SquareNetwork(place / "town", brand=BRAND, customers=PEOPLE) as network:
        line = Line(network.url)
        town = Town(network.url)
        with _served(line.app) as address:
            sandbox = RunningSandbox(Workspace(SandboxSettings(burst=500))).start()
            made = Outside(place, town, network, sandbox, line, address)
            try:
                yield made
            finally:
                line.hold.clear()
                made.end()
                made.sandbox.stop()
        await town.close()


def left(look: Callable[[], list[psutil.Process]], apart_from: set[int]) -> list[str]:
    """The processes that are there still after a moment, as something to read."""
    end = time.monotonic() + 3
    while (found := [one for one in look() if one.pid not in apart_from]) and time.monotonic() < end:
        time.sleep(0.1)
    return [f"{one.pid} {' '.join(one.cmdline())[:120]}" for one in found if one.is_running()]
