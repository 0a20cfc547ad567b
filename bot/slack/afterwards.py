"""What can still be done after an approval: undo it while nothing has gone out; afterwards withdraw or correct it."""

from __future__ import annotations

from collections.abc import Callable

from bot.deciding.verdicts import possible
from bot.review import Card, Place, Verb
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import modals, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Block, View
from bot.slack.submissions import Answer, Form, Submissions

_Build = Callable[[Card, Place | None], View]


async def undo(clicks: Clicks, click: Click) -> None:
    """Take the approval back, as long as nothing has gone out."""
    verdict = await clicks.decide(click, Verb.UNDO)
    if verdict is not None:
        await clicks.show(click, verdict.card, "" if verdict.accepted else verdict.sentence)


async def withdraw(clicks: Clicks, click: Click) -> None:
    """Open the modal that asks why it should be deleted."""
    await clicks.open(click, _while(Verb.WITHDRAW, withdraw_modal), to_decide=False)


async def correct(clicks: Clicks, click: Click) -> None:
    """Open the modal to write a correction in."""
    await clicks.open(click, _while(Verb.CORRECT, correct_modal), to_decide=False)


async def withdrawn(submissions: Submissions, form: Form) -> Answer:
    """Delete it, for the reason that was given."""
    if not form.note:
        return Answer(errors={"note": texts.SAY_WHY_WITHDRAW})
    return await submissions.decide(form, Verb.WITHDRAW)


async def corrected(submissions: Submissions, form: Form) -> Answer:
    """Keep the correction; it still needs an approval."""
    return await submissions.text(form, Verb.CORRECT)


def _while(verb: Verb, build: _Build) -> _Build:
    """The modal, or why it would be of no use any more: the card was drawn some time ago."""

    def drawn(card: Card, place: Place | None) -> View:
        if possible(verb, card.state):
            return build(card, place)
        return modals.message_modal(texts.decided_meanwhile(card.state, card.decided_by))

    return drawn


def _published(card: Card) -> list[Block]:
    blocks = [*cards.post_blocks(card, modals.POST_SHOWN), el.context(f"*{texts.WAS_PUBLISHED}*")]
    if card.reply is not None:
        blocks.append(el.rich([el.quote(part) for part in card.reply.parts[:20]]))
    return blocks


def withdraw_modal(card: Card, place: Place | None = None) -> View:
    """What would be deleted, and the reason that is required."""
    why = modals.field("note", texts.FIELD_WITHDRAW, modals.text_field(focus=True), hint=texts.HINT_WITHDRAW)
    return modals.modal(
        texts.TITLE_WITHDRAW,
        [*_published(card), why],
        callback="withdraw",
        submit=texts.WITHDRAW,
        metadata=modals.about(card, place).dump(),
    )


def correct_modal(card: Card, place: Place | None = None) -> View:
    """What was published, and a field for the words that put it right."""
    words = modals.field("body", texts.FIELD_CORRECT, modals.text_field(focus=True), hint=texts.HINT_CORRECT)
    return modals.modal(
        texts.TITLE_CORRECT,
        [*_published(card), words],
        callback="correct",
        submit=texts.SAVE,
        metadata=modals.about(card, place).dump(),
    )
