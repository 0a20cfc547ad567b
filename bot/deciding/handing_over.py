"""Handing over: somebody else, of any department, is asked to look at a turn and may write the reply to it.

The turn stays open: the reviewers may decide on it all the while, and only they approve. Whoever it was handed to may
write, edit and hand on, on that turn and for as long as it is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.record import replies, turns
from bot.record.turns import Turn
from bot.review import GROUP, Decision, Reviewer, Verb
from bot.rules.rules import Group, Rules
from bot.states import State

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.deciding.taking import Taking
    from bot.journey import Journey

#: What somebody may do with a turn that was handed to them.
THEIRS = frozenset({Verb.WRITE, Verb.EDIT, Verb.HAND_OVER, Verb.GIVE_BACK})


def group_of(to: str, rules: Rules) -> Group | None:
    """The group that `group:NAME` means; None for a person and for a group that the rules do not name."""
    if not to.startswith(GROUP):
        return None
    return rules.group(to.removeprefix(GROUP))


def theirs(turn: Turn, person: Reviewer, rules: Rules) -> bool:
    """Whether a turn is in this person's hands: handed to them, or to a group of theirs."""
    if turn.state is not State.HANDED_OVER:
        return False
    group, me = group_of(turn.handed_to, rules), rules.person(person.id)
    return rules.person(turn.handed_to) == me or (group is not None and me in group.members)


def against(decision: Decision, rules: Rules) -> str:
    """Why a turn cannot be handed over like this, as a sentence; empty where it can."""
    if not decision.to.strip():
        return "Say to whom."
    if decision.to.startswith(GROUP) and group_of(decision.to, rules) is None:
        known = ", ".join(group.name for group in rules.groups) or "none is named in the rules"
        return f"There is no group {decision.to.removeprefix(GROUP)}. The groups: {known}."
    return "" if decision.note.strip() else "Say what you need from them: the note goes with it."


def recipients(to: str, rules: Rules) -> tuple[str, ...]:
    """Where a hand-over is told: the person's id, the group's own channel, or each of its people."""
    group = group_of(to, rules)
    if group is None:
        return () if to.startswith(GROUP) else (to,)
    return (group.channel,) if group.channel else tuple(sorted(group.members))


async def tell(journey: Journey, connection: AsyncConnection, turn_id: int, to: str, rules: Rules) -> None:
    """Tell whoever it was handed to, once this transaction commits."""
    for one in recipients(to, rules):
        await journey.queue.tell(connection, turn_id, "handed_over", 0, one)


async def hand_over(taking: Taking) -> None:
    """Give it to somebody else, and tell them."""
    connection, turn, decision = taking.connection, taking.turn, taking.decision
    queue = taking.journey.queue
    await taking.go(State.HANDED_OVER)
    await turns.put(connection, turn.id, handed_to=decision.to, handed_name=decision.to_whom)
    made = await replies.last_decision(connection, turn.id)
    assert made is not None  # it was just written down
    if not decision.to.startswith(GROUP):  # the thread says it anyway: this calls them
        await queue.tell(connection, turn.id, "handed_below", made.id, decision.to)
    await tell(taking.journey, connection, turn.id, decision.to, taking.rules)


async def give_back(taking: Taking) -> None:
    """The reviewers have it again."""
    await taking.go(State.ASKED)


async def end(taking: Taking, now: Turn) -> None:
    """Once it is not handed over any more, it is nobody's in particular."""
    if now.handed_to and now.state is not State.HANDED_OVER:
        await turns.put(taking.connection, now.id, handed_to="", handed_name="")
