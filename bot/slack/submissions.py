"""A modal that was sent: checked within Slack's three seconds where possible, and never losing what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from actions.check_names import check_name
from bot.cards.overview import Look
from bot.review import Card, Decision, Place, RejectReason, Reviewer, Verb, Wish, in_the_way
from bot.slack import card as cards
from bot.slack import editing, modals, texts
from bot.slack import elements as el
from bot.slack.clicks import Click, Clicks
from bot.slack.elements import View
from bot.slack.modals import About
from bot.slack.workspace import patiently
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")

#: Seconds to wait for checks and decision before the modal says "saving" and is answered later. Slack waits three.
SAVE_PATIENCE = 2.0


@dataclass(frozen=True)
class Form:
    """What was sent: by whom, about what, and what was typed. `said` is all that was given, by the block of its field:
    the words, the value that was chosen, the person's id, the moment in seconds."""

    user: str
    about: About
    view_id: str
    below: str
    delivery_id: str
    text: str = ""
    reason: RejectReason | None = None
    note: str = ""
    wish: Wish | None = None
    team: str = ""
    ticked: tuple[str, ...] = ()
    callback: str = ""
    said: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, body: dict[str, Any]) -> Form:
        """Read a `view_submission` payload. Raises ValueError, TypeError or KeyError where it is not ours."""
        view = body["view"]
        about = About.load(view["private_metadata"])
        values = view["state"]["values"]

        def typed(block: str) -> str:
            return el.clean(str(values.get(block, {}).get("text", {}).get("value") or "")).strip()

        def chosen(block: str) -> str:
            option = values.get(block, {}).get("choice", {}).get("selected_option") or {}
            return str(option.get("value", ""))

        user = body["user"]["id"]
        return cls(
            user=user,
            about=about,
            view_id=view["id"],
            below=view.get("previous_view_id") or "",
            delivery_id=f"{view['id']}:{view.get('hash', '')}:{user}:{about.turn_id}:{about.version}",
            text=typed("body"),
            reason=RejectReason(chosen("reason")) if chosen("reason") else None,
            note=typed("note"),
            wish=Wish(chosen("wish")) if chosen("wish") else None,
            team=body["user"].get("team_id") or "",
            ticked=tuple(
                str(option["value"])
                for block in values.values()
                for held in block.values()
                for option in held.get("selected_options") or ()
            ),
            callback=view.get("callback_id", ""),
            said={block: _said(fields) for block, fields in values.items()},
        )

    @property
    def click(self) -> Click:
        """The place the form belongs to: the card, or the review modal below it."""
        about = self.about
        return Click(
            self.user,
            about.turn_id,
            about.version,
            self.delivery_id,
            place=about.place,
            view_id=self.below,
            look=Look.load(about.home),
            action=self.callback,
        )


def _said(fields: dict[str, Any]) -> str:
    """What was given in a block's one field, whatever kind it is."""
    for state in fields.values():
        option = state.get("selected_option") or {}
        given = (state.get(key) for key in ("value", "selected_user", "selected_date_time"))
        return str(next((each for each in (option.get("value"), *given) if each), ""))
    return ""


@dataclass(frozen=True)
class Answer:
    """How a modal is answered: errors at its fields, another view in its place, or (neither) it closes."""

    errors: dict[str, str] = field(default_factory=dict)
    view: View | None = None


#: Makes a form once more, for the card as it stands now, with a sentence that says why.
Again = Callable[[Card, Place | None, str], View]


