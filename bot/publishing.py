"""Publishing exactly once: the last look, the intent, the sending part by part, and what the network said.

Every engine delivers at least once at the network call; once is made here. An intent is written before each call. A
call whose result is unknown is repeated with the same idempotency key while the network surely remembers it (half the
key's life); after that our own reply is looked for first. Results are written only by the newest attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.channels.base import Channel, ChannelRefused, HeardPost, PublishedPart
from bot.deciding import correcting, two_people
from bot.learning import Memory
from bot.record import posts, publications, replies
from bot.record.publications import Part, Publication
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.review import Reviewer, Verb
from bot.rules.rules import Rules


@dataclass(frozen=True)
class Sent:
    """How sending ended: all confirmed, refused for good (with the sentence), or overtaken by a later attempt."""

    refused: str = ""
    some_out: bool = False
    overtaken: bool = False


async def last_look(engine: AsyncEngine, turn: Turn, channel: Channel) -> str:
    """What the network speaks against publishing now: the post is gone, or one of ours has answered it meanwhile.

    Empty where nothing does. Raises ChannelUnavailable.
    """
    async with engine.connect() as connection:
        burst = await posts.of_turn(connection, turn.id)
        stored = await replies.reply_of(connection, turn.id, turn.version)
    answered, at = {post.native_id for post in burst}, burst[-1].native_id
    if turn.corrects is not None and stored is not None:  # it stands under the wrong reply, which answers nothing
        answered, at = {stored.reply.parent}, stored.reply.parent
    try:
        thread = await channel.thread(at)
    except ChannelRefused as error:
        return f"The post is gone or cannot be read any more: {error}"
    by_us = [post for post in thread if post.by_us and post.parent in answered]
    async with engine.connect() as connection:
        known = await publications.ours(connection, tuple(post.native_id for post in by_us))
    elsewhere = [post for post in by_us if post.native_id not in known]
    if elsewhere:
        return f"Somebody of yours has answered already: {elsewhere[0].url or elsewhere[0].native_id}"
    return ""


async def still_true(connection: AsyncConnection, turn: Turn, library: Memory, rules: Rules) -> str:
    """What the record speaks against publishing: no decision on exactly this reply, by somebody who may still decide,
    or a cited entry that is gone."""
    stored = await replies.reply_of(connection, turn.id, turn.version)
    decision = await replies.last_decision(connection, turn.id)
    if stored is None or decision is None or decision.verb is not Verb.APPROVE:
        return "There is no approval for this reply."
    if nothing_left := await correcting.gone(connection, turn):
        return nothing_left
    if not decision.reply_hash == stored.hash == stored.reply.hash():
        return "The reply is not the one that was approved."
    if missing := await two_people.broken(connection, turn, stored, decision):
        return missing
    if not rules.may(Reviewer(decision.reviewer_id, decision.reviewer_name), Verb.APPROVE):
        return f"{decision.reviewer_name} approved this and may not approve any more: somebody else has to."
    ids = {source for sentence in stored.sentences for source in sentence.sources}
    live = {entry.id for entry in await library.live(connection, tuple(sorted(ids)))}
    if gone := sorted(ids - live):
        return f"The draft rests on an entry that is not in use any more: {', '.join(gone)}"
    return ""


async def begin(connection: AsyncConnection, turn: Turn) -> None:
    """Write the publication with the decision it rests on, before anything is sent."""
    stored, decision = await _approved(connection, turn)
    wrong = await publications.of_turn(connection, turn.corrects) if turn.corrects is not None else None
    await publications.begin(
        connection,
        turn_id=turn.id,
        decision_id=decision,
        reply_id=stored.id,
        reply_hash=stored.hash,
        corrects=wrong.id if wrong else None,
    )


async def send(engine: AsyncEngine, turn: Turn, channel: Channel) -> Sent:
    """Send every part that is not confirmed, in order.

    Raises:
        ChannelUnavailable: the channel is away; call again later and it goes on where it stopped.
    """
    async with engine.begin() as connection:
        publication = await publications.claim(connection, turn.id)
        stored, _ = await _approved(connection, turn)
    lifetime = (await channel.capabilities()).key_lifetime
    parent = stored.reply.parent
    some_out = False
    for n, text in enumerate(stored.reply.parts):
        part = publication.part(n)
        if part is not None and part.native_id:
            parent, some_out = part.native_id, True
            continue
        async with engine.begin() as connection:
            await publications.intend(connection, publication.id, n)
        try:
            out = await _once(channel, publication, stored, n, text, parent, part, lifetime)
        except ChannelRefused as error:
            return Sent(refused=f"{channel.name.capitalize()} refused the reply: {error}", some_out=some_out)
        if not await _record(engine, turn, publication, stored, n, out):
            return Sent(overtaken=True)
        parent, some_out = out.native_id, True
    return Sent()


async def finish(connection: AsyncConnection, turn: Turn) -> None:
    """Every part is confirmed."""
    publication = await publications.of_turn(connection, turn.id)
    if publication is not None:
        await publications.finish(connection, publication.id)


async def forget(connection: AsyncConnection, turn: Turn) -> None:
    """Nothing went out: a new decision may begin a new publication."""
    publication = await publications.of_turn(connection, turn.id)
    if publication is not None:
        await publications.withdraw_intent(connection, publication.id)


async def _once(
    channel: Channel,
    publication: Publication,
    stored: StoredReply,
    n: int,
    text: str,
    parent: str,
    earlier: Part | None,
    lifetime: float | None,
) -> PublishedPart:
    if earlier is not None and not _remembered(earlier.intent_at, lifetime):
        found = await channel.find_own(parent, text, earlier.intent_at)
        if found is not None:
            return found
    return await channel.publish(
        text,
        parent=parent,
        visibility=stored.reply.visibility,
        key=publication.key(n),
        content_warning=stored.reply.content_warning,
        language=stored.reply.language,
    )


def _remembered(intent_at: datetime, lifetime: float | None) -> bool:
    """Whether the network surely still knows the key: within half its life (Mastodon's: an hour)."""
    return lifetime is not None and datetime.now(UTC) - intent_at < timedelta(seconds=lifetime / 2)


async def _approved(connection: AsyncConnection, turn: Turn) -> tuple[StoredReply, int]:
    stored = await replies.reply_of(connection, turn.id, turn.version)
    decision = await replies.last_decision(connection, turn.id)
    if stored is None or decision is None or decision.verb is not Verb.APPROVE or decision.reply_hash != stored.hash:
        raise LookupError(f"turn {turn.id} has no approval for version {turn.version}")
    if missing := await two_people.broken(connection, turn, stored, decision):
        raise LookupError(f"turn {turn.id}: {missing}")
    return stored, decision.id


async def _record(
    engine: AsyncEngine, turn: Turn, publication: Publication, stored: StoredReply, n: int, out: PublishedPart
) -> bool:
    """Write what the network returned, and our own post into the thread: what was really said."""
    async with engine.begin() as connection:
        if not await publications.confirm(connection, publication, n, out):
            return False
        ours = HeardPost(
            channel=turn.channel,
            native_id=out.native_id,
            thread=turn.thread,
            parent=stored.reply.parent,
            author_id="us",
            author_name="us",
            author_handle="us",
            text=stored.reply.parts[n],
            created_at=out.at,
            url=out.permalink,
            visibility=stored.reply.visibility,
            language=stored.reply.language,
            by_us=True,
        )
        await posts.add(connection, ours)
    return True
