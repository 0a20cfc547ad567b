"""What a person can do on the page: click, choose, submit, close, open the Home tab, write. Each becomes a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox import methods_views as stack
from bot.sandbox import payloads
from bot.sandbox.blocks import elements, message_blocks, view_body
from bot.sandbox.deliveries import Deliveries, NotDelivered
from bot.sandbox.handles import ResponseUrls, Triggers
from bot.sandbox.refusals import Refused, Stale, Word
from bot.sandbox.shapes import MANY, VALUE_KEYS, current, options
from bot.sandbox.workspace import BOT, Json, Message, User, View, Workspace

#: The sentence Slack shows where a submission is not taken in time or is answered with what Slack cannot use.
TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Outcome:
    """What a person sees at once: `ok`, else a sentence; `errors` by block_id for a form that was not accepted."""

    ok: bool
    sentence: str = ""
    errors: tuple[tuple[str, str], ...] = ()


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
        self._triggers = triggers
        self._urls = urls
        self._deliveries = deliveries

    def _person(self, user_id: str) -> User:
        user = self._workspace.users.get(user_id)
        if user is None or user.is_bot:
            raise Stale(f"{user_id} is nobody in this workspace", hint="take an id from /sandbox/whoami")
        return user

    # --- clicking ---------------------------------------------------------------------------------------------------

    async def click_message(self, base: str, user_id: str, channel: str, ts: str, use: Use) -> Outcome:
        """Use an element of a message; `channel` may be empty.

        Raises Stale where it is not there any more or not for this person.
        """
        user = self._person(user_id)
        message = self._visible(user, channel, ts)
        own = _merged(message.values.setdefault(user.id, {}), message.blocks, use.typed)
        element = self._element(message.blocks, use)
        _hold(own, use.block_id, element, use.value)
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
        user = self._person(user_id)
        view = self._own_view(user, view_id)
        _merged(view.values, view.body["blocks"], use.typed)
        element = self._element(view.body["blocks"], use)
        _hold(view.values, use.block_id, element, use.value)
        done = payloads.action(element, use.block_id, use.value, self._workspace.new_ts())
        trigger_id = self._triggers.issue(user.id, view.id if view.kind == "modal" else None)
        return await self._deliver_click(payloads.view_action(self._workspace, user, view, done, trigger_id=trigger_id))

    async def _deliver_click(self, body: Json) -> Outcome:
        try:
            await self._deliveries.interaction(body)
        except NotDelivered as error:
            return Outcome(False, f"Goodword did not respond: {error}. Try again in a moment.")
        return Outcome(True)

    def _visible(self, user: User, channel: str, ts: str) -> Message:
        try:
            message = self._workspace.message(channel or self._workspace.channel_of(ts), ts)
        except Refused:
            raise Stale("this message is no longer there") from None
        hidden = message.visible_to not in (None, user.id)
        if hidden or user.id not in self._workspace.channels[message.channel].members:
            raise Stale("this message is not for you")
        return message

    def _own_view(self, user: User, view_id: str) -> View:
        view = self._workspace.views.get(view_id)
        if view is None or view.user != user.id:
            raise Stale("this window is no longer open")
        return view

    @staticmethod
    def _element(blocks: list[Json], use: Use) -> Json:
        element = payloads.find_element(blocks, use.block_id, use.action_id)
        if element is None:
            raise Stale("this button is no longer there")
        if VALUE_KEYS.get(element["type"], "").startswith("selected_option"):
            offered = {option.get("value") for option in options(element)}
            chosen = use.value if element["type"] in MANY else [use.value]
            cleared = use.value in (None, "") and element["type"] != "overflow"
            if not cleared and not set(chosen or []) <= offered:
                raise Stale("this choice is not on offer any more")
        return element

    # --- modals -----------------------------------------------------------------------------------------------------

    async def submit(self, user_id: str, view_id: str, values: Any = None) -> Outcome:
        """Send a modal's form. What Slack's own client checks is checked first, without asking the app."""
        user = self._person(user_id)
        view = self._own_view(user, view_id)
        if view.kind != "modal":
            raise Stale("only a modal can be submitted")
        _merged(view.values, view.body["blocks"], values)
        view.trouble = ""
        view.errors = _unfilled(view)
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
        user = self._person(user_id)
        view = self._own_view(user, view_id)
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
        user = self._person(user_id)
        self._event("app_home_opened", payloads.home_opened(self._workspace, user))
        return Outcome(True)

    def say(self, user_id: str, channel_key: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message as a person. Raises Stale where they are not in that channel or the text is empty."""
        user = self._person(user_id)
        try:
            channel = self._workspace.channel(channel_key, member=user.id)
        except Refused:
            raise Stale("there is no such channel for you") from None
        if not text.strip():
            raise Stale("there is nothing to send")
        kept = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").strip()[:12_000]
        message = self._workspace.add(Message(self._workspace.new_ts(), channel.id, user.id, kept, thread_ts=thread_ts))
        if thread_ts and (parent := channel.messages.get(thread_ts)):
            self._workspace.changed(parent, edited=False)
        if BOT.id in channel.members:
            kind = "message.im" if channel.partner else "message.channels"
            self._event(kind, payloads.message_event(self._workspace, message))
            if f"@{BOT.name}" in kept and not channel.partner:
                mention = {**payloads.message_event(self._workspace, message), "type": "app_mention"}
                self._event("app_mention", mention)
        return message

    def _event(self, subscription: str, event: Json) -> None:
        if subscription in self._workspace.settings.subscriptions:
            self._deliveries.event(payloads.event_callback(self._workspace, event))

    # --- response URLs ----------------------------------------------------------------------------------------------

    def respond(self, key: str, body: Json) -> None:
        """What the app posted to a response URL: replace or delete the message, or write one beside it.

        Refused: not_found, expired_url, used_url, invalid_blocks, no_text and the like.
        """
        place = self._urls.use(key)
        original = self._workspace.channels[place.channel].messages.get(place.message_ts)
        if _truth(body.get("delete_original")):
            if original is not None:
                self._workspace.remove(original)
            return
        blocks = message_blocks(body["blocks"]) if body.get("blocks") is not None else []
        text = str(body.get("text") or "")
        if not text and not blocks:
            raise Refused(Word.NO_TEXT)
        if _truth(body.get("replace_original")) and original is not None:
            original.text, original.blocks = text, blocks
            self._workspace.changed(original)
            return
        only = None if body.get("response_type") == "in_channel" else place.user
        ts = self._workspace.new_ts()
        thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
        self._workspace.add(Message(ts, place.channel, BOT.id, text, blocks, None, thread_ts, visible_to=only))


