"""What the knowledge lacks: posts that were left to a person because no source answered them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import ProposalKind
from actions.reasons import Reason
from bot.record.tables import posts, proposals, publications, turns
from bot.states import State
from knowledge.masking import mask
from knowledge.tables import entries


@dataclass(frozen=True)
class Gap:
    """A turn that nothing answered. `text` is masked; `url` is where its first post stands."""

    turn_id: int
    text: str
    url: str | None
    heard_at: datetime
    state: State


async def open_gaps(connection: AsyncConnection, limit: int) -> list[Gap]:
    """The newest turns whose last proposal found no source, and that no answer has been learned from since."""
    last = (
        select(
            proposals.c.turn_id,
            proposals.c.body["kind"].astext.label("kind"),
            proposals.c.body["reason"].astext.label("reason"),
        )
        .ext(distinct_on(proposals.c.turn_id))
        .order_by(proposals.c.turn_id, proposals.c.version.desc())
        .subquery()
    )
    key = literal("answer-").concat(publications.c.id.cast(entries.c.id.type))  # as bot.learning names it
    learned = select(entries.c.id).join(publications, entries.c.id == key).where(publications.c.turn_id == turns.c.id)
    found = await connection.execute(
        select(turns.c.id, turns.c.heard_at, turns.c.state)
        .join(last, last.c.turn_id == turns.c.id)
        .where(last.c.kind == ProposalKind.HAND_OFF.value, last.c.reason == Reason.NO_SOURCE.value, ~learned.exists())
        .order_by(turns.c.heard_at.desc(), turns.c.id.desc())
        .limit(limit)
    )
    rows = found.all()
    said = await _said(connection, [row.id for row in rows])
    return [Gap(row.id, *said.get(row.id, ("", None)), row.heard_at, State(row.state)) for row in rows]


async def _said(connection: AsyncConnection, turn_ids: list[int]) -> dict[int, tuple[str, str | None]]:
    """What was written in each of these turns, masked, and the address of its first post."""
    burst = (
        select(
            posts.c.turn_id,
            func.array_agg(aggregate_order_by(posts.c.text, posts.c.created_at, posts.c.id)).label("texts"),
            func.array_agg(aggregate_order_by(posts.c.url, posts.c.created_at, posts.c.id)).label("urls"),
        )
        .where(posts.c.turn_id.in_(turn_ids))
        .group_by(posts.c.turn_id)
    )
    rows = await connection.execute(burst)
    return {row.turn_id: (mask("\n".join(text for text in row.texts if text)), row.urls[0]) for row in rows}
