"""What a person can do on the page: click, choose, submit, close, open the Home tab, write. Each becomes a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox import methods_views as stack
from bot.sandbox import payloads
from bot.sandbox.blocks import view_body
from bot.sandbox.deliveries import Deliveries, NotDelivered
from bot.sandbox.events import Events
from bot.sandbox.forms import hold, merge, unfilled
from bot.sandbox.handles import ResponseUrls, Triggers
from bot.sandbox.people import Outcome, channel_of, insider, own_view, person, visible
from bot.sandbox.refusals import Refused, Stale
from bot.sandbox.shapes import MANY, VALUE_KEYS, options
from bot.sandbox.workspace import BOT, Json, Message, User, View, Workspace

#: The sentence Slack shows where a submission is not taken in time or is answered with what Slack cannot use.
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Use:
    """One use of an element: what was chosen (text, an option's value, a list) and what else is typed there."""

    block_id: str
    action_id: str
    value: Any = None
    typed: Any = None


class Interactions:
    """The hands of the people in the workspace. `base` is the sandbox's own address, for response URLs."""

    def __init__(self, workspace: Workspace, triggers: Triggers, urls: ResponseUrls, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._events = Events(workspace, deliveries)
        self._triggers = triggers
        self._urls = urls
        self._deliveries = deliveries

    # --- clicking ---------------------------------------------------------------------------------------------------

    async def click_message(self, base: str, user_id: str, channel: str, ts: str, use: Use) -> Outcome:
        """Use an element of a message; `channel` may be empty.

        Raises Stale where it is not there any more or not for this person.
        """
        user = person(self._workspace, user_id)
        message = visible(self._workspace, user, channel, ts)
        own = merge(message.values.setdefault(user.id, {}), message.blocks, use.typed)
        element = self._element(message.blocks, use)
        hold(own, use.block_id, element, use.value)
        body = payloads.message_action(
            self._workspace,
            user,
            message,
            payloads.action(element, use.block_id, use.value, self._workspace.new_ts()),
            trigger_id=self._triggers.issue(user.id),
            response_url=self._urls.issue(base, message.channel, message.ts, user.id),
        )
        return await self._deliver_click(body)

    async def click_view(self, user_id: str, view_id: str, use: Use) -> Outcome:
        """Use an element of a modal or of the Home tab. Raises Stale."""
        user = person(self._workspace, user_id)
        view = own_view(self._workspace, user, view_id)
        merge(view.values, view.body["blocks"], use.typed)
        element = self._element(view.body["blocks"], use)
        hold(view.values, use.block_id, element, use.value)
        done = payloads.action(element, use.block_id, use.value, self._workspace.new_ts())
        trigger_id = self._triggers.issue(user.id, view.id if view.kind == "modal" else None)
        return await self._deliver_click(payloads.view_action(self._workspace, user, view, done, trigger_id=trigger_id))

    async def _deliver_click(self, body: Json) -> Outcome:
        try:
            await self._deliveries.interaction(body)
        except NotDelivered as error:
            return Outcome(False, f"Goodword did not respond: {error}. Try again in a moment.")
        return Outcome(True)

    def _element(self, blocks: list[Json], use: Use) -> Json:
        element = payloads.find_element(blocks, use.block_id, use.action_id)
        if element is None:
            raise Stale("this button is no longer there")
        block = next(one for one in blocks if one["block_id"] == use.block_id)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise Stale("this field is sent with its form, not by itself")
        if use.value in (None, "", []) and element["type"] != "overflow":
            return element
        chosen = use.value if element["type"] in MANY else [use.value]
        if not isinstance(chosen, list) or not set(chosen) <= self._offered(element, set(chosen)):
            raise Stale("this choice is not on offer any more")
        if len(chosen) > element.get("max_selected_items", len(chosen)):
            raise Stale("that is more than can be chosen here")
        return element

    def _offered(self, element: Json, otherwise: set[Any]) -> set[Any]:
        """What can be chosen from a menu; for anything else whatever was given."""
        key = VALUE_KEYS.get(element["type"], "").removesuffix("s")
        if key == "selected_option":
            return {option.get("value") for option in options(element)}
        if key == "selected_user":
            return set(self._workspace.users)
        return set(self._workspace.channels) if key in ("selected_conversation", "selected_channel") else otherwise

    # --- modals -----------------------------------------------------------------------------------------------------

    async def submit(self, user_id: str, view_id: str, values: Any = None) -> Outcome:
        """Send a modal's form. What Slack's own client checks is checked first, without asking the app."""
        user = person(self._workspace, user_id)
        view = own_view(self._workspace, user, view_id)
        if view.kind != "modal":
            raise Stale("only a modal can be submitted")
        merge(view.values, view.body["blocks"], values)
        view.trouble = ""
        view.errors = unfilled(view)
        if view.errors:
            self._workspace.touch()
            return Outcome(False, errors=tuple(view.errors.items()))
        trigger_id = self._triggers.issue(user.id, view.id)
        try:
            answer = await self._deliveries.interaction(
                payloads.view_submission(self._workspace, user, view, trigger_id=trigger_id)
            )
            return self._answered(user, view, answer)
        except (NotDelivered, Refused, _Unusable):
            view.trouble = TROUBLE
            self._workspace.touch()
            return Outcome(False, TROUBLE)

    def _answered(self, user: User, view: View, answer: Json) -> Outcome:
        """Act on `response_action`; an empty answer closes the modal."""
        wish = answer.get("response_action")
        if wish is None:
            if answer:
                raise _Unusable
            stack.close(self._workspace, view)
        elif wish == "errors":
            known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
            errors = answer.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= known:
                raise _Unusable
            view.errors = {block_id: str(sentence) for block_id, sentence in errors.items()}
            self._workspace.touch()
            return Outcome(False, errors=tuple(view.errors.items()))
        elif wish == "update":
            stack.replace(self._workspace, view, view_body(answer.get("view")))
        elif wish == "push":
            stack.show(self._workspace, user.id, view_body(answer.get("view")), push=True)
        elif wish == "clear":
            stack.clear(self._workspace, user.id)
        else:
            raise _Unusable
        return Outcome(True)

    async def close(self, user_id: str, view_id: str) -> Outcome:
        """Close a modal (the one below comes back), or all where it says `clear_on_close`."""
        user = person(self._workspace, user_id)
        view = own_view(self._workspace, user, view_id)
        cleared = bool(view.body.get("clear_on_close"))
        if cleared:
            stack.clear(self._workspace, user.id)
        else:
            stack.close(self._workspace, view)
        if view.body.get("notify_on_close"):
            try:
                await self._deliveries.interaction(payloads.view_closed(self._workspace, user, view, cleared=cleared))
            except NotDelivered:
                return Outcome(True)
        return Outcome(True)

    # --- home and messages ------------------------------------------------------------------------------------------

    def open_home(self, user_id: str) -> Outcome:
        """Look at the app's Home tab: the app hears of it and publishes."""
        user = insider(self._workspace, user_id)
        self._events.emit("app_home_opened", payloads.home_opened(self._workspace, user))
        return Outcome(True)

    def say(self, user_id: str, channel_key: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message as a person. Raises Stale where they are not in that channel or the text is empty."""
        user = person(self._workspace, user_id)
        channel = channel_of(self._workspace, user, channel_key)
        if channel.archived:
            raise Stale("this channel is archived")
        if not text.strip():
            raise Stale("there is nothing to send")
        kept = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").strip()[:12_000]
        message = self._workspace.add(Message(self._workspace.new_ts(), channel.id, user.id, kept, thread_ts=thread_ts))
        if thread_ts and (parent := channel.messages.get(thread_ts)):
            self._workspace.changed(parent, edited=False)
        if BOT.id in channel.members:
            kind = "message.im" if channel.partner else "message.channels"
            self._events.emit(kind, payloads.message_event(self._workspace, message))
            if f"@{BOT.name}" in kept and not channel.partner:
                mention = {**payloads.message_event(self._workspace, message), "type": "app_mention"}
                self._events.emit("app_mention", mention)
        return message


class _Unusable(Exception):
    """The app answered a submission with something that Slack cannot use."""