class Submissions:
    """What each modal does when it is sent."""

    def __init__(self, clicks: Clicks) -> None:
        self.clicks = clicks
        self.desk = clicks.desk
        self.workspace = clicks.workspace

    async def reviewer(self, form: Form) -> Reviewer:
        """Who sent the form."""
        return await self.workspace.reviewer(form.user)

    async def edit(self, form: Form) -> Answer:
        """A new version of the drafted reply."""
        return await self.text(form, Verb.EDIT)

    async def write(self, form: Form) -> Answer:
        """A reply in the reviewer's own words."""
        return await self.text(form, Verb.WRITE)

    async def override(self, form: Form) -> Answer:
        """A lead lets this version pass the checks that block it, and says why."""
        if not form.note:
            return Answer(errors={"note": texts.SAY_WHY})
        return await self.decide(form, Verb.OVERRIDE)

    async def text(self, form: Form, verb: Verb, again: Again | None = None) -> Answer:
        """A reply in the person's own words, once it could be sent; `again` as for `decide`."""
        if not form.text:
            return Answer(errors={"body": texts.EMPTY_REPLY})
        reviewer = await self.workspace.reviewer(form.user)
        length, limit, checks = await self.desk.check(form.about.turn_id, form.text, reviewer)
        if length > limit:
            too_long = texts.TOO_MANY_CHARACTERS.format(length=length, limit=limit, over=length - limit)
            return Answer(errors={"body": too_long})
        # a lead can save it and then override: what remains is what nobody can
        failed = in_the_way(checks, overridden=self.desk.may_override(reviewer))
        if failed:
            notes = "; ".join(check.note or check_name(check.name) for check in failed)
            return Answer(errors={"body": texts.CHECKS_ON_BODY.format(notes=notes)[:1500]})
        return await self.decide(form, verb, again)

    async def decide(self, form: Form, verb: Verb, again: Again | None = None, **more: Any) -> Answer:
        """Decide what the form asks for; `more` are further fields of the decision. Where it does not count and there
        is still something to decide, `again` makes the form once more with what was given and the reason why."""
        place = form.about.place
        if no := await self.clicks.refusal(form.click, form.team):
            return Answer(view=modals.message_modal(no, form.text or form.note))
        decision = Decision(
            form.about.turn_id,
            form.about.version,
            verb,
            await self.workspace.reviewer(form.user),
            delivery_id=form.delivery_id,
            text=form.text,
            reason=form.reason,
            note=form.note,
            **more,
        )
        verdict = await self.desk.decide(decision)
        # After the answer: the card is redrawn while the modal already closes.
        _later(self.clicks.redraw(form.click, verdict.card, "" if verdict.accepted else verdict.sentence))
        if verdict.accepted:
            return Answer()
        if again is not None and cards.decidable(verdict.card):
            return Answer(view=again(verdict.card, place, verdict.sentence))
        if form.text and cards.decidable(verdict.card):
            return Answer(view=editing.again(verdict.card, place, form.text, verdict.sentence))
        return Answer(view=modals.message_modal(verdict.sentence, form.text or form.note))

    async def answer(self, ack: AsyncAck, form: Form, work: Awaitable[Answer]) -> None:
        """Answer Slack in time: with what came of the work, or with "saving" and what came of it when it is done."""
        working = asyncio.ensure_future(self._kindly(form, work))
        await asyncio.wait({working}, timeout=SAVE_PATIENCE)
        if working.done():
            await acknowledge(ack, working.result())
            return
        await ack(response_action="update", view=modals.message_modal(texts.SAVING, form.text or form.note))
        came = await working
        view = came.view
        if came.errors:
            view = await self._view_with(form, " ".join(came.errors.values()))
        shown = view or modals.message_modal(texts.SAVED)
        web = self.workspace.web
        try:
            await patiently("views.update", lambda: web.views_update(view_id=form.view_id, view=shown))
        except GoodwordError as error:  # what was typed stands in the modal; the card tells what became of it
            log.warning("could not say that it is saved", why=str(error), turn=form.about.turn_id)

    async def _view_with(self, form: Form, why: str) -> View:
        card = await self.desk.card(form.about.turn_id)
        if card is None or not form.text or not cards.decidable(card):
            return modals.message_modal(why, form.text or form.note)
        return editing.again(card, form.about.place, form.text, why)

    async def _kindly(self, form: Form, work: Awaitable[Answer]) -> Answer:
        try:
            return await work
        except GoodwordError as error:
            log.warning("form failed", why=str(error), turn=form.about.turn_id)
            sentence = error.told
        except Exception:
            log.exception("form failed", turn=form.about.turn_id)
            sentence = texts.FAILED_HERE
        if form.text:
            return Answer(errors={"body": sentence[:1500]})  # the modal stays open with what was typed
        return Answer(view=modals.message_modal(sentence, form.note))


async def acknowledge(ack: AsyncAck, answer: Answer) -> None:
    """Answer a form with what came of it."""
    if answer.errors:
        await ack(response_action="errors", errors=answer.errors)
    elif answer.view is not None:
        await ack(response_action="update", view=answer.view)
    else:
        await ack()


_running: set[asyncio.Future[None]] = set()


def _later(work: Awaitable[None]) -> None:
    # asyncio holds tasks only weakly.
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
