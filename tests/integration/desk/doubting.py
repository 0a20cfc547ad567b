"""An installation where two reviewers doubt one entry, and its web face."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from bot import core as core_module
from bot.channels.memory import MemoryChannel
from bot.health import Health
from bot.learning import StoredKnowledge
from bot.record import disputes
from bot.record.disputes import Dispute
from bot.review import RejectReason, Verb
from bot.settings import Settings
from bot.web import create
from knowledge import store
from knowledge.entries import Entry, EntryKind, EntryStatus
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, World
from tests.integration.knowledge.conftest import WordEncoder

ORIGIN = "http://127.0.0.1:3900"


@dataclass
class Doubting:
    """The web face, and the record behind it."""

    app: FastAPI
    world: World

    async def status(self) -> EntryStatus:
        """What the entry is."""
        async with self.world.journey.engine.connect() as connection:
            entry = await store.get(connection, "plugs")
        assert entry is not None
        return entry.status

    async def dispute(self) -> Dispute:
        """The first doubt about it."""
        async with self.world.journey.engine.connect() as connection:
            found = await disputes.get(connection, 1)
        assert found is not None
        return found


@asynccontextmanager
async def doubting(database: str, home: Path, **more: Any) -> AsyncIterator[Doubting]:
    """Both rejected a draft for the same source: Mia as wrong, then Tom as outdated."""
    settings = Settings.model_validate({"home": home, "database_url": database, **more})
    channel = MemoryChannel()
    async with core_module.opened(settings, channels={"memory": channel}) as core:
        room, memory, assistant = RecordingRoom(), RecordingMemory(), ScriptedAssistant()
        library = StoredKnowledge(WordEncoder())
        core = core.with_journey(replace(core.journey, rooms=(room,), assistant=assistant, library=library))
        world = World(core.journey, channel, assistant, room, memory, database)
        entry = Entry("plugs", EntryKind.USAGE, "Wall plugs", "Use a grey plug.", owner="Olga", source="handbook")
        async with core.transaction() as connection:
            await store.save(connection, [entry], encoder=WordEncoder())
        said = (("Mia", RejectReason.WRONG, "Grey ones spin."), ("Tom", RejectReason.OUTDATED, "We sell red ones."))
        for number, (who, reason, note) in enumerate(said, start=1):
            channel.say("ben", f"How do I hang shelf {number}?")
            await world.settle()
            rejected = await world.click(Verb.REJECT, number, who=who, reason=reason, source="plugs", note=note)
            assert rejected.accepted
        app = create(core, Health(), "x")
        app.state.health.starting = False
        yield Doubting(app, world)
