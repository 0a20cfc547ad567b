"""The demo's stream prints every step, also one that commits after a later one."""

from __future__ import annotations

import io

from rich.console import Console
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.demo.stream import Stream
from bot.postgres import sqlalchemy_url
from bot.record import turns


async def test_a_step_that_commits_late_is_printed_all_the_same(database: str) -> None:
    engine = create_async_engine(sqlalchemy_url(database))
    async with engine.begin() as connection:
        engagement = await turns.engage(connection, "memory", "1", "ben")
        turn_id = await turns.begin(connection, engagement)
    printed = Console(file=io.StringIO(), width=200)
    stream = Stream(engine, printed)
    await stream.start()
    async with engine.connect() as slow, engine.connect() as fast:
        await turns.note(slow, turn_id, who="Anna", what="approved the reply")
        await turns.note(fast, turn_id, who="Goodword", what="published it")
        await fast.commit()
        await stream.once()
        await slow.commit()
        await stream.once()
        await stream.once()
    said = printed.file.getvalue()  # type: ignore[attr-defined]
    assert said.count("published it") == said.count("approved the reply") == 1
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM steps"))).scalar_one() == 2
    await engine.dispose()
