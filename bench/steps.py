"""How long a turn takes from step to step, with free conversations announced and without: `python -m bench.steps`.

Real queue, worker, listener and database (an embedded PostgreSQL); assistant, room and channel are scripted and answer
at once, so that what is left is our own. Turns come one after the other, and the two ways take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg

from bench import databases
from bot.postgres import Embedded
from bot.review import Decision, Reviewer, Verb
from tests.integration.journey.world import World
from tests.integration.service.house import at_work

SILENT = """
DROP TRIGGER goodword_lock_is_free ON procrastinate_jobs;
DROP TRIGGER goodword_lock_is_free_again ON procrastinate_jobs;
"""
#: Seconds between looks at the record: what a time may be too long.
_LOOK = 0.01


def made(server: str, name: str, *, announced: bool) -> str:
    """The address of a new database."""
    url = databases.new(server, name)
    if not announced:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SILENT)
    return url


async def there(url: str, state: str, count: int) -> None:
    """Return when so many turns have got to a state."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while True:
            found = await connection.execute("SELECT count(*) FROM turns WHERE state = %s", (state,))
            if await found.fetchone() == (count,):
                return
            await asyncio.sleep(_LOOK)


async def one_turn(world: World, number: int) -> tuple[float, float]:
    """Milliseconds from a post to its card, and from the approval to the answer having become knowledge."""
    began = time.perf_counter()
    world.channel.say(f"p{number}", f"How do I hang a shelf {number}?")
    await there(world.url, "asked", 1)
    asked = time.perf_counter()
    card = world.room.posted[-1]
    await world.journey.decide(Decision(card.turn_id, 1, Verb.APPROVE, Reviewer("anna", "Anna"), f"d{number}"))
    await there(world.url, "learned", number)
    return 1000 * (asked - began), 1000 * (time.perf_counter() - asked)


async def measure(urls: dict[str, str], place: Path, turns: int) -> None:
    """Print the medians of each way and their ratio."""
    spent: dict[str, list[tuple[float, float]]] = {way: [] for way in urls}
    async with AsyncExitStack() as stack:
        worlds = {way: await stack.enter_async_context(at_work(url, place / way)) for way, url in urls.items()}
        for number in range(1, turns + 1):
            for way in worlds:
                spent[way].append(await one_turn(worlds[way], number))
    for what, which in (("post to card", 0), ("approval to learned", 1)):
        plain, announced = (statistics.median(times[which] for times in spent[way]) for way in urls)
        print(f"{what}: {plain:.0f} ms, announced {announced:.0f} ms, ratio {announced / plain:.2f}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        embedded = Embedded(Path(folder), tell=lambda line: None)
        try:
            server = embedded.start()
            urls = {way: made(server, way, announced=way == "announced") for way in ("plain", "announced")}
            asyncio.run(measure(urls, Path(folder), options.turns))
        finally:
            embedded.stop()


if __name__ == "__main__":
    main()
