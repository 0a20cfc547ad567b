"""The web face of a process: health for machines, Rasa's action endpoint, Slack over HTTP, and the desk."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from actions import endpoint
from actions.writer import Writer
from bot.core import Core
from bot.desk import pages
from bot.guard import guard
from bot.health import Health, Remark
from bot.record import turns
from bot.states import State

_LOOK_EVERY = 0.5


def create(core: Core, health: Health, secret: str, writer: Writer | None = None) -> FastAPI:
    """The app of one process. `secret` is the bearer token of the action endpoint: only our Rasa knows it. `writer` is
    the team's language model."""
    registry = CollectorRegistry()
    lag = Gauge(
        "goodword_loop_lag_seconds", "How late the event loop wakes: Slack waits three seconds", registry=registry
    )
    by_state = Gauge("goodword_turns", "Turns by state", ["state"], registry=registry)
    executor = endpoint.executor(core.library, writer)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(_watch(lag))
        yield
        watching.cancel()

    app = FastAPI(title="Goodword", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    guard(app, core.settings)
    app.state.core, app.state.health = core, health
    app.mount("/desk/static", StaticFiles(directory=pages.STATIC))  # first: the desk's last route takes what is left
    app.include_router(pages.router)

    @app.get("/")
    async def home() -> RedirectResponse:
        return RedirectResponse("/desk")

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        parts = await health.parts()
        ready = all(trouble is None or isinstance(trouble, Remark) for trouble in parts.values())
        shown = {part: trouble or "ok" for part, trouble in parts.items()}
        return JSONResponse({"ready": ready, "parts": shown}, status_code=200 if ready else 503)

    @app.get("/metrics")
    async def metrics() -> PlainTextResponse:
        async with core.engine.connect() as connection:
            counted = await turns.counts(connection)
        for state in State:
            by_state.labels(state.value).set(counted.get(state, 0))
        return PlainTextResponse(generate_latest(registry).decode(), media_type=CONTENT_TYPE_LATEST)

    @app.post("/actions")
    async def actions(request: Request) -> dict[str, Any]:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
            raise HTTPException(401)
        try:
            call = await request.json()
        except ValueError:
            raise HTTPException(400, "a JSON object is expected") from None
        if not isinstance(call, dict):
            raise HTTPException(400, "a JSON object is expected")
        answer: dict[str, Any] = await endpoint.run(executor, call)
        return answer

    return app


async def _watch(lag: Gauge) -> None:
    while True:
        before = time.monotonic()
        await asyncio.sleep(_LOOK_EVERY)
        lag.set(max(0.0, time.monotonic() - before - _LOOK_EVERY))
