"""Handing over: somebody else, of any department, is asked to look at a turn and may write the reply to it.

The turn stays open: the reviewers may decide on it all the while, and only they approve. Whoever it was handed to may
write, edit and hand on, on that turn and for as long as it is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.record import replies, turns
from bot.record.turns import Turn
from bot.review import GROUP, Decision, Reviewer, Verb
from bot.rules import Group, Rules
from bot.states import State

if TYPE_CHECKING:
    from bot.deciding import Taking

#: What somebody may do with a turn that was handed to them.
THEIRS = frozenset({Verb.WRITE, Verb.EDIT, Verb.HAND_OVER, Verb.GIVE_BACK})


def group_of(to: str, rules: Rules) -> Group | None:
    """The group that `group:NAME` means; None for a person and for a group that the rules do not name."""
    if not to.startswith(GROUP):
        return None
    return next((group for group in rules.groups if group.name == to.removeprefix(GROUP)), None)


def theirs(turn: Turn, person: Reviewer, rules: Rules) -> bool:
    """Whether a turn is in this person's hands: handed to them, or to a group of theirs."""
    if turn.state is not State.HANDED_OVER:
        return False
    group = group_of(turn.handed_to, rules)
    return turn.handed_to == person.id or (group is not None and person.id in group.members)


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


async def hand_over(taking: Taking) -> None:
    """Give it to somebody else, and tell them."""
    connection, turn, decision = taking.connection, taking.turn, taking.decision
    queue, rules = taking.journey.queue, taking.journey.rules
    await taking.go(State.HANDED_OVER)
    await turns.put(connection, turn.id, handed_to=decision.to, handed_name=decision.to_whom)
    made = await replies.last_decision(connection, turn.id)
    assert made is not None  # it was just written down
    people = (decision.to,) if not decision.to.startswith(GROUP) else ()
    await queue.tell(connection, turn.id, "handed_below", made.id, *people)
    for to in recipients(decision.to, rules):
        await queue.tell(connection, turn.id, "handed_over", made.id, to)


async def give_back(taking: Taking) -> None:
    """The reviewers have it again."""
    await taking.go(State.ASKED)


async def end(taking: Taking, now: Turn) -> None:
    """Once it is not handed over any more, it is nobody's in particular."""
    if now.handed_to and now.state is not State.HANDED_OVER:
        await turns.put(taking.connection, now.id, handed_to="", handed_name="")
