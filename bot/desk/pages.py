"""The desk: queue, knowledge and health as plain pages that only show. Deciding happens in Slack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from bot import cards
from bot.core import Core
from bot.record import places, turns
from bot.review import Card
from bot.states import DECIDABLE, State
from knowledge import store
from knowledge.entries import EntryKind, EntryStatus
from knowledge.results import Query

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_templates = Jinja2Templates(_HERE / "templates")
_SHOWN = 30


def ago(moment: datetime) -> str:
    """How long ago, in words: `just now`, `5 min ago`, `3 h ago`, `2 days ago`."""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


_templates.env.filters["ago"] = ago
router = APIRouter(prefix="/desk", include_in_schema=False)


def _core(request: Request) -> Core:
    core: Core = request.app.state.core
    return core


def _page(request: Request, name: str, here: str, title: str, **values: Any) -> HTMLResponse:
    brand = _core(request).settings.brand
    return _templates.TemplateResponse(request, name, {"brand": brand, "here": here, "title": title, **values})


@router.get("")
async def queue(request: Request) -> HTMLResponse:
    """What waits, what was held back, what went out."""
    core = _core(request)
    async with core.engine.connect() as connection:
        counted = await turns.counts(connection)
        running = await places.is_on(connection, "publishing")
        hidden = [row for row in await places.not_public(connection) if row[1]]
        done = await turns.in_states(
            connection,
            (State.APPROVED, State.PUBLISHING, State.UNCLEAR, State.PUBLISHED, State.LEARNED),
            _SHOWN,
            newest=True,
        )
        silent = await turns.in_states(connection, (State.SILENT,), _SHOWN, newest=True)
    waiting = await core.journey.waiting(_SHOWN)
    lists = [
        ("Waiting for a person", waiting, "Nothing waits."),
        ("Approved and published", await _cards(core, done), "Nothing yet."),
        ("No reply proposed", await _cards(core, silent), "Nothing yet."),
    ]
    counts = [(state.value.replace("_", " "), counted[state]) for state in State if state in counted]
    return _page(
        request,
        "queue.html",
        "/desk",
        "Queue",
        counts=counts,
        lists=lists,
        running=running,
        not_public=hidden,
        decidable=DECIDABLE,
    )


@router.get("/knowledge")
async def knowledge(request: Request, q: str = "") -> HTMLResponse:
    """What there is to draw on, and what a search finds."""
    core = _core(request)
    async with core.engine.connect() as connection:
        stats = await store.stats(connection)
        newest = await store.find(connection, kind=EntryKind.ANSWER, status=EntryStatus.LIVE, limit=10)
    result = await core.library.search(Query(text=q[:500])) if q.strip() else None
    return _page(
        request,
        "knowledge.html",
        "/desk/knowledge",
        "Knowledge",
        counts=sorted(stats.kinds.items()),
        query=q[:500],
        result=result,
        newest=newest,
    )


@router.get("/health")
async def health(request: Request) -> HTMLResponse:
    """Every part, and what is wrong with it."""
    parts = await request.app.state.health.parts()
    return _page(request, "health.html", "/desk/health", "Health", parts=sorted(parts.items()))


async def _cards(core: Core, found: tuple[turns.Turn, ...]) -> list[Card]:
    async with core.engine.connect() as connection:
        made = [
            await cards.build(connection, turn.id, core.channels[turn.channel], core.settings.brand)
            for turn in found
            if turn.channel in core.channels
        ]
    return [card for card in made if card is not None]
