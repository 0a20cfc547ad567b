"""Short-lived handles of a delivery: trigger ids (one use, three seconds), response URLs (five, thirty minutes)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.sandbox.faults import TRIGGERS, Kind
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import TEAM, Workspace

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60


@dataclass
class Trigger:
    """The right to open one modal for one person. `view` is set where the click was made inside a modal."""

    user: str
    view: str | None
    expires: float
    used: bool = False


class Triggers:
    """Issues trigger ids and exchanges each once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view: str | None = None) -> str:
        """A new trigger id in Slack's three-part form."""
        now = self._workspace.clock()
        # Old ones are kept a while so that they can be told apart from invented ones.
        self._issued = {key: t for key, t in self._issued.items() if now - t.expires < 600}
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        fault = self._workspace.faults.take(TRIGGERS, "")
        expired = fault is not None and fault.kind is Kind.EXPIRED_TRIGGER
        expires = now - 0.001 if expired else now + self._workspace.settings.trigger_seconds
        self._issued[trigger_id] = Trigger(user, view, expires, used=fault is not None and not expired)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use up a trigger id. Refused: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise Refused(Word.INVALID_TRIGGER_ID)
        if trigger.used:
            raise Refused(Word.EXCHANGED_TRIGGER_ID)
        if self._workspace.clock() > trigger.expires:
            raise Refused(Word.EXPIRED_TRIGGER_ID)
        trigger.used = True
        return trigger


@dataclass
class ResponsePlace:
    """Where a response URL writes: the channel, the message that was clicked, and who clicked."""

    channel: str
    message_ts: str
    user: str
    expires: float
    uses: int = 0


class ResponseUrls:
    """Issues response URLs and counts their uses."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, ResponsePlace] = {}

    def issue(self, base: str, channel: str, message_ts: str, user: str) -> str:
        """A new URL below the sandbox's own address."""
        now = self._workspace.clock()
        self._issued = {key: place for key, place in self._issued.items() if now - place.expires < 3600}
        key = secrets.token_urlsafe(18)
        self._issued[key] = ResponsePlace(channel, message_ts, user, now + RESPONSE_URL_SECONDS)
        return f"{base.rstrip('/')}/actions/{TEAM}/{key}"

    def use(self, key: str) -> ResponsePlace:
        """One use of a URL. Refused: not_found, expired_url, used_url."""
        place = self._issued.get(key)
        if place is None:
            raise Refused(Word.NOT_FOUND)
        if self._workspace.clock() > place.expires:
            raise Refused(Word.EXPIRED_URL)
        if place.uses >= RESPONSE_URL_USES:
            raise Refused(Word.USED_URL)
        place.uses += 1
        return place
