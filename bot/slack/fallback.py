"""A card as plain sentences: for notifications, screen readers, and clients that draw no blocks.

The first words say what is wanted of the person; a notification shows little more than those.
"""

from __future__ import annotations

from bot.review import Card
from bot.slack import elements as el
from bot.slack import texts
from bot.states import DECIDABLE, State


def fallback(card: Card) -> str:
    """What is wanted, who wrote what, and what would be sent or became of it."""
    said = [_wanted(card)]
    if card.posts:
        said.append(texts.SAID_POST.format(text=el.escaped(card.posts[-1].text, 300) or texts.NO_TEXT))
    if card.state not in DECIDABLE:
        return " ".join(said)
    if card.reply is None:
        reason = el.escaped(card.reason_text, 200).rstrip(".") or texts.KIND[card.kind]
        said.append(texts.SAID_NO_DRAFT.format(reason=reason))
        return " ".join(said)
    sure = texts.IN_WORDS_OF.format(name=el.escaped(card.written_by, 60)) if card.written_by else ""
    drafted = el.escaped(" ".join(card.reply.parts), 500)
    said.append(texts.SAID_REPLY.format(whose=sure or texts.confidence(card.confidence), text=drafted))
    failed = sum(not check.ok for check in card.checks)
    said.append(texts.said_checks(failed, blocked=bool(card.blocked_by)))
    return " ".join(said)


def _wanted(card: Card) -> str:
    name = el.escaped(card.posts[-1].author_name, 60) if card.posts else texts.SOMEBODY
    who = {"name": name, "channel": el.escaped(card.channel.capitalize(), 30)}
    if card.trouble.strip() and card.state in (*DECIDABLE, State.UNCLEAR):
        return texts.SAID_TROUBLE.format(trouble=el.escaped(card.trouble, 200).rstrip("."), **who)
    if card.state not in DECIDABLE:
        by = f" {texts.BY.format(name=el.escaped(card.decided_by, 60))}" if card.decided_by else ""
        return texts.SAID_STATE.format(state=texts.plain_state(card.state), by=by, **who)
    if card.reply is None:
        return texts.SAID_WRITE.format(**who)
    if card.blocked_by:
        return texts.SAID_MEND.format(**who)
    return texts.SAID_DECIDE.format(**who)
