"""Another of the drafted versions in place of the one that stands: how each would be sent, and taking one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.checks import check, check_courtesy
from actions.parts import longest, parts
from actions.proposal import Candidate, Check, Proposal, ProposalKind, TurnContext
from bot.cards import history
from bot.channels.base import Channel
from bot.learning import Memory
from bot.record import posts, replies, turns
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.review import Decision, Version
from bot.rules.rules import Rules
from bot.states import with_new_version
from bot.turn_context import turn_context
from knowledge.entries import Entry

if TYPE_CHECKING:
    from bot.deciding.taking import Taking

#: So many different versions a proposal may hold.
MOST = 3


async def against(connection: AsyncConnection, decision: Decision, stored: StoredReply | None) -> str:
    """Why this version cannot be taken, as one sentence; empty where it can."""
    proposal = await replies.last_proposal(connection, decision.turn_id)
    candidates = proposal.candidates if proposal else ()
    if not 0 <= decision.candidate < len(candidates):
        return "There is no such version any more: please look at the versions again."
    if stored and stored.body.strip() == candidates[decision.candidate].text.strip():
        return "This version stands there already: approve it when it is right."
    return ""


async def versions(
    connection: AsyncConnection, turn: Turn, *, channel: Channel, rules: Rules, library: Memory
) -> tuple[Version, ...]:
    """The drafted versions as they would be sent, each with its checks as of now, in the order of the proposal."""
    proposal = await replies.last_proposal(connection, turn.id)
    if proposal is None:
        return ()
    stored = await replies.reply_of(connection, turn.id, turn.version)
    last = (await posts.of_turn(connection, turn.id))[-1]
    context = await _context(connection, turn, channel, rules)
    entries = await _entries(connection, proposal, library)
    return tuple(
        Version(
            number=number,
            label=candidate.label,
            reply=rules.reply_to(last, parts(candidate.text, context)),
            length=longest(candidate.text, context) + context.reserved,
            limit=context.channel.limit,
            checks=_checked(candidate, context, proposal, entries),
            stands=stored is not None and stored.body.strip() == candidate.text.strip(),
        )
        for number, candidate in enumerate(proposal.candidates[:MOST])
        if candidate.text.strip()
    )


async def choose(taking: Taking) -> None:
    """Make the chosen version the reply that stands; it still needs an approval. The words are ours, not the
    reviewer's."""
    journey, turn, decision = taking.journey, taking.turn, taking.decision
    proposal = await replies.last_proposal(taking.connection, turn.id)
    assert proposal is not None  # `against` has looked
    candidate = proposal.candidates[decision.candidate]
    last = (await posts.of_turn(taking.connection, turn.id))[-1]
    context = await _context(taking.connection, turn, journey.channel_of(turn), taking.rules)
    entries = await _entries(taking.connection, proposal, journey.library)
    version = turn.version + 1
    await replies.add_reply(
        taking.connection,
        turn.id,
        version,
        author=(replies.ASSISTANT, "Goodword"),
        body=candidate.text,
        reply=taking.rules.reply_to(last, parts(candidate.text, context), signed_by=decision.reviewer),
        sentences=candidate.sentences,
        checks=_checked(candidate, context, proposal, entries),
    )
    state = with_new_version(turn.state)
    what = history.decided(decision)
    await turns.change(taking.connection, turn, state, who=decision.reviewer.name, what=what, version=version)


async def _context(connection: AsyncConnection, turn: Turn, channel: Channel, rules: Rules) -> TurnContext:
    burst = await posts.of_turn(connection, turn.id)
    thread = await posts.of_thread(connection, turn.channel, turn.thread)
    return await turn_context(turn, burst, thread, channel, rules, known_now=True)


async def _entries(connection: AsyncConnection, proposal: Proposal, library: Memory) -> tuple[Entry, ...]:
    """The entries that any version rests on and that are still live: what was retired meanwhile backs nothing."""
    named = {source for one in proposal.candidates for sentence in one.sentences for source in sentence.sources}
    ids = dict.fromkeys([*(source.entry_id for source in proposal.sources), *sorted(named)])
    return await library.live(connection, tuple(ids))


def _checked(
    candidate: Candidate, context: TurnContext, proposal: Proposal, entries: tuple[Entry, ...]
) -> tuple[Check, ...]:
    advises = any(sentence.sources for sentence in candidate.sentences)
    if proposal.kind is ProposalKind.ADVISE and advises:
        return check(candidate.text, candidate.sentences, context, proposal.understanding, entries)
    return check_courtesy(candidate.text, context, proposal.understanding, entries)
