"""Where a turn stands in the queue, computed when it is drafted and kept with it."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import Proposal
from actions.reasons import Lane
from bot.cards import priority
from bot.record.tables import posts, turns
from bot.record.turns import Turn


async def give(connection: AsyncConnection, turn: Turn, proposal: Proposal) -> None:
    """Keep lane, points and urgency that follow from a proposal, and what Home filters by."""
    lane = priority.lane(proposal)
    points = priority.points(proposal, await _others(connection, turn))
    if turn.wish:  # drafted anew as a reviewer wished: what is at stake has not become less
        lane = Lane.URGENT if turn.lane == Lane.URGENT else lane
        points["need"] = max(points["need"], turn.points.get("need", 0))
    # a turn that asks how it went has no posts of its own
    followed = select(turns.c.follows).where(turns.c.id == turn.id).scalar_subquery()
    newest = select(posts.c.language).where((posts.c.turn_id == turn.id) | (posts.c.turn_id == followed))
    language = newest.order_by(posts.c.created_at.desc(), posts.c.id.desc()).limit(1).scalar_subquery()
    await connection.execute(
        update(turns)
        .where(turns.c.id == turn.id)
        .values(
            lane=lane.value,
            points=points,
            urgency=priority.urgency(points, lane, turn.heard_at),
            kind=proposal.kind.value,
            language=func.coalesce(language, ""),
        )
    )


async def _others(connection: AsyncConnection, turn: Turn) -> int:
    """How many people besides the author, and not of ours, wrote in the thread."""
    found = await connection.execute(
        select(func.count(func.distinct(posts.c.author_id))).where(
            posts.c.channel == turn.channel,
            posts.c.thread == turn.thread,
            posts.c.author_id != turn.author_id,
            posts.c.by_us.is_(False),
        )
    )
    return int(found.scalar_one())
