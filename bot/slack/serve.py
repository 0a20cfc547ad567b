"""How clicks reach us: Socket Mode (a connection that we open), or signed HTTP (requests that Slack sends)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from fastapi import APIRouter, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack import health_texts
from bot.slack.config import SlackConfig, client
from knowledge.errors import GoodwordError

#: Seconds without a connection after which it is opened anew from scratch: an address that Slack once gave us expires,
#: and the client would go on trying it.
GIVE_UP = 20.0
_LOOK_EVERY = 1.0
_PING_EVERY = 5.0


class SlackNotConfigured(GoodwordError):
    """A token or secret that this way of serving needs is missing."""

    code = "slack_not_configured"


class SocketMode:
    """Keeps one Socket Mode connection open for an app, through whatever Slack and the network do."""

    def __init__(self, app: AsyncApp, config: SlackConfig) -> None:
        if not config.app_token:
            hint = "set GOODWORD_SLACK_APP_TOKEN (xapp-…), or serve over HTTP with GOODWORD_SLACK_SIGNING_SECRET"
            raise SlackNotConfigured("Socket Mode needs an app token", hint=hint)
        self._app = app
        self._config = config
        self._handler: AsyncSocketModeHandler | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._down_since: float | None = None

    async def start(self, *, patience: float = 5.0) -> None:
        """Open the connection and keep it. Returns once it stands, or after `patience` seconds, still trying."""
        self._down_since = time.monotonic()
        self._keeping = asyncio.create_task(self._keep(), name="slack-socket")
        end = time.monotonic() + patience
        while self._down_since is not None and time.monotonic() < end:
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Close the connection."""
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
        await self._drop()
        self._keeping = None

    async def healthy(self) -> str | None:
        """None while clicks can reach us, else a sentence."""
        if self._keeping is None:
            return health_texts.SOCKET_NOT_STARTED
        down = self._down_since
        return None if down is None else health_texts.SOCKET_DOWN.format(seconds=time.monotonic() - down)

    async def _keep(self) -> None:
        while True:
            try:
                await self._look()
            except Exception as error:  # whatever it was, clicks must reach us again
                _logger().warning("Socket Mode: %s", error)
                await self._drop()
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self) -> None:
        if self._handler is None:
            await self._connect()
        if self._handler is not None and await self._handler.client.is_connected():
            self._down_since = None
            return
        self._down_since = self._down_since or time.monotonic()
        if time.monotonic() - self._down_since > GIVE_UP:
            await self._drop()

    async def _connect(self) -> None:
        web = client(self._config, with_token=False)
        handler = AsyncSocketModeHandler(
            self._app, self._config.app_token, logger=_logger(), web_client=web, ping_interval=_PING_EVERY
        )
        handler.client.proxy = web.proxy
        self._handler = handler
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(handler.client.connect(), GIVE_UP)  # type: ignore[no-untyped-call]

    async def _drop(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            with contextlib.suppress(Exception):  # it is thrown away, whatever state it is in
                await handler.client.close()  # type: ignore[no-untyped-call]


def http_routes(app: AsyncApp, config: SlackConfig) -> APIRouter:
    """The route for signed deliveries, `POST /slack/events`; Bolt checks signature and age (5 minutes at most).

    Raises:
        SlackNotConfigured: there is no signing secret: anybody could sign with an empty one.
    """
    if not config.signing_secret:
        hint = "set GOODWORD_SLACK_SIGNING_SECRET, or use Socket Mode with GOODWORD_SLACK_APP_TOKEN"
        raise SlackNotConfigured("signed HTTP needs a signing secret", hint=hint)
    router = APIRouter()
    handler = AsyncSlackRequestHandler(app)

    @router.post("/slack/events")
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return router


def _logger() -> logging.Logger:
    """The client logs a traceback each time it cannot connect; one line says as much."""
    logger = logging.getLogger("goodword.slack.socket")
    if not logger.filters:
        logger.addFilter(_without_traceback)
    return logger


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True
