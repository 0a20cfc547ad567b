"""What every command needs: the database, the channels and the journey, whether or not a service is running."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from actions.proposal import Proposal, TurnContext
from bot.channels.base import Channel
from bot.channels.mastodon import MastodonChannel
from bot.job_watch import first_line
from bot.journey import Journey
from bot.learning import StoredKnowledge
from bot.postgres import DatabaseUnavailable, embedded, sqlalchemy_url
from bot.queue import Queue
from bot.record import migrations
from bot.rules.rules import Rules
from bot.settings import Settings
from knowledge.encoder import Encoder
from knowledge.library import Library
from knowledge.model_file import ModelFile
from knowledge.store import library_id
from knowledge.tuned_encoders import TunedEncoders

Tell = Callable[[str], None]
Prepare = Callable[["Core"], Awaitable[None]]


@dataclass(frozen=True)
class Core:
    """The parts that do not talk to Rasa or Slack. `home` is where this installation keeps its files."""

    settings: Settings
    home: Path
    url: str
    engine: AsyncEngine
    encoder: Encoder
    library: Library
    learned: ModelFile
    tuned: TunedEncoders
    channels: dict[str, Channel]
    queue: Queue
    journey: Journey

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction on the record."""
        async with self.engine.begin() as connection:
            yield connection

    def with_journey(self, journey: Journey) -> Core:
        """The same core with a journey that knows rooms and an assistant."""
        self.queue.bind(journey)
        return replace(self, journey=journey)


class _NoAssistant:
    """Commands that only review never draft."""

    async def propose(self, context: TurnContext) -> Proposal:
        raise RuntimeError("this command does not draft; `goodword run` does")


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    tell: Tell = print,
    channels: dict[str, Channel] | None = None,
    *,
    throwaway: bool = False,
) -> AsyncIterator[Core]:
    """Open the database (starting the embedded one where none is named) and put the core together.

    Of a `throwaway` database no snapshot is kept: nobody would ever load it.

    Raises:
        DatabaseUnavailable: the database does not answer.
    """
    home = settings.make_home()
    async with AsyncExitStack() as stack:
        url = await _database(settings, tell, stack)
        engine = create_async_engine(
            sqlalchemy_url(url),
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            hide_parameters=True,  # an error is logged, and a parameter may be somebody's words
            connect_args={"connect_timeout": 5},
        )
        stack.push_async_callback(engine.dispose)
        tuned = TunedEncoders(home / "encoders")
        wanted = tuned.in_use(settings.embedding_model or "") or settings.embedding_model
        encoder = Encoder(wanted, threads=settings.threads, cache=home / "vectors")

        def former(name: str) -> Encoder:
            return Encoder(name or None, threads=settings.threads, cache=home / "vectors")

        # the one bounded pool for encoding and searching: nothing heavy ever runs in the event loop
        pool = ThreadPoolExecutor(max_workers=settings.threads, thread_name_prefix="search")
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)  # loading the model cannot be broken off
        learned = ModelFile(home / "ranking" / "model.json", tuned.folder)
        snapshots = None if throwaway else home / "index"
        library = Library(
            engine.connect,
            encoder,
            pool,
            open_encoder=former,
            snapshots=snapshots,
            learned=learned,
            straight=lambda: psycopg.connect(url, connect_timeout=5),
        )
        channels = _connected(settings, stack) if channels is None else channels
        async with engine.connect() as connection:
            await library_id(connection)  # given here once: looking at a page changes nothing
        queue = Queue(url)
        memory = StoredKnowledge(encoder, pool)
        journey = Journey(engine, queue, channels, (), _NoAssistant(), memory, Rules.of(settings))
        queue.bind(journey)
        await stack.enter_async_context(queue.app.open_async())
        yield Core(settings, home, url, engine, encoder, library, learned, tuned, channels, queue, journey)


def _connected(settings: Settings, stack: AsyncExitStack) -> dict[str, Channel]:
    """The channels that the settings connect, closed with the stack."""
    channels: dict[str, Channel] = {}
    if settings.mastodon_url and settings.mastodon_token:
        token = settings.mastodon_token.get_secret_value()
        mastodon = MastodonChannel(settings.mastodon_url, token, hashtags=settings.mastodon_hashtags)
        stack.callback(mastodon.close)
        channels[mastodon.name] = mastodon
    return channels


async def _database(settings: Settings, tell: Tell, stack: AsyncExitStack) -> str:
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
    else:
        url = await stack.enter_async_context(embedded(settings.home, tell))
    try:
        await asyncio.to_thread(migrations.upgrade, url)
    except CommandError as error:
        raise DatabaseUnavailable(
            f"the database has a form that this Goodword does not know: {first_line(error)}",
            hint="a newer Goodword has used it: install that one, or name another database",
        ) from None
    except (psycopg.Error, SQLAlchemyError) as error:
        raise _unusable(error) from None  # an error's own chain may quote the address with its password
    return url


def _unusable(error: Exception) -> DatabaseUnavailable:
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    if isinstance(cause, psycopg.OperationalError):
        return DatabaseUnavailable(
            f"PostgreSQL does not answer: {first_line(cause)}",
            hint="is it running, and is GOODWORD_DATABASE_URL right?",
        )
    if isinstance(cause, psycopg.ProgrammingError) and cause.sqlstate is None:  # libpq could not read the address
        return DatabaseUnavailable(
            "GOODWORD_DATABASE_URL is not an address of a PostgreSQL database",
            hint="it has the form postgresql://user:password@host:5432/name",
        )
    return DatabaseUnavailable(
        f"PostgreSQL refuses what Goodword needs: {first_line(cause)}",
        hint="it needs a database of its own, whose owner may create tables",
    )
