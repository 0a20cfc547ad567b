"""Handing a card over to a person or a group, and what they can do with the letter that tells them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.review import GROUP, Card, Place, Verb
from bot.slack import card as cards
from bot.slack import editing, form_texts, modals, texts
from bot.slack import elements as el
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Block, Element, View
from bot.slack.submissions import Answer, Form, Submissions


async def hand_over(clicks: Clicks, click: Click) -> None:
    """Open the modal that asks to whom, and why."""

    async def build(card: Card, place: Place | None) -> View:
        return hand_over_modal(card, await clicks.desk.groups(), place)

    await clicks.open(click, build)


async def submitted(submissions: Submissions, form: Form) -> Answer:
    """Hand it over to the person or to the group."""
    person, group = form.said.get("person", ""), form.said.get("group", "")
    if person and group:
        return Answer(errors={"group": form_texts.ONE_OF_BOTH})
    if not (person or group):
        return Answer(errors={"person": form_texts.SAY_TO_WHOM})
    if not form.note:
        return Answer(errors={"note": form_texts.SAY_WHAT_FOR})
    if group:
        to, name = group, group.removeprefix(GROUP)
    else:
        if not await submissions.workspace.is_human(person):
            return Answer(errors={"person": form_texts.NO_PERSON})
        to, name = person, (await submissions.workspace.reviewer(person)).name

    groups = await submissions.desk.groups()

    def again(card: Card, place: Place | None, notice: str) -> View:
        return hand_over_modal(card, groups, place, person=person, group=group, note=form.note, notice=notice)

    return await submissions.decide(form, Verb.HAND_OVER, again, to=to, to_name=name)


async def give_back(clicks: Clicks, click: Click) -> None:
    """The reviewers have it again."""
    verdict = await clicks.decide(click, Verb.GIVE_BACK)
    if verdict is not None:
        await clicks.show(click, verdict.card, "" if verdict.accepted else verdict.sentence)


async def write(clicks: Clicks, click: Click) -> None:
    """From the letter: the modal in which whoever has it writes the reply, or edits the draft."""
    await clicks.open(click, write_modal)


async def written(submissions: Submissions, form: Form) -> Answer:
    """What was written goes to the reviewers."""
    card = await submissions.desk.card(form.about.turn_id)
    verb = Verb.WRITE if card is None or card.reply is None else Verb.EDIT

    def again(card: Card, place: Place | None, notice: str) -> View:
        return _theirs(editing.again(card, place, form.text, notice))

    return await submissions.text(form, verb, again)


def write_modal(card: Card, place: Place | None = None) -> View:
    """Whoever has it writes the reply, or edits the draft."""
    return _theirs(editing.write_modal(card, place) if card.reply is None else editing.edit_modal(card, place))


def _theirs(view: View) -> View:
    return {**view, "callback_id": "handed_write"}


def hand_over_modal(
    card: Card,
    groups: Sequence[str],
    place: Place | None = None,
    *,
    person: str = "",
    group: str = "",
    note: str = "",
    notice: str = "",
) -> View:
    """To whom, and what for: a person of the workspace, or one of the groups that the rules name."""
    users: Element = {"type": "users_select", "action_id": "choice", "placeholder": el.plain(texts.CHOOSE)}
    if person:
        users["initial_user"] = person
    blocks: list[Block] = [
        *modals.notice_blocks(notice),
        *cards.post_blocks(card, modals.POST_SHOWN),
        modals.field("person", form_texts.FIELD_PERSON, users, optional=True),
    ]
    if groups:
        options = [el.option(name[:75], f"{GROUP}{name}"[:150]) for name in groups[:100]]
        select: Element = {
            "type": "static_select",
            "action_id": "choice",
            "placeholder": el.plain(texts.CHOOSE),
            "options": options,
        }
        if chosen := next((option for option in options if option["value"] == group), None):
            select["initial_option"] = chosen
        blocks.append(modals.field("group", form_texts.FIELD_GROUP, select, optional=True))
    blocks.append(
        modals.field("note", form_texts.FIELD_HAND_OVER, modals.text_field(note), hint=form_texts.HINT_HAND_OVER)
    )
    metadata = modals.about(card, place).dump()
    return modals.modal(texts.TITLE_HAND_OVER, blocks, callback="hand_over", submit=texts.HAND_OVER, metadata=metadata)
