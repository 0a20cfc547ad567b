"""Whether the outcome was attained: what the person says, by asking again too, and what their silence is worth.

Attained when they say so; not attained when they say so, or ask for the same again within the follow-up's days; else
unknown, which counts as neither. A like is not a word: nothing here reads one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.afterwards import asking
from actions.overlap import likeness
from actions.parts import parts
from actions.proposal import Proposal, Understanding
from bot.cards import history
from bot.channels.base import Channel
from bot.record import posts, replies, standing, turns
from bot.record.turns import Turn
from bot.rules.rules import Rules
from bot.states import State
from bot.turn_context import turn_context

#: What Rasa calls the two messages that tell how it went.
_TELLS = {"it_worked": "attained", "it_did_not_work": "not_attained"}
#: These ask for something.
_ASKS = frozenset({"get_something_done", "fix_a_problem", "it_did_not_work", "complain", "nlu_fallback"})
#: Two outcomes whose meaningful words are alike by this much (Jaccard) are one: "hang a shelf on brick" and
#: "hang shelves on a brick wall".
SAME_OUTCOME = 0.6


async def note_outcome(connection: AsyncConnection, turn: Turn, proposal: Proposal, within: timedelta) -> None:
    """Where a turn tells how earlier advice went, the engagement that it was given in knows.

    A turn tells so in words, where there was one before it; or by asking for the same outcome, here or in another
    thread, `within` so much time of our answer.
    """
    understanding = proposal.understanding
    told = _TELLS.get(understanding.intent)
    if told and turn.earlier is not None:  # there was a turn before this one to speak of
        await turns.set_attained(connection, turn.engagement_id, told)
        return
    if understanding.intent not in _ASKS or not understanding.outcome:
        return
    for answered in await turns.answered(connection, turn, within):
        # of this very engagement the outcome was noted anew already: `turn.outcome` is the earlier one
        before = turn.outcome if answered.engagement_id == turn.engagement_id else answered.outcome
        if answered.attained == "open" and _same(before, understanding.outcome):
            await turns.set_attained(connection, answered.engagement_id, "not_attained")
            await turns.note(connection, answered.id, who="Goodword", what=history.ASKED_AGAIN)


def _same(one: str, other: str) -> bool:
    return bool(one and other) and likeness(one, other) >= SAME_OUTCOME


async def ask_afterwards(connection: AsyncConnection, turn: Turn, channel: Channel, rules: Rules) -> int:
    """Begin a turn that asks in public whether it worked, proposed and waiting for a decision like any other.

    Returns its number.
    It follows the posts that `turn` answered, as it has none of its own.
    """
    burst = await posts.of_turn(connection, turn.id)
    thread = await posts.of_thread(connection, turn.channel, turn.thread)
    context = await turn_context(turn, burst, thread, channel, rules, known_now=True)
    understanding = turn.earlier or Understanding(intent="inform", intent_confidence=1.0, outcome=turn.outcome)
    proposal = asking(context, understanding)
    number = await turns.begin(connection, turn.engagement_id, follows=turn.id)
    asked = replace(turn, id=number, version=1)
    await replies.add_proposal(connection, number, asked.version, proposal)
    last = burst[-1]
    reply = rules.reply_to(last, parts(proposal.text, context))
    await replies.add_draft(connection, number, asked.version, proposal, reply)
    begun = await turns.get(connection, number, lock=True)
    await standing.give(connection, begun, proposal)
    await turns.change(connection, begun, State.PROPOSED, who="Goodword", what=history.drafted(proposal))
    return number
