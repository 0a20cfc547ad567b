"""Another draft, as the reviewer wishes it: the modal that asks how it should differ, and the question in one click."""

from __future__ import annotations

from bot.review import Card, Place, Verb, Wish
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import modals, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Element, View
from bot.slack.submissions import Answer, Form, Submissions


async def redraft(clicks: Clicks, click: Click) -> None:
    """Open the modal that asks how the draft should differ."""
    await clicks.open(click, redraft_modal)


async def ask(clicks: Clicks, click: Click) -> None:
    """A question back in place of advice, without asking anything more."""
    verdict = await clicks.decide(click, Verb.REDRAFT, wish=Wish.ASK)
    if verdict is not None:
        await clicks.show(click, verdict.card, "" if verdict.accepted else verdict.sentence)


async def submitted(submissions: Submissions, form: Form) -> Answer:
    """Draft it anew as wished."""
    if form.wish is None:
        return Answer(errors={"wish": texts.CHOOSE_A_WISH})
    if form.wish is Wish.WORDS and not form.note:
        return Answer(errors={"note": texts.SAY_HOW})

    def again(card: Card, place: Place | None, notice: str) -> View:
        return redraft_modal(card, place, chosen=form.wish, words=form.note, notice=notice)

    return await submissions.decide(form, Verb.REDRAFT, again, wish=form.wish)


def wishes(card: Card) -> tuple[Wish, ...]:
    """What can be wished of the next draft: what would be refused is not offered."""
    shorter = (Wish.SHORTER,) if card.reply is not None else ()
    words = (Wish.WORDS,) if card.has_model else ()
    return (*shorter, Wish.OTHER_SOURCE, Wish.ASK, *words)


def redraft_modal(
    card: Card, place: Place | None = None, *, chosen: Wish | None = None, words: str = "", notice: str = ""
) -> View:
    """How should it differ? With a language model connected also in the reviewer's own words."""
    options = [el.option(texts.WISH[wish], wish.value) for wish in wishes(card)]
    choice: Element = {"type": "radio_buttons", "action_id": "choice", "options": options, "focus_on_load": True}
    if chosen in wishes(card):
        choice["initial_option"] = el.option(texts.WISH[chosen], chosen.value)
    blocks = [*modals.notice_blocks(notice), *cards.post_blocks(card, modals.POST_SHOWN)]
    if card.reply is not None:
        blocks.append(cards.reply_block(card, cards.BUDGETS[1][1]))
    blocks.append(modals.field("wish", texts.FIELD_WISH, choice))
    if card.has_model:
        said = modals.field("note", texts.FIELD_WISH_WORDS, modals.text_field(words), optional=True)
        blocks.append({**said, "hint": el.plain(texts.HINT_WISH_WORDS)})
    metadata = modals.about(card, place).dump()
    return modals.modal(texts.REDRAFT, blocks, callback="redraft", submit=texts.SUBMIT_REDRAFT, metadata=metadata)
