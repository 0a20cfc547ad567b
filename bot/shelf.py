"""What a team asks of the knowledge from Slack: search it, announce a known issue, keep an answer, hear one post."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.cards import history
from bot.channels.base import ChannelRefused, HeardPost
from bot.record import posts, turns
from bot.review import Decision, Reviewer, Verb
from bot.states import State
from knowledge import store
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.history import versions
from knowledge.masking import mask
from knowledge.results import Hit, Query, Searcher
from knowledge.tables import entries
from knowledge.vectors import lock_versions

if TYPE_CHECKING:
    from bot.journey import Journey

#: Where entries say that they come from.
FROM_SLACK = "Slack"


@dataclass(frozen=True)
class Kept:
    """An answer that somebody wants to keep: its entry's id, what was asked, the answer, a link to where it stands."""

    key: str
    question: str
    text: str
    link: str


async def search(library: Searcher, text: str, limit: int) -> tuple[Hit, ...]:
    """The best entries for some words, best first."""
    found = await library.search(Query(text=mask(text), limit=limit))
    return tuple(sorted((*found.usage, *found.answers), key=lambda hit: -hit.score)[:limit])


async def keep(journey: Journey, kept: Kept, reviewer: Reviewer) -> Kept:
    """Keep an answer as a draft entry, masked; returned as it is kept. The key then names these very words, so that an
    editor lets be used what was shown; what is in use already stays as it is."""
    question, text = mask(kept.question), mask(kept.text)
    words = hashlib.sha256(f"{question}\n\n{text}".encode()).hexdigest()[:12]
    masked = Kept(f"{kept.key}-{words}", question, text, kept.link)
    entry = Entry(
        id=masked.key,
        kind=EntryKind.ANSWER,
        title=masked.question[:200],
        question=masked.question,
        text=masked.text,
        status=EntryStatus.DRAFT,
        created_at=datetime.now(UTC),
        source=FROM_SLACK,
        meta={"link": kept.link, "added_by": reviewer.name},  # no `url`: what the team says to itself is not cited
    )
    async with journey.engine.begin() as connection:
        known = await store.get(connection, masked.key)
        if known is None or known.status is not EntryStatus.LIVE:
            await journey.library.learn(connection, entry)
    return masked


async def settle(journey: Journey, key: str, reviewer: Reviewer, *, live: bool) -> tuple[bool, str]:
    """Let a kept answer be used, or discard it. Returns whether that was done, and the sentence for the person."""
    if not journey.rules.may_edit(reviewer):
        return False, "Only editors decide what is used. Ask one to look at it."
    async with journey.engine.begin() as connection:
        await lock_versions(connection)  # of two who press at once the second sees what the first has done
        entry = await store.get(connection, key)
        if entry is None or entry.status is not EntryStatus.DRAFT:
            return False, await _settled_by(connection, key)
        if live:
            await store.approve(connection, [key], by=reviewer.name)
            return True, f"✅ Live since {reviewer.name} said so: drafts may rest on it."
        await store.retire(connection, [key], by=reviewer.name)
        return True, f"🗑 {reviewer.name} discarded this. Nothing uses it."


async def _settled_by(connection: AsyncConnection, key: str) -> str:
    """Who was first, as far as the entry's history says."""
    done = {"approved": "it is live", "retired": "nothing uses it"}
    last = next((one for one in await versions(connection, key) if one.what in done), None)
    if last is None or not last.by:
        return "This was settled already."
    return f"{last.by} has settled this already: {done[last.what]}."


async def announce(journey: Journey, text: str, until: datetime, reviewer: Reviewer, when: str) -> str:
    """Keep a known issue that drafts admit until then. Returns the sentence for the person."""
    if not journey.rules.may_edit(reviewer):
        return "Only editors announce known issues. Ask one."
    masked = mask(text)
    key = f"notice-{hashlib.sha256(masked.encode()).hexdigest()[:12]}-{int(datetime.now(UTC).timestamp())}"
    entry = Entry(
        id=key,
        kind=EntryKind.NOTICE,
        title=masked.splitlines()[0][:120],
        text=masked,
        created_at=datetime.now(UTC),
        owner=reviewer.id,
        source=FROM_SLACK,
        meta={"until": until.astimezone(UTC).isoformat(), "added_by": reviewer.name},
    )
    async with journey.engine.begin() as connection:
        await journey.library.learn(connection, entry)
    return f"Noted until {when}. Drafts about this admit it from now on, and stop by themselves then."


async def end_notices(engine: AsyncEngine) -> int:
    """Take known issues that are over out of use; returns how many."""
    until = entries.c.meta["until"].astext
    async with engine.begin() as connection:
        over = select(entries.c.id).where(
            entries.c.kind == EntryKind.NOTICE.value,
            entries.c.status == EntryStatus.LIVE.value,
            until.is_not(None),
            until <= datetime.now(UTC).isoformat(),
        )
        ids = list((await connection.execute(over)).scalars())
        return await store.retire(connection, ids, by="Goodword")


async def hear(journey: Journey, url: str, reviewer: Reviewer) -> str:
    """Hear the post at an address that nobody mentioned us in, and draft a reply to it like to any other.

    Raises:
        ChannelRefused: no connected channel has such a post, or it is not public.
        ChannelUnavailable: the channel does not answer.
    """
    post = posts.storable(await _find(journey, url))
    if post.by_us:
        raise ChannelRefused("That is a post of ours", hint="take the link of the post that should be answered")
    async with journey.engine.begin() as connection:
        known = await posts.turn_of(connection, post.channel, post.native_id)
        if known is None:
            return await _take(connection, journey, post, reviewer)
        turn = await turns.get(connection, known)
    if turn.state is State.SILENT:
        delivery = f"link:{post.native_id}:{turn.version}"
        return (await journey.decide(Decision(turn.id, turn.version, Verb.DRAFT, reviewer, delivery))).sentence
    return f"This one is here already ({history.standing(turn.state)}): look for it in Home or among the cards."


async def _find(journey: Journey, url: str) -> HeardPost:
    for channel in journey.channels.values():
        if found := await channel.find(url):
            return found
    names = " and ".join(name.capitalize() for name in journey.channels) or "no channel"
    raise ChannelRefused(f"No post was found there. Connected: {names}", hint="is it the link of one public post?")


async def _take(connection: AsyncConnection, journey: Journey, post: HeardPost, reviewer: Reviewer) -> str:
    await journey.hear_one(connection, post)
    turn_id = await posts.turn_of(connection, post.channel, post.native_id)
    if turn_id is not None:
        await turns.wish(connection, turn_id, {"wish": "any", "words": "", "instead_of": "", "exclude": []})
        await turns.note(connection, turn_id, who=reviewer.name, what=history.BROUGHT_IN)
    return "Thank you. A reply is being drafted: its card comes in a moment."
