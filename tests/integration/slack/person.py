"""A person at the sandbox: looks, clicks and types through its control surface, over HTTP like a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.waiting import until

Json = dict[str, Any]

#: The sandbox's status for a click on what does not stand there any more.
CHANGED = 409
#: Blocks of forms in which something is chosen; in all others something is typed.
CHOICES = ("reason", "wish", "source", "person", "group", "until", "moment")


class Person:
    """One person of the workspace."""

    def __init__(self, http: httpx.AsyncClient, user: str, channel: str) -> None:
        self.http, self.user, self.channel = http, user, channel

    async def messages(self) -> list[Json]:
        answer = await self.http.get("/sandbox/messages", params={"user": self.user, "channel": self.channel})
        answer.raise_for_status()
        found: list[Json] = answer.json()["messages"]
        return found

    async def until(self, true: Callable[[list[Json]], Any]) -> list[Json]:
        """The messages as soon as something is true of them."""
        seen: list[Json] = []

        async def look() -> bool:
            seen[:] = await self.messages()
            return bool(true(seen))

        await until(look, lambda: f"not these messages, seen: {[said(message) for message in seen]}")
        return seen

    async def click(self, message: Json, action_id: str, value: str | None = None) -> Json:
        async def body() -> Json:
            shown = next((one for one in await self.messages() if one["ts"] == message["ts"]), message)
            where = {"channel": self.channel, "message_ts": message["ts"], "block_id": row_of(shown)}
            return {"user": self.user, "action_id": action_id, "value": value, **where}

        return await self._clicked(body)

    async def click_view(self, block_id: str, action_id: str, *, home: bool = False) -> None:
        async def body() -> Json:
            where = {"home": True} if home else {"view": (await self.view())["id"]}
            row = row_of(await self.view()) if block_id == "actions" and not home else block_id
            return {"user": self.user, "block_id": row, "action_id": action_id, **where}

        await self._clicked(body)

    async def _clicked(self, body: Callable[[], Awaitable[Json]]) -> Json:
        """Click; where it was drawn anew between looking and clicking, look and click again."""
        for _ in range(20):
            answer = await self.http.post("/sandbox/click", json=await body())
            if answer.status_code != CHANGED:
                break
            await asyncio.sleep(0.1)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    async def view(self, title: str = "", words: str = "") -> Json:
        """The modal that is open, once one with this title is and it says these words."""
        seen: Json | None = None

        async def look() -> Json | None:
            nonlocal seen
            seen = await self.open_view()
            return seen if seen is not None and title in seen["title"]["text"] and words in said(seen) else None

        return await until(look, lambda: f"the modal {title!r} with {words!r}, seen: {said(seen)}")

    async def open_view(self) -> Json | None:
        answer = (await self.http.get("/sandbox/view", params={"user": self.user})).json()
        found: Json | None = answer["view"]
        return found

    async def choose(self, block_id: str, value: str) -> None:
        """Choose in a field of the open modal that the app listens to."""
        view = await self.view()
        body = {"user": self.user, "block_id": block_id, "action_id": "choice", "view": view["id"], "value": value}
        (await self.http.post("/sandbox/click", json=body)).raise_for_status()

    async def submit(self, **values: str) -> Json:
        """Send the open modal: `body="text"`, `note="text"`, `reason="wrong"`."""
        view = await self.view()
        typed = {block: {"choice" if block in CHOICES else "text": value} for block, value in values.items()}
        body = {"user": self.user, "view_id": view["id"], "values": typed}
        answer = await self.http.post("/sandbox/submit", json=body)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    async def home(self, words: str) -> Json:
        """Open the Home tab: the view, once it says these words."""
        (await self.http.post("/sandbox/home", json={"user": self.user})).raise_for_status()
        return await self.home_says(words)

    async def home_says(self, words: str) -> Json:
        """The Home tab that is open, once it says these words."""
        seen: Json | None = None

        async def look() -> Json | None:
            nonlocal seen
            seen = (await self.http.get("/sandbox/home", params={"user": self.user})).json()["view"]
            return seen if seen is not None and words in said(seen) else None

        return await until(look, lambda: f"Home says {words!r}, seen: {said(seen)}")


def row_of(drawn: Json) -> str:
    """The name of the row of buttons, which is another one whenever a card is drawn."""
    names = [block["block_id"] for block in drawn.get("blocks", []) if block["type"] == "actions"]
    return next((str(name) for name in names if name.startswith("actions")), "actions")


def said(node: Any) -> str:
    """All text of a message or view."""
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return "\n".join([*own, *(said(value) for value in node.values() if isinstance(value, dict | list))])
    return "\n".join(said(item) for item in node) if isinstance(node, list) else ""


def actions(message: Json) -> list[str]:
    rows = [block["elements"] for block in message.get("blocks", []) if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]
