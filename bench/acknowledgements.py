"""How soon Goodword acknowledges Slack while it is busy: `python -m bench.acknowledgements`.

A whole service in a process of its own (PostgreSQL, Rasa, the embedding model, a network in memory) makes drafts for a
hundred posts; the sandbox in this process sends it clicks at a steady rate meanwhile, whether or not earlier ones were
acknowledged, first as signed HTTP posts, then over Socket Mode. A time runs from the moment before the sandbox sends a
delivery to the moment it has the acknowledgement, so the sandbox's own share is in it. Slack waits three seconds.

Everything is on this machine. The load average stands beside the figures: they are the machine's as much as ours.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from bot.channels.memory import MemoryChannel
from bot.core import Core
from bot.sandbox import deliveries
from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings as SandboxSettings
from bot.sandbox.workspace import Workspace
from bot.service import running
from bot.settings import ROOT, Settings
from bot.switching import switch_on
from knowledge import store
from knowledge.entries import Entry, EntryKind
from tests.integration.service.house import ENVIRONMENTS, home, learn
from tests.waiting import until

WAYS = ("signed HTTP", "Socket Mode")
REVIEWS, PEOPLE = "C0REVIEWS01", ("U0ANNAREYES", "U0TOMOKAFOR", "U0MIALINDQV")
#: What people do with a queue: most open something, some decide.
CLICKS = ("edit", "home", "edit", "approve")
#: What people ask and what an entry of its own answers: posts with different sources never share a card.
JOBS = {
    "stop a tap from dripping": "Turn the water off, open the tap and replace the washer.",
    "fill a crack in a ceiling": "Rake the crack out, fill it in two thin layers and sand it when dry.",
    "sharpen a chisel": "Hone the bevel at 30 degrees on a wet stone, then take the burr off.",
    "fell a small tree": "Cut a notch on the side it shall fall to, then the felling cut from behind, a little higher.",
    "paint a radiator": "Let it cool, sand it lightly and use radiator enamel in two thin coats.",
    "lay a patio": "Dig out 15 cm, compact hardcore, screed sharp sand and lay the slabs with 5 mm joints.",
    "clean a clogged gutter": "Scoop the leaves out from a ladder and rinse towards the downpipe.",
    "solder a copper pipe": "Clean both ends, put flux on, heat the joint and let the solder run in.",
    "mend a puncture": "Find the hole under water, roughen the tube, glue it and press the patch on.",
    "unblock a sink": "Put a bucket below, open the trap, clear it and close it again.",
    "cut plywood straight": "Clamp a rail, set the blade 3 mm deeper than the board and saw from the good side down.",
    "hang a door": "Mark the hinges on the frame, cut them in flush, and screw the top hinge first.",
    "insulate a loft": "Lay 10 cm of mineral wool between the joists and 17 cm across them.",
    "grout bathroom tiles": "Press the grout in diagonally, wipe with a damp sponge and polish it when it is dry.",
    "prune roses": "In March cut each shoot just above an outward bud, with a slanted cut.",
    "wire a doorbell": "Switch the circuit off, run bell wire from the transformer and connect button and chime.",
    "build a raised bed": "Screw four boards to corner posts, line them with fleece and fill in layers.",
    "oil a worktop": "Sand it to 180, wipe oil on along the grain and take off the rest after 20 minutes.",
    "bleed brakes": "Fill the reservoir, open the nipple while somebody presses, and close it before they let go.",
    "set a fence post": "Dig 60 cm, stand the post on gravel, plumb it and pour post mix around it.",
}
ASKS = tuple(JOBS)
#: So many cards are there before the clicks begin, so that there is something to click on: one for each job.
FIRST = len(JOBS)


@dataclass
class Timed:
    """What was sent and how long each acknowledgement took, in seconds; `missed` were not acknowledged in time."""

    seconds: list[float] = field(default_factory=list)
    missed: int = 0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Time every delivery of the sandbox, whichever way it goes."""
        kept = [(one, one.deliver) for one in (deliveries.Sockets, deliveries.HttpPosts)]
        for one, deliver in kept:
            one.deliver = self._timed(deliver)  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            for one, deliver in kept:
                one.deliver = deliver  # type: ignore[method-assign]

    def _timed(self, deliver: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @wraps(deliver)
        async def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return await deliver(*given, **named)
            except deliveries.NotDelivered:
                self.missed += 1
                raise
            finally:
                self.seconds.append(time.perf_counter() - began)

        return timed


@dataclass(frozen=True)
class Figures:
    """One way of delivering. Times in seconds; `load` is the machine's load average of the last minute at the end."""

    way: str
    sent: int
    missed: int
    p50: float
    p95: float
    p99: float
    most: float
    drafted: int
    lag: float
    load: float


def main() -> None:
    """Measure both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long clicks come")
    parser.add_argument("--rate", type=float, default=20.0, help="clicks a second")
    parser.add_argument("--posts", type=int, default=100, help="posts that come in at once as the clicks begin")
    parser.add_argument("--way", choices=WAYS, help="only this one")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--serve", help=argparse.SUPPRESS)  # the service's own process
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(json.loads(given.serve)))
        return
    found = [
        asyncio.run(measure(way, given.seconds, given.rate, given.posts)) for way in WAYS if given.way in (None, way)
    ]
    _show(found)
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n", encoding="utf-8")


async def serve(values: dict[str, Any]) -> None:
    """The service, until standard input ends. A number on a line lets so many people post."""
    channel, numbers = MemoryChannel(), itertools.count()
    settings = Settings.model_validate({**values, "home": home("acknowledgements")})
    async with running(
        settings,
        console=Console(quiet=True),
        channels={"memory": channel},
        environments=ENVIRONMENTS,
        prepare=_learn,
    ) as service:
        await switch_on(service.core.journey, "bench")
        print(service.url, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            for number in itertools.islice(numbers, int(line)):
                channel.say(f"p{number}", f"How do I {ASKS[number % len(ASKS)]}? It is the {number}th I try.")


async def _learn(core: Core) -> None:
    await learn(core)
    entries = [
        Entry(id=f"job-{number}", kind=EntryKind.USAGE, title=f"How to {job}", text=text)
        for number, (job, text) in enumerate(JOBS.items())
    ]
    async with core.transaction() as connection:
        await store.save(connection, entries, encoder=core.encoder)


async def measure(way: str, seconds: float, rate: float, posts: int) -> Figures:
    """Start everything, click for so long, stop everything."""
    timed = Timed()
    with (
        RunningSandbox(Workspace(SandboxSettings(burst=1000))) as sandbox,
        timed.watching(),
        _service(way, sandbox) as own,
    ):
        assert own.stdin is not None
        assert own.stdout is not None
        url = (await asyncio.to_thread(own.stdout.readline)).strip()
        if not url:
            raise SystemExit("the service did not start: see the logs in .goodword/test-service-acknowledgements")
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=sandbox.address, timeout=30, trust_env=False, limits=limits) as http:
            if way == WAYS[0]:
                answer = await http.post("/sandbox/request_url", json={"url": f"{url}/slack/events"})
                answer.raise_for_status()
            _say(own, FIRST)
            await until(lambda: _cards(sandbox, FIRST), "the first cards", 300)
            timed.seconds.clear()
            _say(own, posts)
            async with asyncio.TaskGroup() as group:
                looking = group.create_task(_lag(url, seconds))
                await _click(http, sandbox, group, seconds, rate)
            drafted = posts - await _undrafted(url)
    p50, p95, p99 = (float(np.percentile(timed.seconds, share)) for share in (50, 95, 99))
    most = max(timed.seconds)
    sent, load = len(timed.seconds), os.getloadavg()[0]
    return Figures(way, sent, timed.missed, p50, p95, p99, most, drafted, looking.result(), load)


@contextlib.contextmanager
def _service(way: str, sandbox: RunningSandbox) -> Iterator[subprocess.Popen[str]]:
    held = sandbox.workspace.settings
    values = {
        "port": 0,
        "brand": "Holloway",
        "threshold": 0.05,
        "poll_seconds": 0.3,
        "cards_per_hour": 1000,
        "slack_bot_token": held.bot_token,
        "slack_base_url": sandbox.api,
        **({"slack_signing_secret": held.signing_secret} if way == WAYS[0] else {"slack_app_token": held.app_token}),
    }
    command = [sys.executable, "-m", "bench.acknowledgements", "--serve", json.dumps(values)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what it logs is in its home
        text=True,
    ) as own:
        try:
            yield own
        finally:
            assert own.stdin is not None
            own.stdin.close()  # it stops in good order
            own.wait(60)


def _say(own: subprocess.Popen[str], posts: int) -> None:
    assert own.stdin is not None
    own.stdin.write(f"{posts}\n")
    own.stdin.flush()


async def _cards(sandbox: RunningSandbox, least: int) -> list[str] | None:
    """The cards in the review channel, oldest first, once there are so many."""
    shown = list(sandbox.workspace.channels[REVIEWS].messages.values())
    found = [one.ts for one in shown if one.metadata and "turn_id" in one.metadata["event_payload"]]
    return found if len(found) >= least else None


async def _click(
    http: httpx.AsyncClient, sandbox: RunningSandbox, group: asyncio.TaskGroup, seconds: float, rate: float
) -> None:
    """Begin a click every 1 / `rate` seconds; none waits for the one before."""
    began = time.monotonic()
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        cards = await _cards(sandbox, 1) or [""]
        card = cards[number % len(cards)]
        row = _row(sandbox, card)
        group.create_task(_one(http, CLICKS[number % len(CLICKS)], PEOPLE[number % 3], card, row))


def _row(sandbox: RunningSandbox, card: str) -> str:
    """The name of a card's row of buttons as it is drawn now."""
    message = sandbox.workspace.channels[REVIEWS].messages.get(card)
    blocks = message.blocks if message else []
    return next((str(block["block_id"]) for block in blocks if block["type"] == "actions"), "")


async def _one(http: httpx.AsyncClient, what: str, user: str, card: str, row: str) -> None:
    if what == "home":
        await http.post("/sandbox/home", json={"user": user})
        return
    body = {"user": user, "channel": REVIEWS, "message_ts": card, "block_id": row, "action_id": what}
    # A card that was decided has no such button any more: what the sandbox then says is no delivery and not timed.
    await http.post("/sandbox/click", json=body)


async def _lag(url: str, seconds: float) -> float:
    """The longest that the service's event loop was seen to wake late, looking once a second."""
    most, end = 0.0, time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                lines = (await http.get("/metrics")).text.splitlines()
                most = max(most, *(float(line.split()[1]) for line in lines if line.startswith("goodword_loop_lag_")))
            await asyncio.sleep(1.0)
    return most


async def _undrafted(url: str) -> int:
    """How many posts have no draft yet."""
    async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
        lines = (await http.get("/metrics")).text.splitlines()
    return sum(int(float(line.split()[1])) for line in lines if line.startswith('goodword_turns{state="heard"}'))


def _show(found: list[Figures]) -> None:
    names = ("way", "clicks", "missed", "p50", "p95", "p99", "max", "drafts meanwhile", "loop lag", "load average")
    table = Table(*names)
    for one in found:
        times = [f"{value * 1000:.0f} ms" for value in (one.p50, one.p95, one.p99, one.most)]
        lag = f"{one.lag * 1000:.0f} ms"
        table.add_row(one.way, str(one.sent), str(one.missed), *times, str(one.drafted), lag, f"{one.load:.1f}")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
