"""The Bolt app: what it listens to, in tables, and who may talk to it.

The tables are also what `manifest.yaml` is made from, so that the app asks Slack for nothing that it does not hear.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.cards.overview import FILTERS, Look
from bot.slack import (
    afterwards,
    claiming,
    commands,
    digest,
    disputes,
    editing,
    handing_over,
    knowledge_desk,
    links,
    modals,
    noticing,
    queue_home,
    redrafting,
    rules_home,
    sharing,
    snoozing,
    texts,
    versions,
)
from bot.slack import elements as el
from bot.slack.clicks import Click, Clicks
from bot.slack.config import SlackConfig, client
from bot.slack.desk import Desk
from bot.slack.forms import answered
from bot.slack.queue_home import HomeClick
from bot.slack.room import SlackRoom
from bot.slack.submissions import Answer, Form, Submissions
from bot.slack.workspace import Workspace
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")

#: A shortcut's or command's handler gets Slack's payload, after Slack was acknowledged, and a way to answer the person
#: (Bolt's `respond`; a global shortcut has none). A GoodwordError it raises is told to the person.
Handler = Callable[[Clicks, dict[str, Any], AsyncRespond], Awaitable[None]]


class Shortcut(NamedTuple):
    """An entry of Slack's shortcuts menu (`global`) or of a message's own menu (`message`)."""

    handler: Handler
    type: Literal["global", "message"]
    name: str
    description: str


class Command(NamedTuple):
    """A slash command. `usage_hint` is what Slack shows behind it while somebody types."""

    handler: Handler
    description: str
    usage_hint: str


async def _home_opened(clicks: Clicks, event: dict[str, Any]) -> None:
    if event.get("tab", "home") == "home":
        view = event.get("view") or {}  # what was published before, with what the person looked at
        await clicks.publish_home(event["user"], look=Look.load(view.get("private_metadata") or ""))


#: Buttons and menus by action id, modals and shortcuts by callback id, commands with their slash, events by type.
ACTIONS: dict[str, Callable[[Clicks, Click], Awaitable[None]]] = {
    "approve": Clicks.approve,
    "edit": editing.edit,
    "reject": disputes.reject,
    "write": editing.write,
    "override": Clicks.override,
    "review": Clicks.review,
    "undo": afterwards.undo,
    "draft_one": digest.draft_one,
    "choose": versions.choose,
    "handed_write": handing_over.write,
    "handed_back": handing_over.give_back,
    "dispute_right": disputes.right,
    "dispute_retire": disputes.retire,
    "dispute_edit": disputes.edit,
}
#: Fields of modals in which something is chosen that changes the modal, by the block they stand in.
FIELDS: dict[str, Callable[[Clicks, dict[str, Any]], Awaitable[None]]] = {"reason": disputes.reason_chosen}
#: Buttons and menus of Home that are about the list, not about one turn.
HOME: dict[str, Callable[[Clicks, HomeClick], Awaitable[None]]] = {
    **{f"home_{name}": queue_home.filter_by for name in FILTERS},
    **{f"home_{name}": queue_home.turn_to for name in ("previous", "next", "page")},
    "home_all": queue_home.show_all,
    "pause": queue_home.pause,
    "resume": queue_home.resume,
}
#: What the lines of the “More…” menu do, by their keys (`bot.slack.offers`).
MORE: dict[str, Callable[[Clicks, Click], Awaitable[None]]] = {
    "details": Clicks.details,
    "versions": versions.versions,
    "ask": redrafting.ask,
    "redraft": redrafting.redraft,
    "shared": sharing.see_all,
    "claim": claiming.claim,
    "release": claiming.release,
    "hand_over": handing_over.hand_over,
    "give_back": handing_over.give_back,
    "snooze": snoozing.snooze,
    "wake": snoozing.wake,
    "correct": afterwards.correct,
    "withdraw": afterwards.withdraw,
}
VIEWS: dict[str, Callable[[Submissions, Form], Awaitable[Answer]]] = {
    "edit": Submissions.edit,
    "write": Submissions.write,
    "shared": sharing.approve_ticked,
    "reject": disputes.submitted,
    "hand_over": handing_over.submitted,
    "handed_write": handing_over.written,
    "snooze": snoozing.submitted,
    "override": Submissions.override,
    "redraft": redrafting.submitted,
    "correct": afterwards.corrected,
    "withdraw": afterwards.withdrawn,
}
#: Buttons, menus and forms that are about no turn.
CONTROLS: dict[str, Handler] = {
    "make_live": knowledge_desk.make_live,
    "discard": knowledge_desk.discard,
}
FORMS: dict[str, Callable[[Clicks, dict[str, Any]], Awaitable[Answer]]] = {
    "draft_link": links.draft,
    "add_knowledge": knowledge_desk.add,
}
SHORTCUTS = {
    "draft_link": Shortcut(links.ask, "global", "Draft reply to this link", "Drafts a reply to a public post"),
    "add_knowledge": Shortcut(
        knowledge_desk.ask, "message", "Add answer to knowledge", "Keeps it as a draft for an editor"
    ),
}
COMMANDS = {"/goodword": Command(commands.goodword, "Queue, knowledge, known issues, pause", commands.USAGE)}
EVENTS: dict[str, Callable[[Clicks, dict[str, Any]], Awaitable[None]]] = {
    "app_home_opened": _home_opened,
    **dict.fromkeys(noticing.CHANGED, noticing.channel_changed),
    **dict.fromkeys(noticing.BACK, noticing.channel_back),
    **dict.fromkeys(noticing.LOST, noticing.access_lost),
    "member_joined_channel": noticing.member_joined,
    "member_left_channel": noticing.member_left,
}


def create(config: SlackConfig, desk: Desk, room: SlackRoom | None = None) -> AsyncApp:
    """The app for one workspace. Hand over the room that posts the cards: both share what they know of Slack."""
    room = room or SlackRoom.of(config)
    clicks = Clicks(room, desk)
    submissions = Submissions(clicks)
    app = AsyncApp(
        name="goodword",
        client=client(config, with_token=False),
        authorize=_authorize(room.workspace),  # type: ignore[arg-type]  # None is how Bolt wants a refusal
        signing_secret=config.signing_secret,
        user_facing_authorize_error_message=texts.OTHER_WORKSPACE,
    )
    for action_id in ACTIONS:
        app.action(action_id)(_on_action(clicks, action_id))
    for action_id in HOME:
        app.action(action_id)(_on_home(clicks, action_id))
    app.action("more")(_on_action(clicks, "more"))
    app.action({"block_id": editing.FIELD, "action_id": "text"})(_on_typing(editing.Typing(clicks)))
    for block_id in FIELDS:
        app.action({"block_id": block_id, "action_id": "choice"})(_on_field(clicks, block_id))
    rules_home.listen(app, clicks)
    for action_id, control in CONTROLS.items():
        app.action(action_id)(_on_request(clicks, action_id, control))
    for callback_id in FORMS:
        app.view(callback_id)(_on_form(clicks, callback_id))
    for callback_id in VIEWS:
        app.view(callback_id)(_on_view(submissions, callback_id))
    for callback_id, shortcut in SHORTCUTS.items():
        hear = app.global_shortcut if shortcut.type == "global" else app.message_shortcut
        hear(callback_id)(_on_request(clicks, callback_id, shortcut.handler))
    for name, command in COMMANDS.items():
        app.command(name)(_on_request(clicks, name, command.handler))
    for event_type in EVENTS:
        app.event(event_type)(_on_event(clicks, event_type))
    return app


def _authorize(workspace: Workspace) -> Callable[..., Awaitable[AuthorizeResult | None]]:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        us = await workspace.identity()
        same_house = us.enterprise_id is not None and us.enterprise_id == enterprise_id
        if team_id != us.team_id and not same_house:
            log.warning("refused a delivery from another workspace", team=team_id)
            return None
        return AuthorizeResult(
            enterprise_id=us.enterprise_id,
            team_id=us.team_id,
            bot_id=us.bot_id,
            bot_user_id=us.user_id,
            bot_token=workspace.config.bot_token,
        )

    return authorize


def _on_action(clicks: Clicks, action_id: str) -> Callable[..., Awaitable[None]]:
    async def on_action(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        try:
            click = Click.of(body)
        except (KeyError, ValueError):
            log.warning("a click that names no turn", action=action_id)
            return
        work = MORE.get(click.chosen) if action_id == "more" else ACTIONS[action_id]
        if work is None:
            log.warning("a click on a line of the menu that is not ours", line=click.chosen)
            return
        await clicks.kindly(click, lambda it: work(clicks, it))

    return on_action


def _on_typing(typing: editing.Typing) -> Callable[..., Awaitable[None]]:
    async def on_typing(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await editing.kindly(typing, body)

    return on_typing


def _on_field(clicks: Clicks, block_id: str) -> Callable[..., Awaitable[None]]:
    async def on_field(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        try:
            await FIELDS[block_id](clicks, body)
        except GoodwordError as error:  # the form stands as it was: what is missing is asked for when it is sent
            log.warning("a form was not drawn anew", field=block_id, why=str(error))
        except (KeyError, TypeError, ValueError):
            log.warning("chosen in a form that is not ours", field=block_id)

    return on_field


def _on_home(clicks: Clicks, action_id: str) -> Callable[..., Awaitable[None]]:
    async def on_home(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = HomeClick.of(body)
        try:
            await HOME[action_id](clicks, click)
        except GoodwordError as error:  # Home stands as it was, and can be clicked again
            log.warning("click in Home failed", action=action_id, why=str(error))
        except Exception:
            log.exception("click in Home failed", action=action_id)

    return on_home


def _on_view(submissions: Submissions, callback_id: str) -> Callable[..., Awaitable[None]]:
    async def on_view(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            form = Form.of(body)
        except (KeyError, TypeError, ValueError):
            log.warning("a form that names no turn", form=callback_id)
            await ack(response_action="update", view=modals.message_modal(texts.FAILED_HERE))
            return
        await submissions.answer(ack, form, VIEWS[callback_id](submissions, form))

    return on_view


def _on_form(clicks: Clicks, callback_id: str) -> Callable[..., Awaitable[None]]:
    async def on_form(ack: AsyncAck, body: dict[str, Any]) -> None:
        await answered(ack, clicks, body, FORMS[callback_id](clicks, body))

    return on_form


def _on_request(clicks: Clicks, name: str, handler: Handler) -> Callable[..., Awaitable[None]]:
    async def on_request(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        try:
            await handler(clicks, body, respond)
        except GoodwordError as error:
            log.warning("request failed", what=name, why=str(error))
            await _answer(respond, error.told)
        except Exception:
            log.exception("request failed", what=name)
            await _answer(respond, texts.FAILED_HERE)

    return on_request


async def _answer(respond: AsyncRespond, sentence: str) -> None:
    if not respond.response_url:  # a global shortcut: there is no place to write to
        return
    try:
        await respond(el.harmless(sentence))
    except Exception as error:  # whatever it was, the person can ask again
        log.warning("could not answer", why=type(error).__name__)


def _on_event(clicks: Clicks, event_type: str) -> Callable[..., Awaitable[None]]:
    async def on_event(event: dict[str, Any]) -> None:
        try:
            await EVENTS[event_type](clicks, event)
        except GoodwordError as error:  # nobody clicked: there is nobody to tell, and the next look finds it again
            log.warning("event not dealt with", event_type=event_type, why=str(error))

    return on_event
