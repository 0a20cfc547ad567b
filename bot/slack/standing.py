"""How a turn stands, in the few words that a card says of it: what is the matter, who is on it, what became of it.

All of it in one place, so that a card stays calm: one small grey block above the post, a line at its foot when it is
decided. Times stand as moments, because a card is drawn once and read for hours.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.review import Card, HandOver
from bot.slack import elements as el
from bot.slack import texts
from bot.slack.elements import Block
from bot.states import DECIDABLE, State

#: Decided by a person, with words that say why.
_WITH_WORDS = frozenset({State.REJECTED})


def above(card: Card, notice: str = "") -> list[Block]:
    """What a reader has to know before the post: what kept a click from counting (`notice`), what is the matter, and
    how it stands while it waits. Nothing where nothing is to be said."""
    said = [f"ℹ️ *{el.escaped(notice, 500)}*"] if notice.strip() else []
    if card.trouble.strip():
        said.append(f"⚠️ *{el.escaped(card.trouble, 600)}*")
    return el.contexts([*said, *lines(card)])


def lines(card: Card, now: datetime | None = None) -> list[str]:
    """How it stands, a line each. A claim or a snooze that is over is not spoken of."""
    now = now or datetime.now(UTC)
    said: list[str] = []
    if card.corrects is not None:
        said.append(f"✏️ {texts.CORRECTS.format(what=_wrong(card))}")
    if card.shares:
        said.append(f"👥 {texts.shares(len(card.shares))}")
    if card.state not in DECIDABLE:
        return said
    if card.claim is not None and card.claim.until > now:
        words = texts.CLAIMED.format(name=_name(card.claim.by.name), until=el.clock(card.claim.until))
        said.append(f"🙋 {words}")
    if card.snoozed_until is not None and card.snoozed_until > now:
        by = f" {texts.BY.format(name=_name(card.snoozed_by))}" if card.snoozed_by else ""
        said.append(f"💤 {texts.SNOOZED.format(until=el.moment(card.snoozed_until), by=by)}")
    if card.handed is not None:
        said.append(f"🤝 {_handed(card.handed)}")
    if card.state is State.EXPIRED:
        said.append(f"⌛ {texts.EXPIRED}")
    if card.approved_by:
        names = texts.listed([_name(name) for name in card.approved_by])
        said.append(f"☑️ {texts.APPROVED_BY.format(names=names)}")
    return said


def _wrong(card: Card) -> str:
    first = card.corrected[0] if card.corrected else None
    return el.link(first.url, f"“{el.escaped(first.text, 150)}”") if first else ""


def _handed(handed: HandOver) -> str:
    said = texts.HANDED_BY.format(name=_name(handed.by), to=_name(handed.to))
    words = f" “{el.escaped(handed.note, 300)}”" if handed.note.strip() else ""
    return f"{said} ({el.moment(handed.at)}){words}"


def _name(name: str) -> str:
    return el.escaped(name, 60)


def outcome_line(card: Card) -> Block:
    """What became of it: the state, who and when, when it goes out, and where the reply stands."""
    goes_out = card.goes_out_at if card.state is State.APPROVED else None
    facts = [f"*{texts.APPROVED_AND_WAITS if goes_out else texts.STATE.get(card.state, str(card.state))}*"]
    if card.decided_by:
        facts.append(texts.BY.format(name=_name(card.decided_by)))
    if card.waits:
        facts.append(texts.WAITS.format(why=el.escaped(card.waits, 200)))
    elif goes_out is not None:
        facts.append(texts.GOES_OUT.format(at=el.clock(goes_out, seconds=True)))
    elif card.decided_at:
        facts.append(el.moment(card.decided_at))
    stands = () if card.state is State.WITHDRAWN else card.published  # what is deleted cannot be seen
    for number, permalink in enumerate(stands[:10], start=1):
        label = texts.PERMALINK if len(card.published) == 1 else texts.PERMALINK_PART.format(number=number)
        facts.append(el.link(permalink, label))
    facts += [el.link(permalink, texts.CORRECTION) for permalink in card.correction[:1]]
    line = "  ·  ".join(facts)
    if card.state in _WITH_WORDS and (why := _why(card)):
        line += f"\n{why}"
    return el.section(line, block_id="outcome")


def _why(card: Card) -> str:
    step = next((step for step in reversed(card.steps) if step.who == card.decided_by), None)
    step = step or (card.steps[-1] if card.steps else None)
    return el.escaped(step.what, 300) if step else ""
