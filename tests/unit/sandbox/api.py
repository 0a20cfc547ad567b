"""The whole sandbox in memory: its Web API and its control surface without a socket, and an app that writes down."""

from __future__ import annotations

import json
from typing import Any

import httpx
from fastapi import FastAPI

from bot.sandbox.app import create
from bot.sandbox.deliveries import Deliveries, NotDelivered, Retry
from bot.sandbox.workspace import Settings, Workspace

Json = dict[str, Any]
ANNA, TOM, MIA = "U0ANNAREYES", "U0TOMOKAFOR", "U0MIALINDQV"
REVIEWS, GENERAL = "C0REVIEWS01", "C0GENERAL01"
MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Form"},
    "blocks": [
        {
            "type": "actions",
            "block_id": "b",
            "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}],
        }
    ],
}
HOME: Json = {"type": "home", "blocks": MODAL["blocks"]}


class Clock:
    """Stands still until told to move."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Sandbox:
    """`call` is the app's hand, `act` a person's; `seen` is what the app was told, oldest first."""

    #: One application for all tests, with a fresh workspace for each: making its routes takes longer than most of them.
    _app: FastAPI | None = None
    _began = 1_700_000_000.0

    def __init__(self, settings: Settings | None = None) -> None:
        # Long after the one before, so that nobody waits for the rate limit of another test.
        Sandbox._began += 100_000
        self.clock = Clock(Sandbox._began)
        if Sandbox._app is None:
            Sandbox._app = create(Workspace())
        app = Sandbox._app
        self.workspace: Workspace = app.state.workspace
        self.workspace.__init__(settings or Settings(), clock=self.clock)  # type: ignore[misc]
        self.deliveries: Deliveries = app.state.deliveries
        self.deliveries._last.clear()
        self.seen: list[tuple[str, Json, Retry | None]] = []
        self.fails: list[NotDelivered] = []
        self.deliveries._send = self._hear  # type: ignore[method-assign]
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", trust_env=False)

    async def _hear(self, kind: str, payload: Json, *, answerable: bool = False, again: Retry | None = None) -> Json:
        self.seen.append((kind, payload, again))
        if self.fails:
            raise self.fails.pop(0)
        return {}

    async def call(self, method: str, *, token: str | None = None, **arguments: Any) -> httpx.Response:
        """A Web API call with the bot's token, as a form like slack_sdk's."""
        form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}
        bearer = self.workspace.settings.bot_token if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return await self.http.post(f"/api/{method}", data=form, headers=headers)

    async def error(self, method: str, **arguments: Any) -> str:
        """The word with which a call is refused; empty where it is not."""
        return str((await self.call(method, **arguments)).json().get("error", ""))

    async def act(self, path: str, **body: Any) -> httpx.Response:
        """What a person or an administrator does, below /sandbox/."""
        return await self.http.post(f"/sandbox/{path}", json=body)

    async def posted(self, channel: str = REVIEWS, **more: Any) -> str:
        """The timestamp of a new message of the app."""
        answer = (await self.call("chat.postMessage", channel=channel, text="A card", **more)).json()
        assert answer["ok"], answer
        return str(answer["ts"])

    async def clicked(self, user: str = ANNA) -> Json:
        """What the app is told of a click on a new card."""
        ts = await self.posted(blocks=MODAL["blocks"])
        said = (await self.act("click", user=user, message_ts=ts, block_id="b", action_id="a")).json()
        assert said["ok"], said
        return self.seen[-1][1]

    def events(self, kind: str) -> list[Json]:
        """The events of a type that the app was told of."""
        return [body["event"] for way, body, _ in self.seen if way == "events_api" and body["event"]["type"] == kind]
