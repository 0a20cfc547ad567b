"""What each decision does. One function a verb, in the file of its subject; which verbs count in which states."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import rewriting
from bot.cards import history
from bot.deciding import (
    choosing,
    claiming,
    correcting,
    disputes,
    handing_over,
    redrafting,
    signing,
    snoozing,
    undoing,
    withdrawing,
)
from bot.record import turns
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.review import Decision, Verb, in_the_way
from bot.rules.rules import Rules
from bot.states import State

if TYPE_CHECKING:
    from bot.journey import Journey


@dataclass(frozen=True)
class Taking:
    """A decision that is being taken: nothing speaks against it, and it is written down already.

    `turn` is as it was read, its row locked until `connection` commits; `stored` is the reply of the version decided
    on, None where there is none; `rules` are those it was judged by: they hold for all that follows from it.
    """

    journey: Journey
    connection: AsyncConnection
    decision: Decision
    turn: Turn
    stored: StoredReply | None
    rules: Rules

    async def go(self, to: State, *, goes_out_at: datetime | None = None) -> None:
        """Move the turn, with the usual line in its history."""
        who, what = self.decision.reviewer.name, history.decided(self.decision)
        await self.journey.go(self.connection, self.turn, to, who=who, what=what, goes_out_at=goes_out_at)

    async def note_decided(self) -> None:
        """Write the usual line into the history without moving the turn."""
        await self.note(history.decided(self.decision))

    async def note(self, what: str) -> None:
        """Write a line into the history without moving the turn."""
        await turns.note(self.connection, self.turn.id, who=self.decision.reviewer.name, what=what)


async def carry_out(taking: Taking) -> None:
    """Do what was decided. Whatever moves the turn ends a claim on it, and whatever is done to it ends a snooze."""
    verb = taking.decision.verb
    await _CARRY_OUT[verb](taking)
    now = await turns.get(taking.connection, taking.turn.id)
    if now.state is not taking.turn.state:
        await claiming.clear(taking.connection, now)
        await handing_over.end(taking, now)
    if verb not in _LEAVES_ASLEEP:
        await snoozing.end(taking.connection, now)


async def _rewrite(taking: Taking) -> None:
    journey = taking.journey
    await rewriting.rewrite(
        taking.connection,
        taking.decision,
        taking.turn,
        channel=journey.channel_of(taking.turn),
        rules=taking.rules,
        library=journey.library,
    )


async def _override(taking: Taking) -> None:
    """It moves nothing: this version may now be approved."""
    checks = taking.stored.checks if taking.stored else ()
    await taking.note(history.overridden(taking.decision, in_the_way(checks)))


async def _reject(taking: Taking) -> None:
    await taking.go(State.REJECTED)
    await disputes.begin(taking)


_LEAVES_ASLEEP = frozenset({Verb.SNOOZE, Verb.CLAIM, Verb.RELEASE})

_CARRY_OUT: dict[Verb, Callable[[Taking], Awaitable[None]]] = {
    Verb.APPROVE: undoing.approve,
    Verb.SIGN: signing.sign,
    Verb.UNDO: undoing.undo,
    Verb.WITHDRAW: withdrawing.withdraw,
    Verb.CORRECT: correcting.correct,
    Verb.EDIT: _rewrite,
    Verb.WRITE: _rewrite,
    Verb.CHOOSE: choosing.choose,
    Verb.OVERRIDE: _override,
    Verb.REJECT: _reject,
    Verb.HAND_OVER: handing_over.hand_over,
    Verb.GIVE_BACK: handing_over.give_back,
    Verb.CLAIM: claiming.claim,
    Verb.RELEASE: claiming.release,
    Verb.SNOOZE: snoozing.snooze,
    Verb.WAKE: snoozing.wake,
    Verb.REDRAFT: redrafting.redraft,
    Verb.DRAFT: redrafting.draft_all_the_same,
}
