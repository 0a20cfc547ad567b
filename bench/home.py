"""How long App Home takes with 50 and with 5,000 waiting drafts, in one run: `python -m bench.home`.

Two databases in one embedded PostgreSQL, the real queries, the real view, published to the sandbox over HTTP; the two
take turns, so that whatever else the machine does meets both. 5,000 have gone out before in both.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench import databases
from bot import switching
from bot.cards.overview import EVERYTHING, Look, Overview
from bot.postgres import Embedded, sqlalchemy_url
from bot.record import overview
from bot.review import Publishing, Reviewer
from bot.sandbox.running import RunningSandbox
from bot.slack.config import SlackConfig
from bot.slack.desk import Desk
from bot.slack.homes import Homes
from bot.slack.workspace import Workspace

ANNA = "U0ANNAREYES"
FEW, MANY, GONE = 50, 5_000, 5_000
#: What a Home costs besides the plain first page.
LOOKS = {
    "first page": EVERYTHING,
    "last page": Look(page=10_000),
    "filtered": Look(lane="deep", language="en", channel="mastodon", kind="advise"),
}

_FILL = """
WITH people AS (
  INSERT INTO engagements (channel, thread, author_id)
  SELECT 'mastodon', 't' || n, 'a' || n FROM generate_series(1, %(waiting)s + %(gone)s) n RETURNING id
), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people)
INSERT INTO turns (engagement_id, state, lane, points, urgency, kind, language, heard_at)
SELECT id, CASE WHEN n <= %(waiting)s THEN 'asked' ELSE 'learned' END, (ARRAY['deep', 'light', 'urgent'])[1 + n %% 3],
  '{"need": 20, "reach": 0, "answerability": 16}', random() * 1000, 'advise', (ARRAY['en', 'de'])[1 + n %% 2],
  now() - n * interval '1 minute'
FROM numbered;
INSERT INTO posts (channel, native_id, thread, author_id, author_name, author_handle, text, created_at, url, visibility,
  turn_id)
SELECT 'mastodon', 'p' || id, 't' || id, 'a' || id, 'Jo Smith', '@jo@square.example',
  repeat('The shelf came off the wall again, what do I do? ', 6), heard_at,
  'https://square.example/@jo/' || id, 'public',
  id
FROM turns;
INSERT INTO proposals (turn_id, version, body)
SELECT id, 1, jsonb_build_object('kind', 'advise', 'confidence', 0.8, 'reason_text', 'An article covers this.',
  'understanding', jsonb_build_object('outcome', 'hang a shelf on plasterboard'),
  'sources', repeat('what else a proposal holds ', 150))
FROM turns;
INSERT INTO replies (turn_id, version, author_id, author_name, body, reply, hash)
SELECT id, 1, 'assistant', 'Goodword', 'Find the studs first.', '{}', 'h' FROM turns;
INSERT INTO decisions (turn_id, version, verb, reviewer_id, reviewer_name, delivery_id)
SELECT id, 1, 'approve', %(anna)s, 'Anna', 'd' FROM turns WHERE state = 'learned';
UPDATE turns SET claimed_by = %(anna)s, claimed_name = 'Anna', claimed_until = now() + interval '1 day'
WHERE id IN (SELECT id FROM turns WHERE state = 'asked' LIMIT 5);
"""


@dataclass(frozen=True)
class RecordDesk:
    """What Home asks a desk for."""

    engine: AsyncEngine

    async def overview(self, person: Reviewer, look: Look) -> Overview:
        """From the record."""
        async with self.engine.connect() as connection:
            return await overview.look(connection, look, me=[person.id], groups=["workshop"], channels=["mastodon"])

    async def publishing(self) -> Publishing:
        """Whether approved replies go out."""
        async with self.engine.connect() as connection:
            return await switching.publishing(connection)

    def may_override(self, reviewer: Reviewer) -> bool:
        """Nobody is a lead here."""
        return False


def filled(server: str, waiting: int) -> str:
    """The address of a new database in which so many drafts wait."""
    url = databases.new(server, f"home_{waiting}")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _FILL.split(";\n"):
            if statement.strip():
                connection.execute(statement, {"waiting": waiting, "gone": GONE, "anna": ANNA})
        connection.execute("VACUUM ANALYZE")
    return url


async def measure(urls: dict[int, str], api: str, token: str, rounds: int) -> None:
    """Print the medians and their ratio for each way to look."""
    engines = {waiting: create_async_engine(sqlalchemy_url(url)) for waiting, url in urls.items()}
    config = SlackConfig(token, "reviews", base_url=api, reviewers=frozenset({ANNA}))
    homes = {n: Homes(Workspace(config), cast(Desk, RecordDesk(engine))) for n, engine in engines.items()}
    for name, look in LOOKS.items():
        spent: dict[int, list[float]] = {waiting: [] for waiting in homes}
        for number in range(rounds + 3):
            for waiting in homes if number % 2 else reversed(homes):
                began = time.perf_counter()
                await homes[waiting].draw(ANNA, look)
                if number >= 3:  # the first ones open connections
                    spent[waiting].append(1000 * (time.perf_counter() - began))
        few, many = (statistics.median(spent[waiting]) for waiting in (FEW, MANY))
        print(f"{name}: {few:.0f} ms with {FEW}, {many:.0f} ms with {MANY:,}, ratio {many / few:.2f}")
    for engine in engines.values():
        await engine.dispose()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RunningSandbox() as sandbox:
        embedded = Embedded(Path(folder), tell=lambda line: None)
        try:
            server = embedded.start()
            urls = {waiting: filled(server, waiting) for waiting in (FEW, MANY)}
            asyncio.run(measure(urls, sandbox.api, sandbox.workspace.settings.bot_token, options.rounds))
        finally:
            embedded.stop()


if __name__ == "__main__":
    main()
