"""A journey on a real database and the in-memory channel, with an assistant, a room and a memory that record."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions import overlap
from actions.proposal import Candidate, Proposal, ProposalKind, Sentence, Source, TurnContext, Understanding
from bot.cards.letters import Letter
from bot.cards.overview import Digest
from bot.channels.memory import MemoryChannel
from bot.journey import Journey
from bot.listening import Listener
from bot.nlu.assistant import AssistantUnavailable
from bot.record import places
from bot.review import (
    Card,
    CardGone,
    Decision,
    Place,
    Reviewer,
    RoomRefused,
    RoomUnavailable,
    Step,
    Verb,
    Verdict,
)
from knowledge.entries import Entry, EntryKind


@dataclass
class ScriptedAssistant:
    """Answers every turn; posts that contain a key of `kinds` get that kind, of `intents` that intent, of `outcomes`
    that outcome. `down` makes it unavailable."""

    kinds: dict[str, ProposalKind] = field(default_factory=dict)
    intents: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    asked: list[TurnContext] = field(default_factory=list)
    down: bool = False
    pause: asyncio.Event | None = None

    async def propose(self, context: TurnContext) -> Proposal:
        self.asked.append(context)
        if self.down:
            raise AssistantUnavailable("Rasa does not answer")
        if self.pause is not None:
            await self.pause.wait()
        kind = next((kind for word, kind in self.kinds.items() if word in context.text), ProposalKind.ADVISE)
        drafted = kind in (ProposalKind.ADVISE, ProposalKind.CLARIFY, ProposalKind.ACKNOWLEDGE)
        text = f"To get it done: use a wall plug. ({len(context.text)})" if drafted else ""
        return Proposal(
            kind=kind,
            reason="answered" if drafted else "no_source",
            reason_text="An entry answers it." if drafted else "Nothing we know answers it.",
            text=text,
            candidates=(Candidate(label="best", text=text, sentences=(Sentence(text=text, sources=("plugs",)),)),)
            if drafted
            else (),
            sources=(Source(entry_id="plugs", kind="usage", title="Wall plugs"),),
            confidence=0.8 if drafted else 0.1,
            understanding=Understanding(
                intent=next(
                    (name for word, name in self.intents.items() if word in context.text), "get_something_done"
                ),
                intent_confidence=0.9,
                outcome=next((name for word, name in self.outcomes.items() if word in context.text), "hang a shelf"),
            ),
        )


def _let_through() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class RecordingRoom:
    """Remembers the cards it shows, and who was told what. `unknown` are those who cannot be told; `lose_next` takes a
    card but loses the answer, as a dropped connection does. A card waits until the room is `free`."""

    name: str = "room"
    shown: dict[str, Card] = field(default_factory=dict)
    posted: list[Card] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    threads: dict[str, list[tuple[Step, ...]]] = field(default_factory=dict)
    down: bool = False
    lose_next: bool = False
    free: asyncio.Event = field(default_factory=_let_through)
    remarks: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    letters: list[tuple[str, Letter]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    async def post(self, card: Card) -> Place:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        await self.free.wait()
        self.posted.append(card)
        place = Place("C1", str(len(self.posted)))
        self.shown[place.message] = card
        if self.lose_next:
            self.lose_next = False
            raise RoomUnavailable("the connection dropped after sending")
        return place

    async def update(self, place: Place, card: Card) -> None:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        if place.message not in self.shown:
            raise CardGone("it was deleted")
        self.shown[place.message] = card

    async def remark(self, place: Place, sentence: str, people: tuple[str, ...] = ()) -> None:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        self.remarks.append((sentence, people))

    async def write(self, to: str, letter: Letter, place: Place | None) -> None:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        if to in self.unknown:
            raise RoomRefused(f"{to} could not be told")
        self.letters.append((to, letter))

    async def tell(self, place: Place, turn_id: int, steps: Sequence[Step]) -> None:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        self.threads.setdefault(place.message, []).append(tuple(steps))
        if self.lose_next:
            self.lose_next = False
            raise RoomUnavailable("the connection dropped after sending")

    async def told(self, place: Place) -> int:
        return max((step.id for message in self.threads.get(place.message, []) for step in message), default=0)

    async def find(self, turn_id: int) -> Place | None:
        return next((Place("C1", key) for key, card in self.shown.items() if card.turn_id == turn_id), None)

    async def lost(self, places: Sequence[Place]) -> tuple[Place, ...]:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        return tuple(place for place in places if place.message not in self.shown)

    async def post_digest(self, digest: Digest) -> Place:
        if self.down:
            raise RoomUnavailable("Slack does not answer")
        self.digests.append(digest)
        if self.lose_next:
            self.lose_next = False
            raise RoomUnavailable("the connection dropped after sending")
        return Place("C1", f"digest {digest.day}")

    async def find_digest(self, day: date) -> Place | None:
        known = {digest.day for digest in self.digests}
        return Place("C1", f"digest {day}") if day in known else None

    async def healthy(self) -> str | None:
        return "Slack does not answer" if self.down else None


@dataclass
class RecordingMemory:
    """Remembers what was learned; all others but `retired` and `disputed` entries are live, and say what they are
    called."""

    learned: list[Entry] = field(default_factory=list)
    reads: bool = False  # whether posts in the same words are alike
    retired: set[str] = field(default_factory=set)
    disputed: set[str] = field(default_factory=set)

    async def learn(self, connection: AsyncConnection, entry: Entry) -> None:
        self.learned.append(entry)

    async def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        return [overlap.likeness(text, other) if self.reads else 0.0 for other in others]

    async def live(self, connection: AsyncConnection, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        made = datetime(2026, 1, 1, tzinfo=UTC)
        kind = EntryKind.USAGE
        return tuple(
            Entry(id=key, kind=kind, title=key, text=key, created_at=made)
            for key in ids
            if key not in self.retired | self.disputed
        )

    async def dispute(self, connection: AsyncConnection, entry_id: str, *, by: str) -> bool:
        self.disputed.add(entry_id)
        return True

    async def settle(self, connection: AsyncConnection, entry_id: str, *, right: bool, by: str) -> None:
        self.disputed.discard(entry_id)
        if not right:
            self.retired.add(entry_id)

    async def retire(self, connection: AsyncConnection, ids: tuple[str, ...], *, by: str) -> None:
        self.retired.update(ids)


async def publishing_on(engine: AsyncEngine) -> None:
    """Switch publishing on, as somebody does once in every installation."""
    async with engine.begin() as connection:
        await places.switch(connection, places.PUBLISHING, True, "Lea")


@dataclass
class World:
    """Everything a test of the journey touches."""

    journey: Journey
    channel: MemoryChannel
    assistant: ScriptedAssistant
    room: RecordingRoom
    memory: RecordingMemory
    url: str

    async def listen(self) -> int:
        return await Listener(self.journey, self.channel, 1.0).once()

    async def work(self) -> None:
        """Run the queue until nothing is due: a worker that does not wait may end before a lock is free."""
        due = text(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        )
        while True:
            await self.journey.queue.app.run_worker_async(wait=False, concurrency=4, install_signal_handlers=False)
            async with self.journey.engine.connect() as connection:
                if not (await connection.execute(due)).scalar_one():
                    return

    async def settle(self) -> None:
        """Listen and work: what the service does all the time."""
        await self.listen()
        await self.work()

    async def click(
        self, verb: Verb, turn_id: int = 1, *, who: str = "Anna", delivery: str = "", **more: object
    ) -> Verdict:
        """Decide on the version that the card shows now, or on `version`."""
        card = await self.journey.card(turn_id)
        assert card is not None
        version = more.pop("version", card.version)
        delivery = delivery or f"{verb}-{who}-{version}"
        return await self.journey.decide(
            Decision(turn_id, version, verb, Reviewer(who.lower(), who), delivery, **more)  # type: ignore[arg-type]
        )

    async def card(self, turn_id: int = 1) -> Card:
        found = await self.journey.card(turn_id)
        assert found is not None
        return found


def with_rules(world: World, **changed: object) -> World:
    """The same world with some rules of its own."""
    journey = replace(world.journey, rules=replace(world.journey.rules, **changed))  # type: ignore[arg-type]
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


def without_rooms(world: World) -> World:
    """The same world reviewed on the command line only."""
    journey = replace(world.journey, rooms=())
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def execute(world: World, statement: str) -> None:
    """Change the record past the journey: what time or a fault would do."""
    async with world.journey.engine.begin() as connection:
        await connection.execute(text(statement))


async def due_now(world: World) -> None:
    """Do what was planned for later, as if its time had come. Moments in the record itself are not touched."""
    await execute(world, "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    await world.work()


async def next_look(world: World) -> datetime:
    """When somebody looks after a turn next, as the queue has it."""
    async with world.journey.engine.connect() as connection:
        found = await connection.execute(text("SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo'"))
    moment = found.scalar_one()
    assert isinstance(moment, datetime)
    return moment
