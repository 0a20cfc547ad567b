"""Correcting in public what was published: a reply of its own under the wrong one, with a decision of its own.

What went out stays as it is, so that readers see both; nothing is rewritten. A correction is a turn that corrects
another. It has no posts of its own, and is always in a person's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import Proposal, ProposalKind, Understanding
from actions.reasons import SENTENCES, Reason
from bot import rewriting
from bot.cards import history
from bot.learning import answer_id
from bot.record import posts, publications, replies, standing, turns
from bot.record.turns import Turn
from bot.review import Decision
from bot.states import OUT, State, with_new_version

if TYPE_CHECKING:
    from bot.deciding.taking import Taking


async def against(connection: AsyncConnection, decision: Decision, turn: Turn) -> str:
    """Why a published reply cannot be corrected now, as one sentence; empty where it can."""
    if not decision.text.strip():
        return "The correction is empty: write something first."
    made = await turns.correction_of(connection, turn.id)
    if made is None:
        return ""
    if made.state in OUT:
        return "This has been corrected already. If that is wrong too, correct the correction."
    return "A correction of this is waiting for its approval already: edit or reject that one."


async def correct(taking: Taking) -> None:
    """Begin the turn that corrects, proposed and waiting for an approval like any other.

    The wrong answer is knowledge no more from this transaction on, whether or not the correction ever goes out, and
    nobody is asked any more whether it helped.
    """
    connection, decision, wrong, journey = taking.connection, taking.decision, taking.turn, taking.journey
    channel, rules, library = journey.channel_of(wrong), taking.rules, journey.library
    reviewer = decision.reviewer
    publication = await publications.of_turn(connection, wrong.id)
    if publication is None:
        raise LookupError(f"turn {wrong.id} is published without a publication row")
    measured = await rewriting.measure(
        connection, wrong, decision.text, reviewer=reviewer, channel=channel, rules=rules, library=library
    )
    before = await replies.last_proposal(connection, wrong.id)
    number = await turns.begin(connection, wrong.engagement_id, corrects=wrong.id)
    begun = await turns.get(connection, number, lock=True)
    proposal = Proposal(
        kind=ProposalKind.ADVISE,
        reason=Reason.CORRECTION,
        reason_text=SENTENCES[Reason.CORRECTION],
        text=decision.text,
        sources=before.sources if before else (),
        confidence=1.0,
        understanding=before.understanding if before else Understanding(intent="inform", intent_confidence=1.0),
    )
    await replies.add_proposal(connection, begun.id, begun.version, proposal)
    await standing.give(connection, begun, proposal)
    last = (await posts.of_turn(connection, wrong.id))[-1]
    await replies.add_reply(
        connection,
        begun.id,
        begun.version,
        author=(reviewer.id, reviewer.name),
        body=decision.text,
        reply=await rewriting.under_what_it_corrects(
            connection, begun, rules.reply_to(last, measured.parts, signed_by=reviewer)
        ),
        sentences=measured.sentences,
        checks=measured.checks,
    )
    await journey.go(connection, begun, State.PROPOSED, who=reviewer.name, what=history.decided(decision))
    await library.retire(connection, (answer_id(publication.id),), by=reviewer.name)
    if wrong.state is State.CLOSED:
        await taking.note(history.decided(decision))
        await journey.queue.show(connection, wrong.id)
    else:
        await taking.go(State.CLOSED)


async def look_again(connection: AsyncConnection, engagement_id: int, who: str) -> tuple[int, ...]:
    """The person has written again: a correction that waits is looked at anew before it goes out, in the same words,
    under a new version. Returns the numbers of such turns; what the person wrote is a turn of its own."""
    waiting = await turns.open_corrections(connection, engagement_id)
    for turn in waiting:
        stored = await replies.reply_of(connection, turn.id, turn.version)
        if stored is not None:
            await replies.add_reply(
                connection,
                turn.id,
                turn.version + 1,
                author=(stored.author_id, stored.author_name),
                body=stored.body,
                reply=stored.reply,
                sentences=stored.sentences,
                checks=stored.checks,
            )
        to = with_new_version(turn.state)
        await turns.change(
            connection, turn, to, who=who, what=history.WROTE_MORE, version=turn.version + 1, trouble=turn.trouble
        )
    return tuple(turn.id for turn in waiting)


async def gone(connection: AsyncConnection, turn: Turn) -> str:
    """Why there is nothing left to correct, or to ask about afterwards, as one sentence; empty where there is, or
    where the turn does neither. What it corrects stays as it is until this transaction ends: a withdrawal comes before
    this look or after what follows from it."""
    before = await turns.followed_by(connection, turn.id)
    if before in (State.WITHDRAWING, State.WITHDRAWN):
        return "The reply that this asks about is deleted, so there is nothing to ask."
    if turn.corrects is None:
        return ""
    wrong = await turns.get(connection, turn.corrects, lock=True)
    return "" if wrong.state in OUT else "The reply that this corrects is being deleted, so nothing is left to correct."
