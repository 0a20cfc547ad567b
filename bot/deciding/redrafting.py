"""Drafting anew as a reviewer wished, and drafting all the same where silence was proposed.

The wish waits with the turn until the next draft. Where it cannot be granted, the reply that stood comes back: a
reviewer who asks for better never ends with less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import Proposal, TurnContext, Wish
from bot.cards import history
from bot.record import replies, turns
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.review import Decision
from bot.rules.rules import Rules
from bot.states import State

if TYPE_CHECKING:
    from bot.deciding.taking import Taking


@dataclass(frozen=True)
class Wished:
    """What is wished of the next draft of a turn: `words` are the reviewer's, `instead_of` is the body that stood,
    `exclude` the entries that it rested on, where another source is wished for."""

    wish: Wish
    words: str = ""
    instead_of: str = ""
    exclude: tuple[str, ...] = ()

    def record(self) -> dict[str, object]:
        """As the record keeps it."""
        return {"wish": self.wish.value, "words": self.words, "instead_of": self.instead_of, "exclude": self.exclude}


def against(decision: Decision, stored: StoredReply | None, rules: Rules) -> str:
    """Why a wish cannot be taken up, as one sentence; empty where it can."""
    if decision.wish is None or decision.wish is Wish.ANY:
        return "Please choose how the draft should differ."
    if decision.wish is Wish.WORDS and not rules.calls_per_hour:
        return "No language model is connected, so a wish in words cannot be followed. Edit the reply instead."
    if decision.wish is Wish.WORDS and not decision.note.strip():
        return "Please say in a few words how the draft should differ."
    if decision.wish is Wish.SHORTER and stored is None:
        return "There is no reply yet that could be shorter: write one, or ask for another source."
    return ""


async def redraft(taking: Taking) -> None:
    """Send the turn back to be drafted as wished. What stands keeps standing in the record."""
    decision, stored = taking.decision, taking.stored
    wish = decision.wish or Wish.ANY
    used = {source for sentence in (stored.sentences if stored else ()) for source in sentence.sources}
    await _again(
        taking,
        Wished(
            wish,
            words=decision.note.strip() if wish is Wish.WORDS else "",
            instead_of=stored.body if stored else "",
            exclude=tuple(sorted(used)) if wish is Wish.OTHER_SOURCE else (),
        ),
    )


async def draft_all_the_same(taking: Taking) -> None:
    """Silence was proposed, and somebody wants a draft."""
    await _again(taking, Wished(Wish.ANY))


async def _again(taking: Taking, wished: Wished) -> None:
    turn, decision = taking.turn, taking.decision
    what = history.decided(decision) if decision.wish is None else history.wished(decision)
    await turns.change(
        taking.connection,
        turn,
        State.HEARD,
        who=decision.reviewer.name,
        what=what,
        version=turn.version + 1,
        wish=wished.record(),
    )
    await taking.journey.queue.advance(taking.connection, turn.id, turn.lock)


def wishing(context: TurnContext, turn: Turn) -> TurnContext:
    """The context with what a reviewer wished of this draft, if anything."""
    if not turn.wish:
        return context
    wished = Wished(**{**turn.wish, "wish": Wish(turn.wish["wish"]), "exclude": tuple(turn.wish["exclude"])})
    update = {
        "wish": wished.wish,
        "wish_words": wished.words,
        "instead_of": wished.instead_of,
        "exclude": (*context.exclude, *wished.exclude),
    }
    return context.model_copy(update=update)


async def what_stood(connection: AsyncConnection, turn: Turn, proposal: Proposal) -> StoredReply | None:
    """The reply that comes back because the wish could not be granted: there is no draft, or the very same one."""
    if not turn.wish:
        return None
    stood = await replies.reply_of(connection, turn.id, turn.version - 1)
    return stood if stood and (not proposal.text or proposal.text.strip() == stood.body.strip()) else None


async def bring_back(connection: AsyncConnection, turn: Turn, stood: StoredReply) -> None:
    """Make the reply that stood the new version's, with the proposal it came from. `turn` is at the new version."""
    before = await replies.last_proposal(connection, turn.id)
    if before is not None:
        await replies.add_proposal(connection, turn.id, turn.version, before)
    await replies.add_reply(
        connection,
        turn.id,
        turn.version,
        author=(stood.author_id, stood.author_name),
        body=stood.body,
        reply=stood.reply,
        sentences=stood.sentences,
        checks=stood.checks,
    )
