"""What is in the database: its form, the knowledge, the switch, and whether Rasa's model fits the entries."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot import postgres, postgres_folder
from bot.doctor.finding import Finding, off, ok, wrong
from bot.job_watch import first_line
from bot.nlu.training import DATA, Lookups, fingerprint
from bot.rasa_keeper import newest_model
from bot.record import migrations, places, team_rules
from bot.record.tables import switches
from bot.rules.rules import Rules
from bot.settings import Settings
from knowledge import store
from knowledge.encoder import default_model_path
from knowledge.tables import entries

_TIMEOUT = 5


class _NoRecord(Exception):
    """There is nothing to look into; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.says)
        self.finding = finding


async def database(settings: Settings) -> list[Finding]:
    """It answers, and has the form that this Goodword knows."""
    part = "Database"
    try:
        async with _opened(settings) as connection:
            return [await _form(part, connection)]
    except _NoRecord as nothing:
        return [nothing.finding]


async def _form(part: str, connection: AsyncConnection) -> Finding:
    version = await connection.scalar(text("SHOW server_version"))
    named = f"PostgreSQL {str(version).split()[0]}"
    if not await connection.scalar(text("SELECT to_regclass('alembic_version')")):
        return off(part, f"{named}, still empty", "the first `goodword run` makes its tables")
    form = str(await connection.scalar(text("SELECT version_num FROM alembic_version")))
    if form != migrations.newest():
        if not migrations.is_known(form):
            return wrong(part, f"{named}: a newer Goodword has used it", "install that one, or name another database")
        return off(part, f"{named}, in an older form", "the next `goodword run` brings it up to date")
    vector = await connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"))
    if vector:
        return ok(part, f"{named} with pgvector, up to date")
    return ok(part, f"{named}, up to date, without pgvector", "needed for more than 300,000 vectors only")


async def knowledge(settings: Settings) -> list[Finding]:
    """How many entries are live, and how long the oldest review is overdue."""
    part = "Knowledge"
    async with _of_the_record(part, settings) as looking:
        if isinstance(looking, Finding):
            return [looking]
        found = await store.stats(looking)
        due = (entries.c.status == "live", entries.c.review_at <= func.now())
        oldest = await looking.scalar(select(func.min(entries.c.review_at)).where(*due))
    live = sum(found.kinds.values())
    if not live:
        return [wrong(part, "no entry is live: nothing can be drafted from", "run `goodword knowledge import FILES`")]
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found.kinds.items()))
    said = f"{live} live entries ({kinds})"
    if oldest is None:
        return [ok(part, said)]
    since = f"{said}; {found.review_due} due for review, the oldest since {oldest:%Y-%m-%d}"
    return [ok(part, since, "`goodword knowledge show --review-due` lists them")]


async def rasa_model(settings: Settings) -> list[Finding]:
    """The newest trained model is of our data, our code and the names that the live entries have now."""
    part, model = "Rasa's model", newest_model(settings.home)
    if model is None:
        return [off(part, "none is trained yet", "`goodword run` trains one, or `goodword train`")]
    async with _of_the_record(part, settings) as looking:
        if isinstance(looking, Finding):
            return [ok(part, f"{model.name}; whether it fits the entries, only the database can tell")]
        names = await store.lookups(looking)
    wanted = fingerprint(DATA, Lookups(names.products, names.platforms, names.features), default_model_path())
    if model.name == f"goodword-{wanted}.tar.gz":
        return [ok(part, f"{model.name}, which fits the entries")]
    return [
        off(part, f"{model.name} is not of the present entries", "`goodword train` makes one; so does `goodword run`")
    ]


async def publishing(settings: Settings) -> list[Finding]:
    """Whether approved replies go out and who said so, and who may lead: without a lead nobody in Slack can resume."""
    part = "Publishing"
    async with _of_the_record(part, settings) as looking:
        if isinstance(looking, Finding):
            return [looking, _leads(len(settings.leads), paused=False)]
        on = await places.is_on(looking, "publishing")
        row = (await looking.execute(select(switches).where(switches.c.name == "publishing"))).one_or_none()
        rules = await team_rules.standing(looking, Rules.of(settings))
    who = f" since {row.at:%Y-%m-%d %H:%M}, by {row.who}" if row else ""
    said = f"{'switched on' if on else 'paused'}{who}" if row else "not switched on yet"
    switch = ok(part, said) if on else off(part, said, "`goodword resume` lets approved replies go out")
    return [switch, _leads(len(rules.leads), paused=not on)]


def _leads(count: int, *, paused: bool) -> Finding:
    part, mend = "Leads", "name one in the team's rules (`goodword rules apply FILE`) or in GOODWORD_LEADS"
    if count:
        return ok(part, f"{count} named")
    if paused:
        return wrong(part, "nobody is one: nobody in Slack can resume publishing", mend)
    return off(part, "nobody is one: nobody may override a check, or resume publishing once it is paused", mend)


@contextlib.asynccontextmanager
async def _of_the_record(part: str, settings: Settings) -> AsyncIterator[AsyncConnection | Finding]:
    """A connection to a database with our tables, or what to say instead: the database's own line says the rest."""
    try:
        async with _opened(settings) as connection:
            if (await _form("Database", connection)).standing == "ok":
                yield connection
            else:
                yield off(part, "the database has first to be made ready")
    except _NoRecord:
        yield off(part, "the database cannot be asked now")


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[AsyncConnection]:
    url = _address(settings)
    engine = create_async_engine(
        postgres.sqlalchemy_url(url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": _TIMEOUT},
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        try:
            connection = await stack.enter_async_context(engine.connect())
        except (psycopg.Error, SQLAlchemyError, OSError, ValueError) as error:
            raise _NoRecord(_away(error)) from None  # its own chain may quote the address with its password
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        yield connection


def _address(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    place = postgres.folder(settings.home)
    if url := postgres_folder.address(place):
        return url
    there = (place / "PG_VERSION").exists()
    said = "the embedded server is not running now" if there else "the embedded server has not been made yet"
    raise _NoRecord(off("Database", said, "`goodword run` starts it"))


def _away(error: Exception) -> Finding:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, psycopg.OperationalError):
        said = f"PostgreSQL does not answer: {first_line(cause)}"
        return wrong("Database", said, "is it running, and is GOODWORD_DATABASE_URL right?")
    said = "GOODWORD_DATABASE_URL is not an address of a PostgreSQL database"
    return wrong("Database", said, "it has the form postgresql://user:password@host:5432/name")
