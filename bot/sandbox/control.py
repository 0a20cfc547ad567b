"""The JSON surface below /sandbox/ that the page, tests and the automatic reviewer use: one click is like another."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.deliveries import LOOPBACK, Deliveries, NotDelivered
from bot.sandbox.interactions import Interactions, Use
from bot.sandbox.people import Outcome
from bot.sandbox.refusals import Refused, Stale
from bot.sandbox.shapes import channel_json, message_json, user_json, view_json
from bot.sandbox.workspace import TEAM, Json, User, Workspace

PRODUCT = "goodword-sandbox"


class Acting(BaseModel):
    """Who does it: every body that a person's hands send names them."""

    model_config = ConfigDict(extra="forbid")
    user: str


class Click(Acting):
    """A click on an element of a message (`channel`, `message_ts`), of a modal (`view`) or of the Home tab (`home`).

    `value` is what was chosen: an option's value, a list of them, a date, a text. `values` is what else was typed.
    """

    channel: str = ""
    message_ts: str = ""
    view: str = ""
    home: bool = False
    block_id: str
    action_id: str
    value: str | list[str] | None = None
    values: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Submit(Acting):
    """A modal's form: `values` is block_id -> action_id -> what was typed or chosen. The rest stays as it was."""

    view_id: str
    values: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Close(Acting):
    """Closing a modal."""

    view_id: str


class Home(Acting):
    """Opening the app's Home tab."""


class Say(Acting):
    """A message that a person writes."""

    channel: str
    text: str
    thread_ts: str | None = None


class Point(BaseModel):
    """Where signed HTTP deliveries go."""

    url: str


def only_from_here(request: Request) -> None:
    """Refuse what another site made the browser send, or a name that was pointed at this machine.

    A browser names the page that a POST comes from (`Origin`, `Sec-Fetch-Site`); programs send neither.
    """
    if request.url.hostname not in LOOPBACK:
        raise HTTPException(403, "the sandbox answers on loopback only")
    if request.method == "GET":
        return
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "this request came from another site")


def said(outcome: Outcome) -> Json:
    """What the page shows of an outcome."""
    return {"ok": outcome.ok, "message": outcome.sentence, "errors": dict(outcome.errors)}


def control(workspace: Workspace, interactions: Interactions, deliveries: Deliveries) -> APIRouter:
    """The routes below /sandbox/."""
    router = APIRouter(prefix="/sandbox", dependencies=[Depends(only_from_here)])

    def person(user: str) -> User:
        found = workspace.users.get(user)
        if found is None or found.is_bot:
            raise HTTPException(404, f"nobody here has the id {user}")
        return found

    @router.get("/whoami")
    async def whoami() -> Json:
        return {
            "product": PRODUCT,
            "team_id": TEAM,
            "name": workspace.name,
            "people": [user_json(user) for user in workspace.people],
            "channels": [channel_json(channel) for channel in workspace.channels.values()],
        }

    @router.get("/changes")
    async def changes() -> Json:
        return {
            "revision": workspace.revision,
            "connected": bool(deliveries.sockets.connections or workspace.request_url),
        }

    @router.get("/messages")
    async def messages(user: str, channel: str) -> Json:
        try:
            found = workspace.channel(channel, member=person(user).id)
        except Refused as refused:
            raise HTTPException(404, str(refused.word)) from None
        shown = [m for m in found.messages.values() if m.visible_to in (None, user)]
        return {"channel": found.id, "messages": [message_json(workspace, message) for message in shown]}

    @router.get("/view")
    async def view(user: str) -> Json:
        found = workspace.open_view(person(user).id)
        if found is None:
            return {"view": None}
        return {"view": view_json(found), "errors": found.errors, "trouble": found.trouble}

    @router.get("/home")
    async def home(user: str) -> Json:
        found = workspace.home(person(user).id)
        return {"view": view_json(found) if found else None}

    @router.post("/click")
    async def click(body: Click, request: Request) -> Json:
        use = Use(body.block_id, body.action_id, body.value, body.values)
        try:
            if body.message_ts:
                base = str(request.base_url)
                return said(await interactions.click_message(base, body.user, body.channel, body.message_ts, use))
            view_id = workspace.homes.get(body.user, "") if body.home else body.view
            return said(await interactions.click_view(body.user, view_id, use))
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None

    @router.post("/submit")
    async def submit(body: Submit) -> Json:
        try:
            return said(await interactions.submit(body.user, body.view_id, body.values))
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None

    @router.post("/close")
    async def close(body: Close) -> Json:
        try:
            return said(await interactions.close(body.user, body.view_id))
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None

    @router.post("/home")
    async def open_home(body: Home) -> Json:
        try:
            return said(interactions.open_home(body.user))
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None

    @router.post("/say")
    async def say(body: Say) -> Json:
        try:
            message = interactions.say(body.user, body.channel, body.text, body.thread_ts)
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None
        return {"ok": True, "ts": message.ts, "channel": message.channel}

    @router.post("/request_url")
    async def request_url(body: Point) -> Json:
        try:
            await deliveries.posts.verify(body.url)
        except NotDelivered as error:
            raise HTTPException(422, str(error)) from None
        return {"ok": True}

    return router
