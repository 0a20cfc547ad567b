"""What a turn leaves behind: an entry for the next one.

Learning must not feed on itself: only a published `advise`, or a reply that a reviewer wrote where nothing was drafted,
becomes an answer; one drafted by us says so and what it was drawn from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.proposal import ProposalKind
from bot.record import posts, publications, replies
from bot.record.turns import Turn
from knowledge import store
from knowledge.encoder import Encoder
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.masking import mask
from knowledge.passages import opening


class Memory(Protocol):
    """What the journey needs of the library, always within its own transaction."""

    async def learn(self, connection: AsyncConnection, entry: Entry) -> None:
        """Keep an entry; it is found once the transaction commits."""

    async def live(self, connection: AsyncConnection, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        """Those of these entries that are live."""

    async def dispute(self, connection: AsyncConnection, entry_id: str, *, by: str) -> bool:
        """Take an entry out of use until somebody has looked; False where it is not in use and not disputed either."""

    async def settle(self, connection: AsyncConnection, entry_id: str, *, right: bool, by: str) -> None:
        """Somebody has looked at a disputed entry: it is in use again, or retired."""

    async def retire(self, connection: AsyncConnection, ids: tuple[str, ...], *, by: str) -> None:
        """Take entries out of every search from the commit on; unknown ids are ignored."""

    async def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How alike a text is to each of the others: the cosine of their meanings, at most 1."""


class StoredKnowledge:
    """The memory of an installation: the entries in its database, encoded as they come. What is only compared is
    encoded in `executor`, the same bounded pool as searches; without one in the event loop's own."""

    def __init__(self, encoder: Encoder, executor: Executor | None = None) -> None:
        self._encoder = encoder
        self._executor = executor

    async def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How alike a text is to each of the others: the cosine of their meanings, at most 1."""
        wanted = [opening(one) for one in (text, *others)]
        vectors = await asyncio.get_running_loop().run_in_executor(self._executor, self._encoder.encode, wanted)
        return [float(vectors[0] @ vector) for vector in vectors[1:]]

    async def learn(self, connection: AsyncConnection, entry: Entry) -> None:
        """Keep an entry; it is found once the transaction commits."""
        await store.save(connection, [entry], encoder=self._encoder)

    async def live(self, connection: AsyncConnection, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        """Those of these entries that are live."""
        return tuple(await store.find(connection, ids=ids, status=EntryStatus.LIVE)) if ids else ()

    async def dispute(self, connection: AsyncConnection, entry_id: str, *, by: str) -> bool:
        """Take an entry out of use until somebody has looked; False where it is not in use and not disputed either."""
        if await store.dispute(connection, [entry_id], by=by):
            return True
        entry = await store.get(connection, entry_id)
        return entry is not None and entry.status is EntryStatus.DISPUTED

    async def settle(self, connection: AsyncConnection, entry_id: str, *, right: bool, by: str) -> None:
        """Somebody has looked at a disputed entry: it is in use again, or retired."""
        if right:
            await store.reinstate(connection, [entry_id], by=by)
        else:
            await store.retire(connection, [entry_id], by=by)

    async def retire(self, connection: AsyncConnection, ids: tuple[str, ...], *, by: str) -> None:
        """Take entries out of every search from the commit on; unknown ids are ignored."""
        await store.retire(connection, ids, by=by)


def answer_id(publication_id: int) -> str:
    """The id of the entry that a publication becomes."""
    return f"answer-{publication_id}"


async def entry_of(engine: AsyncEngine, turn: Turn) -> Entry | None:
    """The answer that a published turn makes, masked; None where there is nothing to learn."""
    async with engine.connect() as connection:
        proposal = await replies.last_proposal(connection, turn.id)
        stored = await replies.reply_of(connection, turn.id, turn.version)
        publication = await publications.of_turn(connection, turn.id)
        burst = await posts.of_turn(connection, turn.id)
    if proposal is None or stored is None or publication is None or not publication.parts:
        return None
    by_reviewer = stored.author_id != replies.ASSISTANT
    if not (proposal.kind is ProposalKind.ADVISE or (proposal.kind is ProposalKind.HAND_OFF and by_reviewer)):
        return None
    question = "\n".join(post.masked for post in burst)
    drawn_from = tuple(sorted({source for sentence in stored.sentences for source in sentence.sources}))
    usage = {source.entry_id for source in proposal.sources if source.kind != EntryKind.ANSWER.value}
    return Entry(
        id=answer_id(publication.id),
        kind=EntryKind.ANSWER,
        title=proposal.understanding.outcome,
        question=question,
        text=mask(stored.body),
        url=publication.parts[0].permalink,
        product=proposal.understanding.product,
        platform=proposal.understanding.platform,
        created_at=publication.parts[0].at,
        cites=tuple(source for source in drawn_from if source in usage),
        written_by="human" if by_reviewer else "assistant",
        drawn_from=drawn_from,
        source=f"published on {turn.channel}",
    )
