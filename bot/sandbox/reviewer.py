"""The automatic reviewer: uses the sandbox's page controls as a person would, and nothing else.

It clicks Approve on a drafted card. Where nothing was drafted it opens Write, types what `answer` gives, and approves
the card's next version. It cannot be pointed at a real workspace: see `AutomaticReviewer`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.sandbox.control import PRODUCT
from bot.sandbox.deliveries import LOOPBACK
from knowledge.errors import GoodwordError

Json = dict[str, Any]


class NotTheSandbox(GoodwordError):
    """The automatic reviewer was pointed at something else than the stand-in workspace."""

    code = "not_the_sandbox"


class CardUnusable(GoodwordError):
    """A card could not be decided: no window opened, or the app did not take the click."""

    code = "card_unusable"


def buttons(message: Json) -> Iterator[tuple[str, str]]:
    """(block_id, action_id) of every button a person sees on a message."""
    for block in message.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button":
                yield block["block_id"], element["action_id"]


def card_text(message: Json) -> str:
    """All text of a card, top to bottom, as a person reads it."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                yield node["text"]
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    return "\n".join(walk(message.get("blocks", []))) or str(message.get("text", ""))


class AutomaticReviewer:
    """Decides on the cards of one channel as one person.

    `answer` is given a card's text where nothing was drafted, and returns what to write or None to leave it alone.

    Raises:
        NotTheSandbox: the address is not on this machine, what answers there is not the sandbox, or real Slack tokens
            are configured (`workspace_connected`).
    """

    def __init__(
        self,
        address: str,
        *,
        workspace_connected: bool,
        answer: Callable[[str], str | None] = lambda _: None,
        user: str = "U0ANNAREYES",
        channel: str = "reviews",
        timeout: float = 10.0,
    ) -> None:
        self._answer = answer
        self._user = user
        self._channel = channel
        self._timeout = timeout
        self._seen: set[tuple[str, str]] = set()
        _refuse_the_real(address, workspace_connected)
        self._client = httpx.Client(base_url=address, timeout=timeout, trust_env=False)
        try:
            found = self._client.get("/sandbox/whoami").json()
        except (httpx.HTTPError, ValueError):
            found = {}
        if not isinstance(found, dict) or found.get("product") != PRODUCT:
            self._client.close()
            raise NotTheSandbox(
                f"what answers at {address} is not the Goodword sandbox", hint="start the sandbox first"
            )

    def close(self) -> None:
        """End its connection."""
        self._client.close()

    def _get(self, path: str, **query: str) -> Json:
        response = self._client.get(path, params={"user": self._user, **query})
        response.raise_for_status()
        found: Json = response.json()
        return found

    def _post(self, path: str, **body: Any) -> Json:
        response = self._client.post(path, json={"user": self._user, **body})
        if response.status_code == httpx.codes.CONFLICT:
            return {"ok": False, "message": response.json()["detail"], "errors": {}}
        response.raise_for_status()
        found: Json = response.json()
        return found

    def cards(self) -> list[Json]:
        """The messages of the channel that carry a button to decide with, oldest first."""
        found = self._get("/sandbox/messages", channel=self._channel)["messages"]
        return [m for m in found if {action for _, action in buttons(m)} & {"approve", "write"}]

    def step(self) -> int:
        """Look at the channel once and decide what can be decided; returns how many clicks or texts were taken."""
        return sum(self._decide(card) for card in self.cards())

    def run(self, *, until: Callable[[], bool], pause: float = 0.5) -> int:
        """Keep looking until `until()` says so; returns how many clicks and texts were taken in all."""
        taken = 0
        while not until():
            taken += self.step()
            time.sleep(pause)
        return taken

    def _decide(self, card: Json) -> bool:
        # A card that changed since it was clicked is a new version and is looked at anew; an unchanged one is not.
        version = (card["ts"], card.get("edited", {}).get("ts", ""))
        if version in self._seen:
            return False
        offered = {action: block for block, action in buttons(card)}
        if "approve" in offered:
            done = self._click(card, offered["approve"], "approve")
        else:
            text = self._answer(card_text(card))
            if text is None:
                self._seen.add(version)
                return False
            done = self._write(card, offered["write"], text)
        # A click that the app did not take is tried again at the next look, as a person would.
        if done:
            self._seen.add(version)
        return done

    def _click(self, card: Json, block_id: str, action_id: str) -> bool:
        answer = self._post(
            "/sandbox/click", channel=self._channel, message_ts=card["ts"], block_id=block_id, action_id=action_id
        )
        return bool(answer["ok"])

    def _write(self, card: Json, block_id: str, text: str) -> bool:
        """Open the window behind Write, type and submit. Raises CardUnusable."""
        if not self._click(card, block_id, "write"):
            return False
        deadline = time.monotonic() + self._timeout
        while (view := self._get("/sandbox/view")["view"]) is None:
            if time.monotonic() > deadline:
                raise CardUnusable(f"no window opened after Write on card {card['ts']}")
            time.sleep(0.05)
        answer = self._post("/sandbox/submit", view_id=view["id"], values={"body": {"text": text}})
        if not answer["ok"]:
            self._post("/sandbox/close", view_id=view["id"])
            said = answer["message"] or "; ".join(answer["errors"].values())
            raise CardUnusable(f"the text for card {card['ts']} was not taken: {said}")
        return True


def _refuse_the_real(address: str, workspace_connected: bool) -> None:
    if workspace_connected:
        raise NotTheSandbox(
            "a Slack workspace is connected, so people review there",
            hint="unset the Slack tokens to run with the sandbox and its automatic reviewer",
        )
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise NotTheSandbox(f"{address} is not on this machine", hint="the automatic reviewer only works on 127.0.0.1")
