"""Rejecting, with the source at fault named in one click; and settling what was doubted, from the letter about it."""

from __future__ import annotations

from typing import Any

from bot.deciding.disputes import AT_FAULT, RETIRED, RIGHT
from bot.review import Card, Place, RejectReason, Verb
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import form_texts, letters, modals, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Block, Element, View
from bot.slack.submissions import Answer, Form, Submissions
from bot.slack.workspace import calling

#: No source is at fault: the draft misread them.
NONE = "-"
#: So many radio buttons Slack takes, one of them for `NONE`.
MOST = 9


async def reject(clicks: Clicks, click: Click) -> None:
    """Open the modal that asks why."""
    await clicks.open(click, reject_modal)


async def reason_chosen(clicks: Clicks, body: dict[str, Any]) -> None:
    """A reason was chosen: where a source may be at fault, the sources of the reply stand below it. What was typed
    stays."""
    form, view = Form.of(body), body["view"]
    card = await clicks.desk.card(form.about.turn_id)
    if card is None:
        return
    drawn = reject_modal(card, form.about.place, reason=form.reason, source=form.said.get("source", ""), note=form.note)
    if len(drawn["blocks"]) != len(view["blocks"]):  # else nothing comes or goes
        drawn["private_metadata"] = view["private_metadata"]  # it is still about the version that was looked at
        with calling("views.update"):
            await clicks.workspace.web.views_update(view_id=view["id"], view=drawn, hash=view["hash"])


async def submitted(submissions: Submissions, form: Form) -> Answer:
    """No reply, and why."""
    if form.reason is None:
        return Answer(errors={"reason": texts.CHOOSE_A_REASON})
    source = form.said.get("source", "") if form.reason in AT_FAULT else ""

    def again(card: Card, place: Place | None, notice: str) -> View:
        return reject_modal(card, place, reason=form.reason, source=source, note=form.note, notice=notice)

    if form.reason in AT_FAULT and not source:
        card = await submissions.desk.card(form.about.turn_id)
        if card is not None and card.rests_on and card.version == form.about.version:
            return Answer(view=again(card, form.about.place, form_texts.NAME_THE_SOURCE))
    return await submissions.decide(form, Verb.REJECT, again, source="" if source == NONE else source)


def reject_modal(
    card: Card,
    place: Place | None = None,
    *,
    reason: RejectReason | None = None,
    source: str = "",
    note: str = "",
    notice: str = "",
) -> View:
    """Reject with a reason and, if wanted, words; for what is wrong or outdated, with the source at fault."""
    options = [el.option(texts.REASON[each], each.value) for each in RejectReason]
    choice: Element = {
        "type": "static_select",
        "action_id": "choice",
        "placeholder": el.plain(texts.CHOOSE),
        "options": options,
        "focus_on_load": True,
    }
    if reason is not None:
        choice["initial_option"] = el.option(texts.REASON[reason], reason.value)
    why = {**modals.field("reason", texts.FIELD_REASON, choice), "dispatch_action": True}
    at_fault = _source_field(card, source) if reason in AT_FAULT and card.rests_on else []
    blocks = [
        *modals.notice_blocks(notice),
        *cards.post_blocks(card, modals.POST_SHOWN),
        why,
        *at_fault,
        modals.field("note", texts.FIELD_NOTE, modals.text_field(note), optional=True),
    ]
    metadata = modals.about(card, place).dump()
    return modals.modal(texts.TITLE_REJECT, blocks, callback="reject", submit=texts.REJECT, metadata=metadata)


def _source_field(card: Card, chosen: str) -> list[Block]:
    titles = {source.entry_id: source.title for source in card.sources}
    known = [key for key in card.rests_on if len(key) <= 150 and key == el.clean(key)][:MOST]  # as a value may be
    options = [el.option(el.cut(el.clean((titles.get(key) or key).strip()), 75) or "-", key) for key in known]
    options.append(el.option(form_texts.NO_SOURCE_AT_FAULT, NONE))
    radio: Element = {"type": "radio_buttons", "action_id": "choice", "options": options}
    first = next((option for option in options if option["value"] == chosen), None)
    if first is not None:  # never by itself: from what is named nothing is drafted any more
        radio["initial_option"] = first
    return [modals.field("source", form_texts.FIELD_SOURCE, radio, hint=form_texts.HINT_SOURCE)]


async def right(clicks: Clicks, click: Click) -> None:
    """The entry is right: it is in use again."""
    await _settle(clicks, click, RIGHT)


async def retire(clicks: Clicks, click: Click) -> None:
    """The entry is out of use for good."""
    await _settle(clicks, click, RETIRED)


async def edit(clicks: Clicks, click: Click) -> None:
    """How the entry is edited."""
    told = await clicks.desk.dispute(int(click.chosen))
    await clicks.show_modal(click, modals.message_modal(form_texts.EDIT_ENTRY.format(entry=told.dispute.entry_id)))


async def _settle(clicks: Clicks, click: Click, how: str) -> None:
    if no := await clicks.workspace.outsider(click.team):
        await clicks.tell(click, no)
        return
    number = int(click.chosen)
    settled = await clicks.desk.settle_dispute(number, how, await clicks.workspace.reviewer(click.user))
    if click.place is not None and settled.dispute.settled is not None:
        link = await clicks.link(settled.dispute.turn_id)
        drawn = letters.letter(await clicks.desk.dispute(number), link)
        await clicks.room.redraw_letter(click.place, drawn)
    if not settled.accepted:
        await clicks.tell(click, settled.sentence)
