"""A click on a card, in a modal or in Home: what it names, what it does, and what the person is told."""

from __future__ import annotations

import asyncio
import inspect
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot import zones
from bot.cards.overview import EVERYTHING, Look
from bot.review import Card, Decision, Place, RoomUnavailable, Verb, Verdict
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import form_texts, letters, modals, pictures, texts
from bot.slack.desk import Desk
from bot.slack.elements import Block, View
from bot.slack.homes import Homes
from bot.slack.modals import About
from bot.slack.room import SlackRoom
from bot.slack.workspace import calling, error_word, patiently
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")

#: Seconds to wait for a card before a modal opens without it: a trigger id lives for three.
CARD_PATIENCE = 1.0

_TRIGGER_ERRORS = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"})


@dataclass(frozen=True)
class Click:
    """One click: by whom, on which version of which turn, and where (a card's place, a modal's id; neither: Home).

    `card` is where the card stands that a clicked modal is about, if it was opened from one. `action` is the id of what
    was clicked, or of the form that was sent; it and `raw` are what the same click is offered again with.
    """

    user: str
    turn_id: int
    version: int
    delivery_id: str
    trigger_id: str = ""
    place: Place | None = None
    view_id: str = ""
    chosen: str = ""
    team: str = ""
    look: Look = EVERYTHING  # what the person looked at in Home before
    card: Place | None = None
    action: str = ""
    raw: str = ""

    @classmethod
    def of(cls, body: dict[str, Any]) -> Click:
        """Read a `block_actions` payload. Raises ValueError where it does not name a turn and a version."""
        action = body["actions"][0]
        raw = str((action.get("selected_option") or action).get("value", ""))
        *chosen, turn, version = raw.split(":")
        view = body.get("view") or {}
        channel = (body.get("channel") or {}).get("id", "")
        message = (body.get("container") or {}).get("message_ts", "")
        user = body["user"]["id"]
        return cls(
            user=user,
            turn_id=int(turn),
            version=int(version),
            delivery_id=f"{action['action_ts']}:{user}:{action['action_id']}:{raw}",
            trigger_id=body.get("trigger_id", ""),
            place=_again_place(action) or (Place(channel, message) if channel and message else None),
            view_id=view.get("id", "") if view.get("type") == "modal" else "",
            chosen=chosen[0] if chosen else "",
            team=body["user"].get("team_id") or "",
            look=_look(view),
            card=_card_of(view),
            action=action["action_id"],
            raw=raw,
        )


#: Begins the block of a button that offers a click again; the place of the card follows.
_AGAIN = "again"


def _with_button(click: Click, sentence: str) -> list[Block]:
    where = f":{click.place.channel}:{click.place.message}" if click.place else ""
    row = {"type": "actions", "block_id": f"{_AGAIN}{where}"}
    return [el.section(sentence), {**row, "elements": [el.button(texts.CLICK_AGAIN, click.action, click.raw)]}]


def _again_place(action: dict[str, Any]) -> Place | None:
    kind, *where = str(action.get("block_id", "")).split(":")
    return Place(where[0], where[1]) if kind == _AGAIN and len(where) == 2 else None


def _card_of(view: dict[str, Any]) -> Place | None:
    try:
        return About.load(view.get("private_metadata") or "").place
    except (ValueError, TypeError):  # Home, or a modal that is about no card
        return None


def _look(view: dict[str, Any]) -> Look:
    """What the person looks at in Home: a modal that was opened from there carries it, too."""
    carried = str(view.get("private_metadata") or "")
    return Look.load(carried) if view.get("type") == "home" else modals.look_of(carried)


Build = Callable[[Card, Place | None], View | Awaitable[View]]


