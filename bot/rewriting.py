"""A reply in a reviewer's words: whose each sentence is, what the checks say of it, and its new version."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

import regex
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.checks import recheck
from actions.parts import longest, parts
from actions.proposal import Check, Sentence
from actions.sentences import split
from bot.cards import history
from bot.channels.base import Channel
from bot.learning import Memory
from bot.record import posts, publications, replies, turns
from bot.record.turns import Turn
from bot.reply import Reply
from bot.review import Decision, Reviewer
from bot.rules.rules import Rules
from bot.states import State
from bot.turn_context import turn_context


@dataclass(frozen=True)
class Measured:
    """A typed text: the length of its longest part as it would be sent, the channel's limit, its parts, its sentences
    and its checks."""

    length: int
    limit: int
    parts: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    checks: tuple[Check, ...]


def attributed(text: str, before: Iterable[Sentence], reviewer: str) -> tuple[Sentence, ...]:
    """The sentences of a text that a reviewer typed: those that stood there `before` keep whose they were, entries or
    another reviewer; all others are this reviewer's, by name.

    A line that stood there is taken whole: a step of a list is one sentence with its number.
    """
    known = {_plain(sentence.text): sentence for sentence in before}
    found: list[Sentence] = []
    for line in text.splitlines():
        number = _NUMBER.match(line)
        start = number.end() if number else 0
        pieces = [line.strip()] if _plain(line) in known else split(line[start:])
        if number and pieces and _plain(line) not in known:
            pieces[0] = f"{number.group().strip()} {pieces[0]}"
        found += [known.get(_plain(piece)) or Sentence(text=piece, by=reviewer) for piece in pieces if piece]
    return tuple(found)


_NUMBER = regex.compile(r"\s*(?:\d{1,2}[.)]|[-•*])\s+")


def _plain(text: str) -> str:
    return regex.sub(r"\s+", " ", text).strip().lower()


async def measure(
    connection: AsyncConnection,
    turn: Turn,
    text: str,
    *,
    reviewer: Reviewer,
    channel: Channel,
    rules: Rules,
    library: Memory,
) -> Measured:
    """What a text would be that a reviewer is typing. What the draft's sources say in its own words is backed."""
    burst = await posts.of_turn(connection, turn.id)
    thread = await posts.of_thread(connection, turn.channel, turn.thread)
    context = await turn_context(turn, burst, thread, channel, rules, known_now=True)
    proposal = await replies.last_proposal(connection, turn.id)
    stored = await replies.reply_of(connection, turn.id, turn.version)
    drafted = [sentence for one in proposal.candidates for sentence in one.sentences] if proposal else []
    sentences = attributed(text, [*drafted, *(stored.sentences if stored else ())], reviewer.name)
    ids = tuple(source.entry_id for source in proposal.sources) if proposal else ()
    entries = await library.live(connection, ids)
    # in a thread: the first one loads the model that tells languages, and Slack waits for the loop meanwhile
    checks = await asyncio.to_thread(recheck, text, sentences, context, entries)
    length = longest(text, context) + context.reserved
    return Measured(length, context.channel.limit, parts(text, context), sentences, checks)


async def under_what_it_corrects(connection: AsyncConnection, turn: Turn, reply: Reply) -> Reply:
    """The reply under the first part of the reply that it corrects, so that readers see both; any other as it is."""
    if turn.corrects is None:
        return reply
    wrong = await publications.of_turn(connection, turn.corrects)
    parent = wrong.parts[0].native_id if wrong and wrong.parts else None
    return replace(reply, parent=parent) if parent else reply


async def rewrite(
    connection: AsyncConnection, decision: Decision, turn: Turn, *, channel: Channel, rules: Rules, library: Memory
) -> None:
    """Keep what a reviewer typed as a new version of the reply; it still needs an approval."""
    last = (await posts.of_turn(connection, turn.id))[-1]
    measured = await measure(
        connection, turn, decision.text, reviewer=decision.reviewer, channel=channel, rules=rules, library=library
    )
    version = turn.version + 1
    await replies.add_reply(
        connection,
        turn.id,
        version,
        author=(decision.reviewer.id, decision.reviewer.name),
        body=decision.text,
        reply=await under_what_it_corrects(
            connection, turn, rules.reply_to(last, measured.parts, signed_by=decision.reviewer)
        ),
        sentences=measured.sentences,
        checks=measured.checks,
    )
    state = State.PROPOSED if turn.state is State.PROPOSED else State.ASKED
    what = history.decided(decision)
    await turns.change(connection, turn, state, who=decision.reviewer.name, what=what, version=version)
