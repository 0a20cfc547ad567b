"""App Home: the queue, in order, with what is needed to choose the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.review import Card
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import texts
from bot.slack.elements import Block, View
from bot.states import State

#: Three blocks each stay well below the hundred that a view may hold, and below what a person reads.
HOME_SHOWN = 25

_TROUBLE = (State.WITHHELD, State.UNCLEAR)
_WAITING = (State.PROPOSED, State.ASKED)
_GOING_OUT = (State.APPROVED, State.PUBLISHING)
_PUBLISHED = (State.PUBLISHED, State.LEARNED, State.CLOSED)


def home(queue: Sequence[Card], counts: Mapping[State, int], notice: str = "") -> View:
    """The Home tab: counts by state, then the queue as it was handed over, each with a Review button."""
    blocks: list[Block] = [el.header(texts.TITLE_HOME), el.section(counts_line(counts))]
    if notice.strip():
        blocks.insert(0, el.section(f"ℹ️ {el.escaped(notice, 500)}"))
    for card in queue[:HOME_SHOWN]:
        blocks += [el.divider(), *_entry(card)]
    if not queue:
        blocks.append(el.section(texts.HOME_EMPTY))
    hidden = sum(counts.get(state, 0) for state in (*_WAITING, State.WITHHELD)) - min(len(queue), HOME_SHOWN)
    if queue and hidden > 0:
        blocks.append(el.context(texts.HOME_MORE.format(count=hidden)))
    return {"type": "home", "blocks": blocks}


def closed_home(sentence: str) -> View:
    """The Home tab of somebody who does not review."""
    return {"type": "home", "blocks": [el.section(sentence)]}


def counts_line(counts: Mapping[State, int]) -> str:
    """How much waits, is stopped, goes out, went out."""

    def total(states: Sequence[State]) -> int:
        return sum(counts.get(state, 0) for state in states)

    return texts.HOME_COUNTS.format(
        waiting=total(_WAITING), trouble=total(_TROUBLE), going_out=total(_GOING_OUT), published=total(_PUBLISHED)
    )


def _entry(card: Card) -> list[Block]:
    last = card.posts[-1] if card.posts else None
    who = f"*{el.escaped(last.author_name, 60)}*: “{el.escaped(last.text, 140)}”" if last else texts.NO_TEXT
    facts = [f"*{texts.KIND[card.kind]}*", texts.confidence(card.confidence), el.moment(card.heard_at)]
    lines = [f"⚠️ {el.escaped(card.trouble, 150)}"] if card.trouble.strip() else []
    if card.outcome.strip():
        lines.append(f"*{texts.OUTCOME}:* {el.escaped(card.outcome, 100)}")
    if last is not None and el.is_web(last.url):
        facts.append(el.link(last.url, texts.OPEN_POST))
    # One action id for all: the value says which. Slack wants ids to be unique only within a block.
    review = el.button(texts.REVIEW, "review", cards.value(card))
    return [el.section(who, accessory=review, block_id=f"turn-{card.turn_id}"), el.context(*lines, "  ·  ".join(facts))]
