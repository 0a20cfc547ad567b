"""The card of a turn, rebuilt from the record whenever somebody wants to see it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.promises import promised_in
from bot import switching
from bot.cards.priority import as_of
from bot.channels.base import Channel
from bot.deciding import claiming, snoozing, two_people
from bot.deciding.verdicts import possible
from bot.deciding.withdrawing import can_delete
from bot.record import posts, publications, replies, sharing, turns, uses
from bot.record.posts import Post
from bot.record.turns import Turn
from bot.review import Card, CardPost, HandOver, Override, Verb
from bot.rules.routes import channel_for
from bot.rules.rules import Rules
from bot.states import DECIDABLE, OUT, State
from bot.turn_context import channel_rules
from knowledge.masking import mask

_DECIDED = {
    Verb.APPROVE: "approved",
    Verb.SIGN: "signed",
    Verb.REJECT: "rejected",
    Verb.HAND_OVER: "handed over",
    Verb.EDIT: "edited",
    Verb.WRITE: "written",
    Verb.OVERRIDE: "overridden",
    Verb.UNDO: "taken back",
    Verb.CHOOSE: "chosen",
    Verb.REDRAFT: "sent back",
    Verb.DRAFT: "asked for",
    Verb.SNOOZE: "put off",
    Verb.WAKE: "taken up",
    Verb.CLAIM: "claimed",
    Verb.RELEASE: "released",
    Verb.GIVE_BACK: "given back",
    Verb.WITHDRAW: "withdrawn",
    Verb.CORRECT: "corrected",
}


#: What says something of the reply; the rest is about who looks at it, and when.
_OF_THE_REPLY = tuple(
    verb
    for verb in Verb
    if verb not in {Verb.CLAIM, Verb.RELEASE, Verb.SNOOZE, Verb.WAKE, Verb.HAND_OVER, Verb.GIVE_BACK}
)


async def build(connection: AsyncConnection, turn_id: int, channel: Channel, rules: Rules) -> Card | None:
    """The card as the record stands now; None before there is a proposal.

    Raises:
        UnknownTurn: no such turn.
    """
    turn = await turns.get(connection, turn_id)
    proposal = await replies.last_proposal(connection, turn_id)
    if proposal is None:
        return None
    burst = await posts.of_turn(connection, turn_id)
    thread = await posts.of_thread(connection, turn.channel, turn.thread)
    stored = await replies.reply_of(connection, turn_id, turn.version)
    decision = await replies.last_decision(connection, turn_id, *_OF_THE_REPLY)
    override = await replies.override_of(connection, turn_id, stored)
    approvals = await two_people.standing(connection, turn, stored, rules) if turn.state in DECIDABLE else ()
    publication = await publications.of_turn(connection, turn_id)
    waits = await _waits(connection, turn)
    shown = decision if decision and turn.state not in (State.HEARD, State.PROPOSED) else None
    return Card(
        turn_id=turn.id,
        version=turn.version,
        state=turn.state,
        channel=turn.channel,
        brand=rules.brand,
        posts=tuple(_post(post) for post in burst),
        thread=tuple(_post(post) for post in thread if post not in burst and _before(post, burst)),
        outcome=proposal.understanding.outcome,
        kind=proposal.kind,
        reason=proposal.reason,
        reason_text=proposal.reason_text,
        confidence=proposal.confidence,
        reply=stored.reply if stored else None,
        body=stored.body if stored else "",
        length=max((channel.count(part) for part in stored.reply.parts), default=0) if stored else 0,
        limit=(await channel_rules(channel)).limit,
        candidates=proposal.candidates,
        sources=proposal.sources,
        checks=stored.checks if stored else proposal.checks,
        writing=proposal.writing,
        parts=rules.parts,
        written_by=stored.author_name if stored and stored.author_id != replies.ASSISTANT else "",
        heard_at=turn.heard_at,
        decided=_DECIDED[shown.verb] if shown else "",
        decided_by=shown.reviewer_name if shown else "",
        decided_at=shown.at if shown else None,
        published=tuple(part.permalink for part in publication.parts if part.permalink) if publication else (),
        trouble=turn.trouble,
        steps=await turns.history(connection, turn_id),
        override=Override(override.reviewer_name, override.note) if override else None,
        has_leads=bool(rules.leads),
        lane=turn.lane,
        priority=as_of(turn.points, turn.heard_at, datetime.now(UTC)) if turn.points else None,
        goes_out_at=turn.goes_out_at if turn.state is State.APPROVED else None,
        waits=waits,
        approved_by=tuple(one.reviewer_name for one in approvals),
        claim=claiming.held(turn),
        snoozed_until=turn.snoozed_until if snoozing.asleep(turn) else None,
        snoozed_by=await _snoozed_by(connection, turn),
        handed=await _handed(connection, turn),
        rests_on=tuple(dict.fromkeys(key for one in stored.sentences for key in one.sources)) if stored else (),
        corrects=turn.corrects,
        shares=await sharing.with_turn(connection, turn.id),
        corrected=await _wrong(connection, turn),
        correction=await _correction(connection, turn),
        deletable=possible(Verb.WITHDRAW, turn.state) and await can_delete(channel),
        stands_in=channel_for(
            rules.routes,
            lane=turn.lane or proposal.lane.value,
            product=proposal.understanding.product or "",
            language=burst[-1].language if burst else "",
        ),
        has_model=rules.calls_per_hour > 0,
        promised=tuple(one for post in thread if post.by_us for one in promised_in(post.masked)),
        uses=await uses.of(connection, tuple(source.entry_id for source in proposal.sources), turn.id),
    )


async def _snoozed_by(connection: AsyncConnection, turn: Turn) -> str:
    made = await replies.last_decision(connection, turn.id, Verb.SNOOZE) if snoozing.asleep(turn) else None
    return made.reviewer_name if made else ""


async def _wrong(connection: AsyncConnection, turn: Turn) -> tuple[CardPost, ...]:
    """What a correction corrects, as it stands on the channel."""
    if turn.corrects is None or (publication := await publications.of_turn(connection, turn.corrects)) is None:
        return ()
    ids = {part.native_id for part in publication.parts}
    return tuple(
        _post(post) for post in await posts.of_thread(connection, turn.channel, turn.thread) if post.native_id in ids
    )


async def _correction(connection: AsyncConnection, turn: Turn) -> tuple[str, ...]:
    """Where the published correction of a turn stands."""
    made = await turns.correction_of(connection, turn.id) if turn.state in OUT else None
    publication = await publications.of_turn(connection, made.id) if made else None
    return tuple(part.permalink for part in publication.parts if part.permalink) if publication else ()


async def _waits(connection: AsyncConnection, turn: Turn) -> str:
    """Why an approved reply does not go out although nothing is the matter with it."""
    if turn.state not in (State.APPROVED, State.PUBLISHING):
        return ""
    now = await switching.publishing(connection)
    if now.on:
        return ""
    return "publishing is not switched on yet" if now.quiet else f"publishing is paused by {now.by}"


async def _handed(connection: AsyncConnection, turn: Turn) -> HandOver | None:
    if turn.state is not State.HANDED_OVER:
        return None
    made = await replies.last_decision(connection, turn.id, Verb.HAND_OVER)
    if made is None or made.more.get("to") != turn.handed_to:  # nobody had decided in time
        return HandOver(turn.handed_name, "Goodword", turn.updated_at, "")
    return HandOver(turn.handed_name, made.reviewer_name, made.at, made.note)


def _before(post: Post, burst: tuple[Post, ...]) -> bool:
    return bool(burst) and post.created_at <= burst[0].created_at


def _post(post: Post) -> CardPost:
    return CardPost(
        author_name=post.author_name,
        author_handle=post.author_handle,
        text=post.masked,
        at=post.created_at,
        url=post.url,
        by_us=post.by_us,
        media_alts=tuple(mask(alt) for alt in post.media_alts),
        media_urls=post.media_urls,
    )
