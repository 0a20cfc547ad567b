"""Posts about the same thing share one card. To miss a pair costs a glance; a wrong pair could cost a wrong reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.proposal import Proposal
from bot.cards import priority
from bot.record import sharing
from bot.record.posts import Post
from bot.record.turns import Turn

if TYPE_CHECKING:
    from bot.journey import Journey

#: Cosine of two posts from which on they are about the same thing, where kind and source are the same too. Read off
#: `python -m bench.sharing`: docs/decisions tells why.
ALIKE = 0.75


async def companion(journey: Journey, turn: Turn, proposal: Proposal, burst: tuple[Post, ...]) -> int | None:
    """The turn on whose card this one may stand; None where there is none. Only drafts share: what a person has to
    write is looked at one by one."""
    if not proposal.text or not proposal.sources or turn.version > 1 or turn.corrects is not None:
        return None
    async with journey.engine.connect() as connection:
        found = await sharing.companions(
            connection,
            turn.id,
            turn.heard_at,
            kind=proposal.kind.value,
            lane=priority.lane(proposal).value,
            source=proposal.sources[0].entry_id,
        )
    if not found:
        return None
    mine = " ".join(post.text for post in burst)
    likeness = await journey.library.likeness(mine, [words for _, words in found])
    best = max(range(len(found)), key=lambda place: likeness[place])
    return found[best][0] if likeness[best] >= ALIKE else None
