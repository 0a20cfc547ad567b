"""Proposals, the replies made of them, and the decisions on those."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, cast, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import Check, Proposal, Sentence
from bot.record.tables import decisions, proposals, replies
from bot.reply import Reply, Visibility
from bot.review import Decision, Verb

_CHECKS = TypeAdapter(tuple[Check, ...])
_SENTENCES = TypeAdapter(tuple[Sentence, ...])
ASSISTANT = "assistant"


@dataclass(frozen=True)
class StoredReply:
    """One version of a turn's reply. `body` is the editable part, `author_id` is `assistant` or a reviewer; `sentences`
    are those of the body, each with the entries it rests on or with the reviewer whose words it is."""

    id: int
    version: int
    author_id: str
    author_name: str
    body: str
    reply: Reply
    hash: str
    sentences: tuple[Sentence, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class StoredDecision:
    """A decision as it was taken."""

    id: int
    version: int
    verb: Verb
    reply_hash: str | None
    reviewer_id: str
    reviewer_name: str
    reason: str | None
    note: str
    more: dict[str, Any]
    at: datetime


async def add_proposal(connection: AsyncConnection, turn_id: int, version: int, proposal: Proposal) -> None:
    """Keep what the assistant suggested; a second try for the same version changes nothing."""
    values = {"turn_id": turn_id, "version": version, "body": proposal.model_dump(mode="json")}
    await connection.execute(insert(proposals).values(**values).on_conflict_do_nothing())


async def last_proposal(connection: AsyncConnection, turn_id: int) -> Proposal | None:
    """The newest proposal of a turn."""
    found = await connection.execute(
        select(proposals.c.body).where(proposals.c.turn_id == turn_id).order_by(proposals.c.version.desc()).limit(1)
    )
    body = found.scalar_one_or_none()
    return Proposal.model_validate(body) if body else None


async def add_reply(
    connection: AsyncConnection,
    turn_id: int,
    version: int,
    *,
    author: tuple[str, str],
    body: str,
    reply: Reply,
    sentences: tuple[Sentence, ...],
    checks: tuple[Check, ...],
) -> None:
    """Keep a version of the reply. `author` is (id, name)."""
    await connection.execute(
        insert(replies)
        .values(
            turn_id=turn_id,
            version=version,
            author_id=author[0],
            author_name=author[1],
            body=body,
            reply=asdict(reply),
            hash=reply.hash(),
            sentences=_SENTENCES.dump_python(sentences, mode="json"),
            checks=_CHECKS.dump_python(checks, mode="json"),
        )
        .on_conflict_do_nothing()
    )


async def add_draft(connection: AsyncConnection, turn_id: int, version: int, proposal: Proposal, reply: Reply) -> None:
    """Keep the reply that a proposal makes."""
    await add_reply(
        connection,
        turn_id,
        version,
        author=(ASSISTANT, "Goodword"),
        body=proposal.text,
        reply=reply,
        sentences=proposal.candidates[0].sentences if proposal.candidates else (),
        checks=proposal.checks,
    )


async def fail(connection: AsyncConnection, turn_id: int, version: int, check: Check) -> None:
    """Add a check that this version of the reply turned out to fail after it was made."""
    where = (replies.c.turn_id == turn_id, replies.c.version == version)
    added = replies.c.checks.concat(cast([check.model_dump(mode="json")], JSONB))
    await connection.execute(update(replies).where(*where).values(checks=added))


async def reply_of(connection: AsyncConnection, turn_id: int, version: int) -> StoredReply | None:
    """The reply of exactly this version; None where nothing was drafted or written for it."""
    found = await connection.execute(select(replies).where(replies.c.turn_id == turn_id, replies.c.version == version))
    row = found.mappings().one_or_none()
    if row is None:
        return None
    raw = dict(row["reply"])
    reply = Reply(**{**raw, "parts": tuple(raw["parts"]), "visibility": Visibility(raw["visibility"])})
    return StoredReply(
        id=row["id"],
        version=row["version"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        body=row["body"],
        reply=reply,
        hash=row["hash"],
        sentences=_SENTENCES.validate_python(row["sentences"]),
        checks=_CHECKS.validate_python(row["checks"]),
    )


async def was_delivered(connection: AsyncConnection, turn_id: int, delivery_id: str) -> bool:
    """True where this very click has been recorded before (a retry, a double delivery)."""
    found = await connection.execute(
        select(decisions.c.id).where(decisions.c.turn_id == turn_id, decisions.c.delivery_id == delivery_id)
    )
    return found.scalar_one_or_none() is not None


async def add_decision(connection: AsyncConnection, decision: Decision, reply_hash: str | None) -> None:
    """Record a decision on exactly this version and reply."""
    await connection.execute(
        insert(decisions).values(
            turn_id=decision.turn_id,
            version=decision.version,
            reply_hash=reply_hash,
            verb=decision.verb.value,
            reviewer_id=decision.reviewer.id,
            reviewer_name=decision.reviewer.name,
            reason=decision.reason.value if decision.reason else None,
            note=decision.note,
            more=_more(decision),
            delivery_id=decision.delivery_id,
        )
    )


def _more(decision: Decision) -> dict[str, Any]:
    """What else was said with a decision, by name; nothing that was not."""
    said = {
        "source": decision.source,
        "to": decision.to,
        "to_name": decision.to_whom,
        "until": decision.until.isoformat() if decision.until else "",
        "wish": decision.wish.value if decision.wish else "",
    }
    chosen = {"candidate": decision.candidate} if decision.verb is Verb.CHOOSE else {}
    return {name: value for name, value in said.items() if value} | chosen


async def mark(connection: AsyncConnection, decision_id: int, more: dict[str, Any]) -> None:
    """Write down with a decision what it came to."""
    added = decisions.c.more.concat(cast(more, JSONB))
    await connection.execute(update(decisions).where(decisions.c.id == decision_id).values(more=added))


async def decisions_on(
    connection: AsyncConnection, turn_id: int, version: int, verbs: tuple[Verb, ...]
) -> tuple[StoredDecision, ...]:
    """The decisions of these kinds on one version of a turn's reply, oldest first."""
    kinds = decisions.c.verb.in_([verb.value for verb in verbs])
    found = await connection.execute(
        select(decisions)
        .where(decisions.c.turn_id == turn_id, decisions.c.version == version, kinds)
        .order_by(decisions.c.id)
    )
    return tuple(_decision(row) for row in found.mappings())


