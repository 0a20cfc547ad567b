"""The queue as App Home shows it, in three queries whatever its length."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, literal_column, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cards.overview import MINE_SHOWN, PAGE, WAITING, WENT_SHOWN, Gone, Look, Overview, Row
from bot.cards.priority import as_of
from bot.record.tables import (
    decisions,
    engagements,
    posts,
    proposals,
    publication_parts,
    publications,
    replies,
    turns,
)
from bot.review import Verb
from bot.states import State
from knowledge.masking import mask

#: Written into the statement, so that the partial index over exactly these is used.
_WAITING: tuple[ColumnElement[str], ...] = tuple(literal_column(f"'{state.value}'") for state in sorted(WAITING))
#: Characters of a post that are shown, and read at most: the rest is not worth masking.
_WORDS, _READ = 140, 400


async def look(
    connection: AsyncConnection, what: Look, *, me: Iterable[str], groups: Iterable[str], channels: Iterable[str]
) -> Overview:
    """The queue for the person with the ids `me`. `groups` are the names of their groups, `channels` the connected
    ones."""
    lanes, languages, matching = await _counts(connection, what)
    page = min(what.page, max(0, (matching - 1) // PAGE))
    ids = sorted(me)
    mine = _mine(ids, [f"group:{name}" for name in groups])
    first = (
        select(literal_column("'mine'").label("list"), turns.c.id, func.count().over().label("in_all"))
        .where(turns.c.state.in_(_WAITING), mine)
        .order_by(turns.c.urgency.desc(), turns.c.id)
        .limit(MINE_SHOWN)
        .subquery()
    )
    second = (
        _team(what, select(literal_column("'team'").label("list"), turns.c.id, literal_column("0").label("in_all")))
        .order_by(turns.c.urgency.desc(), turns.c.id)
        .limit(PAGE)
        .offset(page * PAGE)
        .subquery()
    )
    listed = select(first).union_all(select(second)).cte("listed")
    found = (await connection.execute(_rows(listed))).mappings().all()
    now = datetime.now(UTC)
    own = [row for row in found if row["list"] == "mine"]
    return Overview(
        look=Look(what.lane, what.channel, what.language, what.kind, page),
        mine=tuple(_row(row, now) for row in own),
        mine_in_all=own[0]["in_all"] if own else 0,
        team=tuple(_row(row, now) for row in found if row["list"] == "team"),
        matching=matching,
        lanes=lanes,
        languages=languages,
        channels=tuple(sorted(channels)),
        went=await _went(connection, ids),
    )


async def rows(connection: AsyncConnection, listed: Select[Any]) -> tuple[Row, ...]:
    """The rows of some turns, most urgent first. `listed` gives `list`, `id` and `in_all`."""
    found = (await connection.execute(_rows(listed.cte("listed")))).mappings().all()
    now = datetime.now(UTC)
    return tuple(_row(row, now) for row in found)


async def _counts(connection: AsyncConnection, what: Look) -> tuple[dict[str, int], tuple[str, ...], int]:
    """Waiting by lane, the languages there are, and how many the look lets through."""
    passes = _passes(what)
    plain = (turns.c.lane, turns.c.language)
    waiting = _team(Look(), select(*plain, func.count(), func.count().filter(*passes) if passes else func.count()))
    if what.channel:
        waiting = waiting.select_from(turns.join(engagements))
    rows = (await connection.execute(waiting.group_by(*plain))).all()
    lanes: dict[str, int] = {}
    for lane, _, count, _ in rows:
        lanes[lane] = lanes.get(lane, 0) + count
    matching = sum(row[3] for row in rows)
    if what.silent:
        matching = int((await connection.execute(_team(what, select(func.count())))).scalar_one())
    return lanes, tuple(sorted({row[1] for row in rows if row[1]})), matching


def _passes(what: Look) -> list[ColumnElement[bool]]:
    wished = [
        (turns.c.lane, what.lane),
        (turns.c.language, what.language),
        (turns.c.kind, what.kind),
        (engagements.c.channel, what.channel),
    ]
    return [column == value for column, value in wished if value]


def _team(what: Look, statement: Select[Any]) -> Select[Any]:
    """What a look lets through: what waits, is not put off, and does not stand on another's card."""
    now = func.now()
    if what.silent:
        statement = statement.where(turns.c.state == State.SILENT.value)
    else:
        statement = statement.where(
            turns.c.state.in_(_WAITING),
            turns.c.shown_with.is_(None),
            or_(turns.c.snoozed_until.is_(None), turns.c.snoozed_until <= now),
        )
    if what.channel:
        statement = statement.select_from(turns.join(engagements))
    return statement.where(*_passes(what))


def _mine(me: list[str], groups: list[str]) -> ColumnElement[bool]:
    """Claimed by me, handed over to me or a group of mine, or put off by me."""
    now = func.now()
    put_off = (
        select(1)
        .where(
            decisions.c.turn_id == turns.c.id, decisions.c.verb == Verb.SNOOZE.value, decisions.c.reviewer_id.in_(me)
        )
        .exists()
    )
    return or_(
        turns.c.claimed_by.in_(me) & (turns.c.claimed_until > now),
        turns.c.handed_to.in_([*me, *groups]),
        (turns.c.snoozed_until > now) & put_off,
    )