class _Unusable(Exception):
    """The app answered a submission with something that Slack cannot use."""


def _truth(value: Any) -> bool:
    return value is True or value == "true"


def _merged(held: dict[str, Json], blocks: list[Json], given: Any) -> dict[str, Json]:
    """Note what a person typed, for elements that are there; everything else given is ignored."""
    if isinstance(given, dict):
        for block in blocks:
            for element in elements(block):
                typed = given.get(block["block_id"])
                if isinstance(typed, dict) and element["action_id"] in typed:
                    _hold(held, block["block_id"], element, typed[element["action_id"]])
    return held


def _hold(held: dict[str, Json], block_id: str, element: Json, raw: Any) -> None:
    if element["type"] in VALUE_KEYS and element["type"] != "overflow":
        clean = [str(item) for item in raw or []] if element["type"] in MANY else (None if raw is None else str(raw))
        held.setdefault(block_id, {})[element["action_id"]] = clean


def _unfilled(view: View) -> dict[str, str]:
    """What Slack's own client says of a form before the app is asked: required, too short, too long, not on offer."""
    errors: dict[str, str] = {}
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        raw = current(element, view.values.get(block["block_id"], {}))
        if raw in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
            continue
        if element["type"] == "plain_text_input":
            longest = element.get("max_length", 3000)
            if len(raw) > longest:
                errors[block["block_id"]] = f"Must be less than {longest + 1} characters."
            elif len(raw) < element.get("min_length", 0):
                errors[block["block_id"]] = f"Must be at least {element['min_length']} characters."
    return errors
