"""What people are told directly in Slack: somebody handed something to them, or doubts an entry they look after.

A letter is a view, like a card: what its buttons do is decided by the record as it stands when somebody clicks.
"""

from __future__ import annotations

from bot.cards.letters import Disputed, HandedOver, Letter
from bot.review import Card, RejectReason
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import letter_texts, texts
from bot.slack.elements import Block, Rendered
from bot.states import State

#: Buttons of a letter about a hand-over, and the form that one opens: what is drawn anew there is no card.
HANDED = frozenset({"handed_write", "handed_back"})
#: Characters of a post, of a reply and of an entry that a letter shows.
POST_SHOWN, REPLY_SHOWN, ENTRY_SHOWN = 1000, 1500, 2000


def letter(told: Letter, link: str = "") -> Rendered:
    """A letter with its buttons; `link` is where its card stands."""
    return handed_over(told.card, link) if isinstance(told, HandedOver) else disputed(told, link)


def handed_over(card: Card, link: str = "") -> Rendered:
    """A turn that was handed to the reader; once it is not theirs any more, what became of it."""
    name = card.posts[-1].author_name if card.posts else card.channel
    if card.handed is None or card.state is not State.HANDED_OVER:
        said = letter_texts.HANDED_NO_MORE.format(name=el.escaped(name, 60))
        return Rendered([el.section(said), *_link(link)], said)
    by, note = card.handed.by, card.handed.note
    said = letter_texts.HANDED_TO_YOU.format(by=el.escaped(by, 60), name=el.escaped(name, 60))
    carries = cards.value(card)
    blocks: list[Block] = [
        el.section(said),
        el.rich([el.quote(el.cut(note, 1500))]),
        *cards.post_blocks(card, POST_SHOWN),
    ]
    if card.reply is not None:
        blocks.append(cards.reply_block(card, REPLY_SHOWN))
    row = [
        el.button(texts.EDIT if card.reply else texts.WRITE, "handed_write", carries, style="primary"),
        el.button(texts.GIVE_BACK, "handed_back", carries),
    ]
    blocks += [
        {"type": "actions", "block_id": "actions", "elements": row},
        el.context(letter_texts.HANDED_HINT),
        *_link(link),
    ]
    return Rendered(blocks, f"{said} “{el.escaped(note, 300)}”")


def disputed(told: Disputed, link: str = "") -> Rendered:
    """An entry that a reviewer doubts; once that is settled, by whom and how."""
    dispute, entry = told.dispute, told.entry
    title = el.escaped((entry.title if entry else "") or dispute.entry_id, 150)
    who = el.escaped(dispute.who, 60)
    said = letter_texts.DISPUTED[RejectReason(dispute.reason)].format(who=who, title=title)
    blocks: list[Block] = [el.section(said)]
    if dispute.note.strip():
        blocks.append(el.rich([el.quote(el.cut(dispute.note, 1000))]))
    if told.card is not None:
        blocks += [el.context(letter_texts.DISPUTED_POST), *cards.post_blocks(told.card, 500)]
    if entry is not None:
        blocks += [
            el.context(letter_texts.DISPUTED_ENTRY.format(title=el.link(entry.url, title))),
            el.rich([el.quote(el.cut(entry.text, ENTRY_SHOWN))]),
        ]
    if dispute.settled is not None:
        ended = letter_texts.SETTLED[dispute.settled].format(name=el.escaped(dispute.settled_by or "", 60))
        return Rendered([*blocks, el.section(ended), *_link(link)], ended)
    # of a dispute's buttons the number stands where a menu's line stands: before turn and version
    carries = f"{dispute.id}:{dispute.turn_id}:0"
    row = [
        el.button(letter_texts.IT_IS_RIGHT, "dispute_right", carries, style="primary"),
        el.button(letter_texts.RETIRE_IT, "dispute_retire", carries),
        el.button(texts.EDIT, "dispute_edit", carries),
    ]
    blocks += [{"type": "actions", "block_id": "actions", "elements": row}, el.context(letter_texts.DISPUTED_HINT)]
    if entry is not None and told.unreached is not None:
        why = letter_texts.UNKNOWN_OWNER if told.unreached else letter_texts.NO_OWNER
        blocks.append(el.context(why.format(owner=el.escaped(told.unreached, 80))))
    return Rendered([*blocks, *_link(link)], said)


def _link(link: str) -> list[Block]:
    return [el.context(el.link(link, letter_texts.OPEN_CARD))] if el.is_web(link) else []
