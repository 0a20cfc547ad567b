"""Shortcuts: global ones from beside the message field, message ones from a message's menu."""

from __future__ import annotations

from bot.sandbox import payloads
from bot.sandbox.deliveries import Deliveries, NotDelivered
from bot.sandbox.features import Shortcut
from bot.sandbox.handles import ResponseUrls, Triggers
from bot.sandbox.people import Outcome, insider, visible
from bot.sandbox.refusals import Stale
from bot.sandbox.workspace import Json, Workspace


class Shortcuts:
    """Brings a shortcut that a person chose to the app."""

    def __init__(self, workspace: Workspace, triggers: Triggers, urls: ResponseUrls, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._triggers = triggers
        self._urls = urls
        self._deliveries = deliveries

    async def everywhere(self, user_id: str, callback_id: str) -> Outcome:
        """A global shortcut. Raises Stale where the app offers none of this id."""
        user = insider(self._workspace, user_id)
        chosen = self._offered(callback_id, "global")
        trigger_id = self._triggers.issue(user.id)
        body = payloads.global_shortcut(self._workspace, user, chosen.callback_id, trigger_id=trigger_id)
        return await self._deliver(chosen, body)

    async def on_message(self, base: str, user_id: str, callback_id: str, channel: str, ts: str) -> Outcome:
        """A message shortcut. Raises Stale where the message or the shortcut is not there for this person."""
        user = insider(self._workspace, user_id)
        chosen = self._offered(callback_id, "message")
        message = visible(self._workspace, user, channel, ts)
        if message.visible_to:
            raise Stale("a message that only you see has no shortcuts")
        body = payloads.message_shortcut(
            self._workspace,
            user,
            message,
            chosen.callback_id,
            trigger_id=self._triggers.issue(user.id),
            response_url=self._urls.issue(base, message.channel, "", user.id),
        )
        return await self._deliver(chosen, body)

    def _offered(self, callback_id: str, kind: str) -> Shortcut:
        offered = self._workspace.settings.shortcuts
        found = next((one for one in offered if (one.callback_id, one.kind) == (callback_id, kind)), None)
        if found is None:
            raise Stale(f"the app offers no {kind} shortcut {callback_id}")
        return found

    async def _deliver(self, chosen: Shortcut, body: Json) -> Outcome:
        try:
            await self._deliveries.interaction(body)
        except NotDelivered as error:
            return Outcome(False, f"“{chosen.name}” did not work: {error}. Try again in a moment.")
        return Outcome(True)
