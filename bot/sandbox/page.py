"""The page: channels, threads, the app's Home tab and modals, drawn on the server from the same state the app sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from bot.sandbox import mrkdwn
from bot.sandbox.control import only_from_here
from bot.sandbox.emoji import drawn, picture
from bot.sandbox.faults import CALLS, Kind
from bot.sandbox.forms import dispatched
from bot.sandbox.refusals import Refused
from bot.sandbox.shapes import current, initial, options
from bot.sandbox.web_api import METHODS
from bot.sandbox.workspace import BOT, Channel, Json, Message, User, Workspace

_HERE = Path(__file__).parent
#: Nothing from beyond this machine is loaded or run: a card's picture from elsewhere shows as its description.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:*; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: What the Faults page calls them.
KINDS = {
    Kind.RATELIMITED: "Too many requests (429)",
    Kind.REFUSED: "Refused with a word",
    Kind.SERVER_ERROR: "Server error",
    Kind.HALF_DONE: "Done, but says that it failed",
    Kind.SLOW_CALL: "Slow answer",
    Kind.UNDELIVERED: "Does not arrive",
    Kind.UNACKNOWLEDGED: "Arrives, acknowledgement lost",
    Kind.TWICE: "Arrives twice",
    Kind.SLOW_DELIVERY: "Arrives late",
    Kind.EXPIRED_TRIGGER: "Trigger too old",
    Kind.EXCHANGED_TRIGGER: "Trigger used before",
}


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()


def _clock(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), UTC).astimezone().strftime("%H:%M")


def _day(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), UTC).astimezone().strftime("%A, %-d %B")


def _local(seconds: str) -> str:
    """Seconds since 1970 as a browser's field for a moment shows them, in this machine's time zone."""
    return datetime.fromtimestamp(int(seconds), UTC).astimezone().strftime("%Y-%m-%dT%H:%M") if seconds else ""


def _moment(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), UTC).astimezone().strftime("%A, %-d %B %Y at %H:%M:%S")


class Drawing:
    """Templates with the helpers they need."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["zipped"] = lambda kinds, said: [(kind, said[kind]) for kind in kinds]
        self._environment.globals.update(
            workspace=workspace,
            bot=BOT,
            text=self._text,
            mrkdwn=self._mrkdwn,
            markdown=mrkdwn.markdown,
            link=mrkdwn.link,
            emoji=picture,
            drawn=drawn,
            initials=_initials,
            clock=_clock,
            day=_day,
            moment=_moment,
            options=options,
            current=_current,
            name_of=self._name,
            said_of=KINDS,
            local=_local,
            dispatched=dispatched,
            commands=workspace.settings.commands,
            global_shortcuts=[one for one in workspace.settings.shortcuts if one.kind == "global"],
            message_shortcuts=[one for one in workspace.settings.shortcuts if one.kind == "message"],
        )

    def _names(self) -> Mapping[str, str]:
        channels = {channel.id: channel.name for channel in self._workspace.channels.values()}
        return channels | {user.id: user.real_name for user in self._workspace.users.values()}

    def _name(self, key: str) -> str:
        return self._names().get(key, key)

    def _mrkdwn(self, text: str, *, verbatim: bool = False) -> Markup:
        return mrkdwn.render(text, self._names(), verbatim=verbatim)

    def _text(self, node: Any) -> Markup:
        """A text object as HTML."""
        if not isinstance(node, dict):
            return Markup("")
        if node.get("type") == "mrkdwn":
            return self._mrkdwn(node.get("text", ""), verbatim=bool(node.get("verbatim")))
        words = str(node.get("text", ""))
        shown = mrkdwn.emojis(words) if node.get("emoji", True) else escape(words)
        return Markup("<br>").join(shown.split("\n"))

    def draw(self, template: str, **facts: Any) -> HTMLResponse:
        """A page or a piece of one."""
        html = self._environment.get_template(template).render(**facts)
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


def _current(element: Json, values: dict[str, Json] | None, block_id: str) -> Any:
    held = current(element, values.get(block_id, {})) if values is not None else initial(element)
    return "" if held is None else held


def page(workspace: Workspace) -> APIRouter:
    """The routes of the page."""
    router = APIRouter(dependencies=[Depends(only_from_here)])
    router.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    drawing = Drawing(workspace)

    def acting(user: str) -> User:
        """Who one is: by id or by short name; the first person where nobody is named."""
        people = workspace.people
        return next((person for person in people if user in (person.id, person.name)), people[0])

    def place(channel: str, person: User) -> Channel:
        mine = [c for c in workspace.channels.values() if person.id in c.members]
        if not channel:
            return mine[0]
        try:
            return workspace.channel(channel, member=person.id)
        except Refused:
            raise HTTPException(404, "there is no such channel for you") from None

    def facts(person: User, request: Request) -> dict[str, Any]:
        mine = [c for c in workspace.channels.values() if person.id in c.members]
        return {
            "person": person,
            "view": workspace.open_view(person.id),
            "channels": [c for c in mine if not c.partner],
            "direct": next((c for c in mine if c.partner), None),
            "address": request.url,
        }

    def shown(channel: Channel, person: User, thread: str) -> dict[str, Any]:
        visible = [m for m in channel.messages.values() if m.visible_to in (None, person.id)]
        replies: dict[str, list[Message]] = {}
        for message in visible:
            if message.thread_ts and message.thread_ts != message.ts:
                replies.setdefault(message.thread_ts, []).append(message)
        top = [m for m in visible if m.thread_ts in (None, m.ts) or m.broadcast]
        return {"channel": channel, "messages": top, "replies": replies, "thread": channel.messages.get(thread)}

    @router.get("/")
    async def channel_page(request: Request, channel: str = "", thread: str = "", user: str = "") -> HTMLResponse:
        person = acting(user)
        found = place(channel, person)
        return drawing.draw("channel.html", **facts(person, request), **shown(found, person, thread), here=found.id)

    @router.get("/home")
    async def home_page(request: Request, user: str = "") -> HTMLResponse:
        person = acting(user)
        if person.team != BOT.team:
            raise HTTPException(404, "this app is not installed in your workspace")
        return drawing.draw("home.html", **facts(person, request), home=workspace.home(person.id), here="home")

    @router.get("/faults")
    async def faults_page(request: Request, user: str = "") -> HTMLResponse:
        person = acting(user)
        return drawing.draw(
            "faults.html",
            **facts(person, request),
            here="faults",
            methods=sorted(METHODS),
            kinds=Kind,
            calls=CALLS,
            everybody=[one for one in workspace.users.values() if not one.is_bot],
        )

    @router.get("/archives/{channel}/p{digits}")
    async def permalink(channel: str, digits: str, thread_ts: str = "") -> Response:
        if not digits.isdigit() or channel not in workspace.channels:
            raise HTTPException(404, "there is no such message")
        ts = f"{digits[:-6]}.{digits[-6:]}"
        thread = f"&thread={thread_ts}" if thread_ts.replace(".", "").isdigit() else ""
        return RedirectResponse(f"/?channel={channel}{thread}#m{ts}")

    return router
