"""Replies signed with the first name of who approves them, where the team's rules say so.

What is approved is exactly what is shown, so nobody's name is added after they clicked. Whoever writes or edits a
version signs it. Where somebody approves a version that does not end with their name, that click approves nothing: it
makes the version that does, which they are shown and approve with a second click. Under the two-person rule the name of
the first who approves stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cards import history
from bot.deciding import two_people
from bot.record import posts, replies, turns
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.reply import Reply
from bot.review import Decision, Reviewer, Verb
from bot.rewriting import Measured, measure, under_what_it_corrects
from bot.rules.rules import Rules
from bot.states import with_new_version

if TYPE_CHECKING:
    from bot.deciding.taking import Taking
    from bot.journey import Journey

NAMELESS = (
    "Replies are signed with the first name of who approves, and yours is not known. Ask a lead to write it into the "
    "rules."
)


def against(reviewer: Reviewer, rules: Rules) -> str:
    """Why this person cannot approve where replies are signed; empty where they can."""
    return NAMELESS if rules.signed and not rules.signature_of(reviewer) else ""


async def turned(
    journey: Journey,
    connection: AsyncConnection,
    decision: Decision,
    turn: Turn,
    stored: StoredReply | None,
    rules: Rules,
) -> Decision:
    """The decision as it counts: an approval of a version without that person's name is a wish to sign it."""
    if decision.verb is not Verb.APPROVE or not rules.signed or stored is None:
        return decision
    if await two_people.standing(connection, turn, stored, rules):
        return decision  # it has the name of the first, who approved just this
    _, reply = await _signed(journey, connection, turn, stored, decision.reviewer, rules)
    return decision if reply == stored.reply else replace(decision, verb=Verb.SIGN)


async def sign(taking: Taking) -> None:
    """The same words as a new version that ends with the reviewer's name; it still needs their approval."""
    connection, turn, stored = taking.connection, taking.turn, taking.stored
    assert stored is not None  # else there was nothing to approve
    measured, reply = await _signed(taking.journey, connection, turn, stored, taking.decision.reviewer, taking.rules)
    version = turn.version + 1
    await replies.add_reply(
        connection,
        turn.id,
        version,
        author=(stored.author_id, stored.author_name),
        body=stored.body,
        reply=reply,
        sentences=stored.sentences,
        checks=measured.checks,
    )
    state = with_new_version(turn.state)
    what = history.decided(taking.decision)
    await turns.change(connection, turn, state, who=taking.decision.reviewer.name, what=what, version=version)


async def _signed(
    journey: Journey, connection: AsyncConnection, turn: Turn, stored: StoredReply, reviewer: Reviewer, rules: Rules
) -> tuple[Measured, Reply]:
    channel, library = journey.channel_of(turn), journey.library
    measured = await measure(
        connection, turn, stored.body, reviewer=reviewer, channel=channel, rules=rules, library=library
    )
    last = (await posts.of_turn(connection, turn.id))[-1]
    reply = rules.reply_to(last, measured.parts, signed_by=reviewer)
    return measured, await under_what_it_corrects(connection, turn, reply)