async def override_of(connection: AsyncConnection, turn_id: int, stored: StoredReply | None) -> StoredDecision | None:
    """The override of exactly this version of the reply, where a lead has made one."""
    if stored is None:
        return None
    same = (decisions.c.version == stored.version, decisions.c.reply_hash == stored.hash)
    return await _newest_decision(connection, turn_id, decisions.c.verb == Verb.OVERRIDE.value, *same)


async def last_decision(connection: AsyncConnection, turn_id: int, *verbs: Verb) -> StoredDecision | None:
    """The newest decision on a turn, or the newest of these kinds."""
    kinds = (decisions.c.verb.in_([verb.value for verb in verbs]),) if verbs else ()
    return await _newest_decision(connection, turn_id, *kinds)


async def decision(connection: AsyncConnection, turn_id: int, number: int) -> StoredDecision | None:
    """The decision of this number."""
    return await _newest_decision(connection, turn_id, decisions.c.id == number)


async def _newest_decision(
    connection: AsyncConnection, turn_id: int, *where: ColumnElement[bool]
) -> StoredDecision | None:
    found = await connection.execute(
        select(decisions).where(decisions.c.turn_id == turn_id, *where).order_by(decisions.c.id.desc()).limit(1)
    )
    row = found.mappings().one_or_none()
    return _decision(row) if row else None


def _decision(row: RowMapping) -> StoredDecision:
    names = ("id", "version", "reply_hash", "reviewer_id", "reviewer_name", "reason", "note", "more", "at")
    return StoredDecision(verb=Verb(row["verb"]), **{name: row[name] for name in names})
