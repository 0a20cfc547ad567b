"""What the tests of the service share: a home that is emptied, a little knowledge, and ways to wait and to look."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx
import psutil
import psycopg

from bot import core as core_module
from bot.background import in_background
from bot.channels.memory import MemoryChannel
from bot.core import Core
from bot.listening import Listener
from bot.nlu import adoption
from bot.postgres import Embedded, folder
from bot.sandbox.reviewer import AutomaticReviewer
from bot.settings import Settings
from knowledge import store
from knowledge.entries import Entry, EntryKind
from tests.integration.conftest import HOME
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, World, publishing_on

T = TypeVar("T")

#: Where Rasa's environment is.
ENVIRONMENTS = HOME.parent
ASK = "How do I hang a shelf on plasterboard?"
ENTRIES = (
    # the names that the tests of the language understanding train with: one model serves both
    Entry(
        id="shelf-plasterboard",
        kind=EntryKind.USAGE,
        title="How to hang a shelf on plasterboard",
        text="Use a cavity fixing.\n\n1. Drill a 10 mm hole in the plasterboard.\n2. Push the fixing in until it sits "
        "flush.\n3. Hang the shelf bracket on the screw and tighten it.",
        product="H18 combi drill",
        platform="One18",
        features=("hammer mode",),
    ),
    Entry(
        id="drill-concrete",
        kind=EntryKind.USAGE,
        title="How to drill into concrete",
        text="Switch on hammer mode, use a masonry bit, and let the drill do the work.",
        product="H18",
    ),
)


def home(name: str) -> Path:
    """A home with nothing in it but an empty database, which stays between runs: only the first pays for initdb."""
    place = HOME.parent / f"test-service-{name.removeprefix('test_').replace('_', '-')}"
    stop_what_is_left(place)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    models = HOME / "models"
    models.mkdir(parents=True, exist_ok=True)
    (place / "models").symlink_to(models)
    embedded = Embedded(place, tell=lambda line: None)
    try:
        with psycopg.connect(embedded.start(), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    finally:
        embedded.stop()
    return place


async def learn(core: Core) -> None:
    """Put the entries in and switch publishing on: what `prepare` of the service takes."""
    await publishing_on(core.engine)
    async with core.transaction() as connection:
        await store.save(connection, ENTRIES, encoder=core.encoder)


@contextlib.asynccontextmanager
async def at_work(database: str, place: Path) -> AsyncIterator[World]:
    """A journey with its listener and worker at work, as in the service, and everything around it scripted."""
    channel = MemoryChannel()
    settings = Settings.model_validate(
        {"home": place, "database_url": database, "cards_per_hour": 1000, "undo_seconds": 0}
    )
    async with core_module.opened(settings, channels={"memory": channel}) as core, contextlib.AsyncExitStack() as stack:
        await publishing_on(core.engine)
        room, memory, assistant = RecordingRoom(), RecordingMemory(), ScriptedAssistant()
        journey = replace(core.journey, rooms=(room,), assistant=assistant, library=memory)
        core = core.with_journey(journey)
        listener = Listener(journey, channel, 0.2)
        in_background(stack, "listening", listener.listen)
        in_background(stack, "worker", core.queue.work)
        in_background(stack, "rescue", core.queue.keep_rescuing)
        yield World(journey, channel, assistant, room, memory, database)


@contextlib.asynccontextmanager
async def reviewing(sandbox: str) -> AsyncIterator[None]:
    """The automatic reviewer approves whatever stands in the review channel of the sandbox at this address."""
    reviewer = await asyncio.to_thread(
        lambda: AutomaticReviewer(sandbox, workspace_connected=False, answer=lambda _: "Ask at a shop.")
    )

    async def look() -> None:
        while True:
            await asyncio.to_thread(reviewer.step)
            await asyncio.sleep(0.3)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        reviewer.close()


def processes(place: Path) -> list[psutil.Process]:
    """Every process that belongs to a home: by its working folder, its command line or its environment."""
    ours = [str(place), str(folder(place))]
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == psutil.Process().pid:
                continue
            seen = [process.cwd(), *process.cmdline(), process.environ().get("GOODWORD_HOME", "")]
            if any(mark == one or f"{mark}/" in one for one in seen for mark in ours):
                found.append(process)
    return found


def stop_what_is_left(place: Path, apart_from: Collection[int] = ()) -> None:
    """End what a test that failed has left of a home, apart from these processes."""
    for record in [*place.glob("rasa/server.json"), *place.glob("process-*/rasa/server.json")]:
        if left := adoption.read(record):
            adoption.end(left)
    ends = [process for process in processes(place) if process.pid not in apart_from]
    for process in ends:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(ends, timeout=5)


def postmaster(place: Path) -> int:
    """The process id of a home's PostgreSQL."""
    return int((folder(place) / "postmaster.pid").read_text().splitlines()[0])


async def parts(url: str) -> dict[str, str]:
    """What /readyz says of each part; its own status agrees with that."""
    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        answer = await http.get(f"{url}/readyz")
    told: dict[str, str] = answer.json()["parts"]
    ready = set(told.values()) == {"ok"}
    assert answer.json()["ready"] is ready
    assert answer.status_code == (200 if ready else 503)
    return told


def leaks(place: Path, words: Iterable[str]) -> list[str]:
    """Where one of these words stands in what the processes of a home have logged or printed."""
    said = [*place.glob("logs/*"), *place.glob("process-*/logs/*"), *place.glob("said-*"), folder(place) / "log"]
    texts = {path: path.read_text(errors="replace") for path in said if path.is_file()}
    assert any(path.name == "goodword.log" for path in texts)
    return [f"{word} in {path}" for path, text in texts.items() for word in words if word in text]


def doubles(things: Iterable[object]) -> list[object]:
    """What occurs more than once."""
    seen = list(things)
    return [thing for thing in set(seen) if seen.count(thing) > 1]