def _rows(listed: Any) -> Select[Any]:
    newest = (
        select(posts.c.author_name, func.left(posts.c.text, _READ).label("words"), posts.c.url)
        .where(posts.c.turn_id.in_([turns.c.id, turns.c.follows, turns.c.corrects]))
        .order_by((posts.c.turn_id == turns.c.id).desc(), posts.c.created_at.desc(), posts.c.id.desc())
        .limit(1)
        .lateral("newest")
    )
    proposal = (
        select(
            proposals.c.body["understanding"]["outcome"].astext.label("outcome"),
            proposals.c.body["reason_text"].astext.label("reason"),
            proposals.c.body["confidence"].astext.label("confidence"),
        )
        .where(proposals.c.turn_id == turns.c.id)
        .order_by(proposals.c.version.desc())
        .limit(1)
        .lateral("proposal")
    )
    drafted = select(1).where(replies.c.turn_id == turns.c.id, replies.c.version == turns.c.version).exists()
    with_it = turns.alias("with_it")
    shares = (
        select(func.count()).where(with_it.c.shown_with == turns.c.id, with_it.c.state.in_(_WAITING)).scalar_subquery()
    )
    return (
        select(
            listed.c.list,
            listed.c.in_all,
            turns,
            engagements.c.channel,
            newest.c.author_name,
            newest.c.words,
            newest.c.url,
            proposal.c.outcome,
            proposal.c.reason,
            proposal.c.confidence,
            drafted.label("drafted"),
            shares.label("shares"),
        )
        .select_from(listed)
        .join(turns, turns.c.id == listed.c.id)
        .join(engagements)
        .outerjoin(newest, true())
        .outerjoin(proposal, true())
        .order_by(turns.c.urgency.desc(), turns.c.id)
    )


def _row(row: RowMapping, now: datetime) -> Row:
    claimed = row["claimed_by"] and row["claimed_until"] and row["claimed_until"] > now
    points: dict[str, int] = row["points"]
    return Row(
        turn_id=row["id"],
        version=row["version"],
        state=State(row["state"]),
        lane=row["lane"],
        kind=row["kind"],
        channel=row["channel"],
        author_name=row["author_name"] or "",
        words=_short(mask(row["words"] or "")),
        url=row["url"],
        outcome=row["outcome"] or "",
        reason=row["reason"] or "",
        confidence=float(row["confidence"] or 0),
        drafted=row["drafted"],
        priority=as_of(points, row["heard_at"], now) if points else None,
        heard_at=row["heard_at"],
        trouble=row["trouble"],
        holder=(row["claimed_name"] or "") if claimed else row["handed_name"],
        holder_id=row["claimed_by"] if claimed else row["handed_to"],
        claimed_until=row["claimed_until"] if claimed else None,
        snoozed_until=row["snoozed_until"] if row["snoozed_until"] and row["snoozed_until"] > now else None,
        shares=row["shares"],
    )


def _short(text: str) -> str:
    """The beginning of a post, cut at a space."""
    return text if len(text) <= _WORDS else f"{text[:_WORDS].rpartition(' ')[0] or text[:_WORDS]}…"


async def _went(connection: AsyncConnection, me: list[str]) -> tuple[Gone, ...]:
    """What this person approved last, once a turn."""
    last = (
        select(decisions.c.turn_id, func.max(decisions.c.at).label("at"))
        .where(decisions.c.reviewer_id.in_(me), decisions.c.verb == Verb.APPROVE.value)
        .group_by(decisions.c.turn_id)
        .order_by(func.max(decisions.c.at).desc())
        .limit(WENT_SHOWN)
        .subquery()
    )
    newest = (
        select(posts.c.author_name, func.left(posts.c.text, _READ).label("words"))
        .where(posts.c.turn_id.in_([turns.c.id, turns.c.follows, turns.c.corrects]))
        .order_by(posts.c.created_at.desc(), posts.c.id.desc())
        .limit(1)
        .lateral("newest")
    )
    permalink = (
        select(publication_parts.c.permalink)
        .join_from(publications, publication_parts)
        .where(publications.c.turn_id == turns.c.id, publication_parts.c.permalink.is_not(None))
        .order_by(publication_parts.c.n)
        .limit(1)
        .scalar_subquery()
    )
    columns = (turns.c.id, turns.c.version, turns.c.state, turns.c.trouble, engagements.c.attained)
    rows = await connection.execute(
        select(*columns, last.c.at, newest.c.author_name, newest.c.words, permalink.label("permalink"))
        .select_from(last)
        .join(turns, turns.c.id == last.c.turn_id)
        .join(engagements)
        .outerjoin(newest, true())
        .order_by(last.c.at.desc())
    )
    return tuple(
        Gone(
            turn_id=row.id,
            version=row.version,
            state=State(row.state),
            author_name=row.author_name or "",
            words=_short(mask(row.words or "")),
            at=row.at,
            attained=row.attained,
            permalink=row.permalink,
            trouble=row.trouble,
        )
        for row in rows
    )