class Clicks:
    """What each button does. Every method is called after Slack was acknowledged."""

    def __init__(self, room: SlackRoom, desk: Desk) -> None:
        self.room = room
        self.desk = desk
        self.workspace = room.workspace
        self.homes = Homes(room.workspace, desk)

    async def approve(self, click: Click) -> None:
        """Approve exactly the version that the button was drawn for."""
        verdict = await self.decide(click, Verb.APPROVE)
        if verdict is not None:
            # once it is on its way the card says so; else (a second person is needed, or no) the person is told
            on_its_way = verdict.accepted and not cards.decidable(verdict.card)
            await self.show(click, verdict.card, "" if on_its_way else verdict.sentence)

    async def decide(self, click: Click, verb: Verb, **more: Any) -> Verdict | None:
        """Decide with this one click; `more` are further fields of the decision. None where the person may not decide
        here, which they are told."""
        if not await self.allowed(click):
            return None
        reviewer = await self.workspace.reviewer(click.user)
        return await self.desk.decide(
            Decision(click.turn_id, click.version, verb, reviewer, delivery_id=click.delivery_id, **more)
        )

    async def override(self, click: Click) -> None:
        """Open the modal in which a lead says why; anybody else is told that it takes one."""
        if not self.desk.may_override(await self.workspace.reviewer(click.user)):
            await self.tell(click, texts.NOT_A_LEAD)
            return
        await self.open(click, modals.override_modal)

    async def details(self, click: Click) -> None:
        """All that the card folds away."""
        await self.open(click, lambda card, _: modals.details_modal(card), to_decide=False)

    async def review(self, click: Click) -> None:
        """From Home: the whole card in a modal."""
        await self.open(click, lambda card, _: modals.review_modal(card), to_decide=False)

    async def open(self, click: Click, build: Build, *, to_decide: bool = True) -> None:
        """Open a modal about the clicked card; with `to_decide` only where the click is still good for a decision."""
        if not await self.allowed(click):
            return
        fetching = asyncio.ensure_future(self._built(click, build, to_decide))
        await asyncio.wait({fetching}, timeout=CARD_PATIENCE)
        if fetching.done():
            card, why, view = fetching.result()
            if why:
                await self.show(click, card, why)
            elif await self.show_modal(click, view):
                await self._shut_menu(click, card)
            return
        view_id = await self.show_modal(click, modals.message_modal(texts.LOADING))
        card, why, view = await fetching
        if not view_id:
            return
        await patiently("views.update", lambda: self.workspace.web.views_update(view_id=view_id, view=view))
        if why:
            await self.redraw(click, card)
        else:
            await self._shut_menu(click, card)

    async def _shut_menu(self, click: Click, card: Card) -> None:
        """Draw the card once more, so that its menu shows no line as chosen: the same can be chosen again."""
        if click.action == "more":
            await self.redraw(click, card)

    async def _built(self, click: Click, build: Build, to_decide: bool) -> tuple[Card, str, View]:
        """The card, why the click is not good any more (or empty), and the modal that says so or that was asked for."""
        card = await self._card(click)
        if to_decide and (why := stale(click, card) or await self._claimed(click, card)):
            return card, why, modals.message_modal(why)
        view = build(card, click.place or click.card)
        return card, "", modals.carrying(await view if inspect.isawaitable(view) else view, click.look)

    async def _claimed(self, click: Click, card: Card) -> str:
        if card.claim is None or card.claim.by.id == click.user:
            return ""
        zone = (await self.workspace.reviewer(click.user)).zone
        until = zones.clock(card.claim.until, zone, datetime.now(UTC))
        return form_texts.CLAIMED_BY.format(name=card.claim.by.name, until=until)

    async def _card(self, click: Click) -> Card:
        card = await self.desk.card(click.turn_id)
        if card is None:
            raise GoodwordError(texts.GONE)
        return card

    async def show_modal(self, click: Click, view: View) -> str:
        """Open (or push) a modal and return its id, or tell the person that it is too late and return nothing. Its
        pictures come a moment later: opening is possible once, and must not fail because of them."""
        first = pictures.spared(view)
        try:
            with calling("views.open"):
                if click.view_id:
                    shown = await self.workspace.web.views_push(trigger_id=click.trigger_id, view=first or view)
                else:
                    shown = await self.workspace.web.views_open(trigger_id=click.trigger_id, view=first or view)
        except RoomUnavailable as error:
            if error_word(error.__cause__) not in _TRIGGER_ERRORS:
                raise
            await self.tell(click, texts.TOO_LATE, again=True)
            return ""
        view_id = str(shown["view"]["id"])
        if first is not None:
            await self._with_pictures(view_id, view)
        return view_id

    async def _with_pictures(self, view_id: str, view: View) -> None:
        try:
            with calling("views.update"):
                await self.workspace.web.views_update(view_id=view_id, view=view)
        except GoodwordError as error:  # it was closed, or Slack is busy: the words are there
            log.info("a modal stays without its pictures", why=str(error))

    async def allowed(self, click: Click) -> bool:
        """Whether this person may decide here; if not they are told."""
        if no := await self.refusal(click, click.team):
            await self.tell(click, no)
        return not no

    async def refusal(self, click: Click, team: str) -> str:
        """Why this person cannot decide here, as a sentence; empty where they can. Whoever a turn was handed to need
        not be one of the reviewers: the record says what they may do with it."""
        seen_in = click.place.channel if click.place else ""
        no = await self.workspace.refusal(click.user, team_id=team, seen_in=seen_in)
        if no and not await self.workspace.outsider(team):
            person = await self.workspace.reviewer(click.user)
            return "" if await self.desk.handed_to(click.turn_id, person) else no
        return no

    async def show(self, click: Click, card: Card, sentence: str = "") -> None:
        """Draw the card as it stands now where it was clicked, and say the sentence to the person, if there is one."""
        await self.redraw(click, card, sentence)
        if sentence and not click.view_id:
            await self.tell(click, sentence)

    async def redraw(self, click: Click, card: Card, notice: str = "") -> None:
        """The card as it stands now. Failing is no harm: the record counts, and the journey draws the card again."""
        drawing = secrets.token_hex(4) if click.action == "more" else ""
        try:
            if click.view_id:
                web, view = self.workspace.web, modals.carrying(modals.review_modal(card, notice, drawing), click.look)
                await patiently("views.update", lambda: web.views_update(view_id=click.view_id, view=view))
                await self.publish_home(click.user, look=click.look)
            elif click.place is not None and click.action in letters.HANDED:
                await self.room.redraw_letter(click.place, letters.handed_over(card, await self.link(card.turn_id)))
            elif click.place is not None:
                await self.room.update(click.place, card, drawing)
        except GoodwordError as error:
            log.warning("card not redrawn", turn=card.turn_id, why=str(error))

    async def link(self, turn_id: int) -> str:
        """Where the card of a turn can be seen; empty where nobody can say."""
        return await self.room.permalink(await self.desk.place(turn_id, self.room.name))

    async def tell(self, click: Click, sentence: str, *, again: bool = False) -> None:
        """A sentence that only the person who clicked sees; with `again` also a button that does the same once more."""
        web = self.workspace.web
        try:
            if click.place is not None:
                said: dict[str, Any] = {
                    "channel": click.place.channel,
                    "user": click.user,
                    "text": el.harmless(sentence),
                }
                if again and click.action:
                    said["blocks"] = _with_button(click, el.harmless(sentence))
                await patiently("chat.postEphemeral", lambda: web.chat_postEphemeral(**said))
            elif click.view_id:
                view = modals.message_modal(sentence)
                await patiently("views.update", lambda: web.views_update(view_id=click.view_id, view=view))
            else:
                await self.publish_home(click.user, sentence, click.look)
        except GoodwordError as error:
            log.warning("could not tell the reviewer", why=str(error), user=click.user)

    async def publish_home(self, user: str, notice: str = "", look: Look = EVERYTHING) -> None:
        """Draw a person's Home tab. Raises RoomUnavailable."""
        await self.homes.draw(user, self.homes.looked_at(user, look), notice=notice)

    async def kindly(self, click: Click, work: Callable[[Click], Awaitable[None]]) -> None:
        """Do the work of a click; whatever goes wrong, the person hears of it."""
        try:
            await work(click)
        except GoodwordError as error:
            log.warning("click failed", why=str(error), turn=click.turn_id)
            await self.tell(click, error.told)
        except Exception:
            log.exception("click failed", turn=click.turn_id)
            await self.tell(click, texts.FAILED_HERE)


def stale(click: Click, card: Card) -> str:
    """Why a modal would be of no use any more; empty where it would."""
    if not cards.decidable(card):
        return texts.decided_meanwhile(card.state, card.decided_by)
    return texts.NEWER if card.version != click.version else ""
