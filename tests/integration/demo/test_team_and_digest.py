"""The demo's people get their roles once, and its digest comes as soon as there is something to tell."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest_asyncio
from rich.console import Console

from actions.proposal import ProposalKind
from bot import core as core_module
from bot.channels.memory import MemoryChannel
from bot.core import Core
from bot.demo import digest, team
from bot.record import team_rules
from bot.review import Reviewer
from bot.rules import ruling
from bot.settings import Settings
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, World, publishing_on

TOM = Reviewer("U0TOMOKAFOR", "Tom Okafor")


@dataclass
class Demo:
    core: Core
    world: World
    printed: io.StringIO

    async def hears(self, *posts: str) -> None:
        for text in posts:
            self.world.channel.say("ann", text)
        await self.world.settle()

    async def digest(self, seconds: float) -> bool:
        """Whether it came in time."""
        console = Console(file=self.printed, width=200)
        try:
            await asyncio.wait_for(digest.send_once_there_is_enough(self.core, console), seconds)
        except TimeoutError:
            return False
        return True


@pytest_asyncio.fixture
async def demo(database: str, tmp_path: Path) -> AsyncIterator[Demo]:
    settings = Settings.model_validate({"home": tmp_path, "database_url": database})
    channel = MemoryChannel()
    async with core_module.opened(settings, channels={"memory": channel}) as core:
        await publishing_on(core.engine)
        room, memory, assistant = RecordingRoom(), RecordingMemory(), ScriptedAssistant()
        assistant.kinds["spam"] = ProposalKind.NO_REPLY
        await team.appoint(core)
        core = core.with_journey(replace(core.journey, rooms=(room,), assistant=assistant, library=memory))
        yield Demo(core, World(core.journey, channel, assistant, room, memory, database), io.StringIO())


async def test_what_a_lead_changed_stays_in_the_next_demo(demo: Demo) -> None:
    async with demo.core.transaction() as connection:
        assert await ruling.change(connection, {"cards_per_hour": 7}, demo.core.journey.rules, TOM) == ()
    await team.appoint(demo.core)
    async with demo.core.engine.connect() as connection:
        assert len(await team_rules.history(connection)) == 2
    assert demo.core.journey.rules.cards_per_hour == 7
    assert demo.core.journey.rules.leads == {TOM.id}


async def test_the_digest_comes_once_there_is_something_to_tell_and_again_in_an_empty_slack(demo: Demo) -> None:
    await demo.hears("buy spam")
    assert not await demo.digest(1.5)
    await demo.hears("more spam", "How do I hang a shelf?")
    assert await demo.digest(20)
    assert "2 posts" in demo.printed.getvalue()
    assert [[row.words for row in one.rows] for one in demo.world.room.digests] == [["buy spam", "more spam"]]

    assert not await demo.digest(1.5)
    await digest.forget(demo.core)  # as the next demo does when it starts
    assert await demo.digest(20)
    assert len(demo.world.room.digests) == 2
