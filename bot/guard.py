"""What stands before every page: who may ask by which name, how much they may send, and what they see when it fails."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.job_watch import DATABASE_AWAY, first_line
from bot.settings import Settings
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.web")

#: Bytes of a request: Rasa sends its domain and the thread with each call, some 100 KB; Slack far less.
LARGEST_BODY = 2_000_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: What proxies add.
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
#: Asked by programs that prove themselves otherwise, or for nothing that is secret.
_FOR_PROGRAMS = ("/actions", "/slack/", "/healthz", "/readyz")


def guard(app: FastAPI, settings: Settings) -> None:
    """Put the checks before an app's pages, and its failures into sentences."""
    app.add_middleware(LimitedBody)
    if settings.host in _LOOPBACK:
        # Another site may point a name of its own at this machine and have a browser here read the desk to it.
        app.add_middleware(KnownHost, hosts=frozenset((*_LOOPBACK, *settings.hosts)))
    for error in DATABASE_AWAY:
        app.add_exception_handler(error, _database_away)
    app.add_exception_handler(GoodwordError, _told)


def from_this_machine(request: Request, settings: Settings) -> bool:
    """Whether somebody asks who sits at this machine: no other address is listened on, no proxy is named, and none says
    that it has passed this on."""
    passed_on = any(name in request.headers for name in _PASSED_ON)
    return settings.host in _LOOPBACK and not settings.hosts and not passed_on


def from_own_page(request: Request) -> bool:
    """Whether a form was sent from a page of ours. Browsers say where a form comes from; programs need not."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


async def _database_away(request: Request, error: Exception) -> Response:
    log.warning("page without database", path=request.url.path, why=first_line(error))
    return PlainTextResponse("The database does not answer just now. Try again in a moment.\n", status_code=503)


async def _told(request: Request, error: Exception) -> Response:
    log.warning("page failed", path=request.url.path, why=first_line(error))
    hint = f" ({error.hint})" if isinstance(error, GoodwordError) and error.hint else ""
    return PlainTextResponse(f"{error}{hint}\n", status_code=500)


class KnownHost:
    """Answers pages only where they are asked for by a name of ours."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http" and not scope["path"].startswith(_FOR_PROGRAMS):
            host = Headers(scope=scope).get("host", "")
            name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
            if name.lower() not in self._hosts:
                said = "The desk is not asked for by this name. GOODWORD_HOSTS lists the names it may have.\n"
                await PlainTextResponse(said, status_code=400)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _TooLarge(Exception):
    """More was sent than may be."""


class LimitedBody:
    """Refuses a request that is too large before all of it is in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        got, answered = 0, False

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > LARGEST_BODY:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            if announced.isdigit() and int(announced) > LARGEST_BODY:
                raise _TooLarge
            await self._app(scope, counted, noted)
        except _TooLarge:
            if not answered:
                await PlainTextResponse("The request is too large.\n", status_code=413)(scope, receive, send)
