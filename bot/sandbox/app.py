"""The sandbox as one web application: Slack's Web API, the deliveries, the control surface and the page."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import PlainTextResponse

from bot.sandbox.administration import Administration
from bot.sandbox.commands import Commands
from bot.sandbox.control import control
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.entry_points import entry_points
from bot.sandbox.events import Events
from bot.sandbox.faults import CALLS, Kind
from bot.sandbox.handles import ResponseUrls, Triggers
from bot.sandbox.interactions import Interactions
from bot.sandbox.page import page
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.responses import Responses
from bot.sandbox.shortcuts import Shortcuts
from bot.sandbox.switches import switches
from bot.sandbox.web_api import failure, refusal, web_api
from bot.sandbox.workspace import Json, Workspace


def create(workspace: Workspace | None = None) -> FastAPI:
    """The sandbox around a workspace (the sample one by default; its tokens: `app.state.workspace.settings`)."""
    held = workspace or Workspace()
    triggers = Triggers(held)
    deliveries = Deliveries(held)
    urls = ResponseUrls(held)
    responses = Responses(held, urls)
    interactions = Interactions(held, triggers, urls, deliveries)
    commands = Commands(held, triggers, urls, deliveries, responses)

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await deliveries.stop()

    app = FastAPI(title="Goodword Slack sandbox", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.state.workspace = held
    app.state.deliveries = deliveries
    app.include_router(web_api(held, triggers, deliveries.sockets))
    app.include_router(control(held, interactions, deliveries))
    app.include_router(entry_points(commands, Shortcuts(held, triggers, urls, deliveries)))
    app.include_router(switches(held, deliveries, Administration(held, Events(held, deliveries))))
    app.include_router(page(held))

    @app.websocket("/socket/")
    async def socket(connection: WebSocket) -> None:
        await deliveries.sockets.serve(connection)

    @app.post("/actions/{team}/{key}")
    async def respond(team: str, key: str, request: Request) -> Response:
        fault = held.faults.take(CALLS, "response_url")
        if fault is not None and fault.kind is Kind.SLOW_CALL:
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind is not Kind.HALF_DONE:
            return failure(fault)
        try:
            responses.respond(key, await _posted(request))
        except Refused as refused:
            status = 404 if refused.word in (Word.NOT_FOUND, Word.USED_URL, Word.EXPIRED_URL) else 400
            answer = refusal(refused)
            answer.status_code = status
            return answer
        return failure(fault) if fault is not None and fault.kind is Kind.HALF_DONE else PlainTextResponse("ok")

    return app


async def _posted(request: Request) -> Json:
    """The body of a post to a response URL: JSON, or JSON in a form's `payload`. Refused: invalid_json."""
    raw = (await request.body()).decode(errors="replace")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raw = parse_qs(raw).get("payload", [""])[0]
    try:
        body: Any = json.loads(raw)
    except ValueError:
        raise Refused(Word.INVALID_JSON) from None
    if not isinstance(body, dict):
        raise Refused(Word.INVALID_JSON)
    return body
