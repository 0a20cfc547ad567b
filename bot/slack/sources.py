"""The sources of a reply as a card and its details show them."""

from __future__ import annotations

from actions.proposal import Source
from bot.review import Card
from bot.slack import elements as el
from bot.slack import texts


def source_line(card: Card, source: Source, quote: int) -> str:
    """Title with link, age, who wrote it, how it has served so far, and the passage it was found by."""
    title = el.escaped(source.title or source.entry_id, 100)
    age = texts.age((card.heard_at - source.created_at).days) if source.created_at else texts.NO_DATE
    facts = [age]
    if (use := card.uses.get(source.entry_id)) is not None:
        facts.append(texts.used(use.times, use.worked))
    if source.written_by == "assistant":
        facts.append(texts.BY_US)
    line = f"📎 *{el.link(source.url, title)}*  ·  {'  ·  '.join(facts)}"
    return line + (f"\n“{el.escaped(source.quote, quote)}”" if source.quote.strip() else "")


def sources_lines(card: Card, most: int) -> list[str]:
    """The first few sources; where nothing was drafted they are called what they are: the nearest ones."""
    lines = [source_line(card, source, 160) for source in card.sources[:most]]
    if lines and card.reply is None:
        lines.insert(0, f"*{texts.NEAREST}*")
    return lines
