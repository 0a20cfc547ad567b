"""Why a turn is here: what was thought of it, where it stands in the queue, what we have promised in this thread."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.review import Card
from bot.slack import elements as el
from bot.slack import home_texts, texts
from bot.states import DECIDABLE

PROMISES_SHOWN = 3


def lines(card: Card) -> list[str]:
    """What the card says of it, a few short lines."""
    # what we thought of it says nothing about a reply in a person's own words
    ours = card.reason_text.strip() and not card.written_by
    said = [f"*{texts.WHY}:* {el.escaped(card.reason_text, 250)}"] if ours else []
    if card.reply is None:  # else it stands beside the reply
        said.append(f"*{texts.KIND[card.kind]}*  ·  {texts.confidence(card.confidence)}")
    said += promises(card)
    if card.state in DECIDABLE:
        said.append(f"⏳ {'  ·  '.join(_standing(card))}")
    if card.writing is not None and card.reply is not None and not card.written_by:
        said.append(f"{'✍️' if card.writing.used else '✂️'} {el.escaped(card.writing.sentence, 400)}")
    if card.decided.strip() and card.state in DECIDABLE:  # edited, or held back after an approval
        name = texts.BY.format(name=el.escaped(card.decided_by, 60))
        said.append(f"*{el.escaped(card.decided, 30).capitalize()}* {name}")
    return said


def promises(card: Card) -> list[str]:
    """What we have said here that we would do."""
    return [f"🤝 *{texts.PROMISED}:* “{el.escaped(one, 200)}”" for one in card.promised[:PROMISES_SHOWN]]


def _standing(card: Card) -> list[str]:
    facts = [texts.CARD_WAITS_SINCE.format(since=el.moment(card.heard_at))]
    if card.lane:
        facts.append(_lane(card))
    if card.priority is not None:
        facts.append(texts.PRIORITY.format(total=card.priority.total))
    if card.thread:
        facts.append(texts.posts_before(len(card.thread)))
    return facts


def _lane(card: Card) -> str:
    return (
        f"{home_texts.LANE_MARK.get(card.lane, '')} {el.escaped(home_texts.LANE.get(card.lane, card.lane), 40)}".strip()
    )


def details(card: Card, now: datetime | None = None) -> list[str]:
    """The same with the sum of the priority and how long it has waited, for the details."""
    waited = texts.duration(((now or datetime.now(UTC)) - card.heard_at).total_seconds())
    said = [f"*{texts.WHY}:* {el.escaped(card.reason_text, 500)}"] if card.reason_text.strip() else []
    said.append(f"*{texts.KIND[card.kind]}*  ·  {texts.confidence(card.confidence)}")
    facts = [texts.HAS_WAITED.format(time=waited)]
    if card.lane:
        facts.append(_lane(card))
    said.append("  ·  ".join(facts))
    if card.priority is not None:
        parts = " + ".join(f"{texts.PRIORITY_PART.get(name, name)} {points}" for name, points in card.priority.parts)
        said.append(f"{texts.PRIORITY.format(total=card.priority.total).capitalize()} = {el.escaped(parts, 200)}")
    return said + promises(card)
