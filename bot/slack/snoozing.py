"""Putting a card off: the modal with sensible moments, and taking it up again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot import zones
from bot.review import Card, Place, Verb
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import form_texts, modals, texts
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import Element, View
from bot.slack.submissions import Answer, Form, Submissions

#: What can be chosen with one click; `tomorrow` is this hour of the morning, where the person lives.
SOON = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2)}
TOMORROW, MORNING = "tomorrow", 9


async def snooze(clicks: Clicks, click: Click) -> None:
    """Open the modal that asks until when."""
    await clicks.open(click, snooze_modal)


async def wake(clicks: Clicks, click: Click) -> None:
    """It counts as waiting again."""
    verdict = await clicks.decide(click, Verb.WAKE)
    if verdict is not None:
        await clicks.show(click, verdict.card, "" if verdict.accepted else verdict.sentence)


async def submitted(submissions: Submissions, form: Form) -> Answer:
    """Put it off until the moment that was chosen; one of the person's own wins."""
    reviewer = await submissions.reviewer(form)
    until = _until(form, reviewer.zone, datetime.now(UTC))
    if until is None:
        return Answer(errors={"until": form_texts.CHOOSE_A_MOMENT})
    if until <= datetime.now(UTC):
        return Answer(errors={"moment": form_texts.MOMENT_PASSED})

    def again(card: Card, place: Place | None, notice: str) -> View:
        return snooze_modal(
            card, place, chosen=form.said.get("until", ""), own=form.said.get("moment", ""), notice=notice
        )

    return await submissions.decide(form, Verb.SNOOZE, again, until=until)


def _until(form: Form, zone: str, now: datetime) -> datetime | None:
    if own := form.said.get("moment"):
        return datetime.fromtimestamp(int(own), UTC)
    chosen = form.said.get("until", "")
    if chosen == TOMORROW:
        return zones.tomorrow_at(MORNING, zone, now)
    return now + SOON[chosen] if chosen in SOON else None


def snooze_modal(card: Card, place: Place | None = None, *, chosen: str = "", own: str = "", notice: str = "") -> View:
    """Until when? Three moments with one click, or one of the person's own."""
    options = [el.option(form_texts.SNOOZE_UNTIL[key], key) for key in (*SOON, TOMORROW)]
    choice: Element = {
        "type": "radio_buttons",
        "action_id": "choice",
        "options": options,
        "initial_option": next((option for option in options if option["value"] == chosen), options[0]),
        "focus_on_load": True,
    }
    moment: Element = {"type": "datetimepicker", "action_id": "choice"}
    if own:
        moment["initial_date_time"] = int(own)
    blocks = [
        *modals.notice_blocks(notice),
        *cards.post_blocks(card, modals.POST_SHOWN),
        modals.field("until", form_texts.FIELD_UNTIL, choice),
        modals.field("moment", form_texts.FIELD_MOMENT, moment, optional=True),
    ]
    metadata = modals.about(card, place).dump()
    return modals.modal(texts.SNOOZE, blocks, callback="snooze", submit=texts.SNOOZE, metadata=metadata)
