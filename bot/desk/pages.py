"""The desk: queue, knowledge and health as plain pages that only show. Deciding happens in Slack."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from bot.cards import composing
from bot.core import Core
from bot.desk import words
from bot.record import places, turns
from bot.record.gaps import open_gaps
from bot.review import Card
from bot.states import State
from knowledge import store
from knowledge.entries import EntryKind, EntryStatus
from knowledge.results import Query

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_SHOWN = 30
_LONGEST_QUERY = 500
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_GONE_OUT = (State.APPROVED, State.PUBLISHING, State.UNCLEAR, State.PUBLISHED, State.LEARNED, State.CLOSED)

_templates = Jinja2Templates(_HERE / "templates")
_templates.env.filters.update(ago=words.ago, entry_kind=words.entry, part=words.part, web=words.web)
_templates.env.globals.update(kinds=words.KINDS, states=words.STATES)
router = APIRouter(prefix="/desk", include_in_schema=False)


def _core(request: Request) -> Core:
    core: Core = request.app.state.core
    return core


def _page(request: Request, name: str, here: str, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    brand = _core(request).settings.brand
    shown = {"brand": brand, "here": here, "title": title, **values}
    return _templates.TemplateResponse(request, name, shown, status_code=status, headers=_HEADERS)


@router.get("")
async def queue(request: Request) -> HTMLResponse:
    """What waits, what went out, what was turned down, and what nobody should answer."""
    core = _core(request)
    async with core.engine.connect() as connection:
        counted = await turns.counts(connection)
        running = await places.is_on(connection, "publishing")
        hidden = [row for row in await places.not_public(connection) if row[1]]
    sections = [
        ("Waiting for a person", await core.journey.waiting(_SHOWN), "Nothing is waiting."),
        ("Published or on its way", await _cards(core, _GONE_OUT), "Nothing has gone out yet."),
        ("Rejected or taken back", await _cards(core, (State.REJECTED, State.WITHDRAWING, State.WITHDRAWN)), ""),
        ("No reply proposed", await _cards(core, (State.SILENT,)), ""),
    ]
    return _page(
        request,
        "queue.html",
        "/desk",
        "Queue",
        tiles=words.tiles(counted),
        sections=[section for section in sections if section[1] or section[2]],
        running=running,
        not_public=hidden,
    )


@router.get("/knowledge")
async def knowledge(request: Request, q: str = "") -> HTMLResponse:
    """What there is to draw on, what a search finds, what is due for review, and what is lacking."""
    core = _core(request)
    query = q.strip()[:_LONGEST_QUERY]
    async with core.engine.connect() as connection:
        stats = await store.stats(connection)
        newest = await store.find(connection, kind=EntryKind.ANSWER, status=EntryStatus.LIVE, limit=10)
        due = await store.find(connection, review_due=True, limit=_SHOWN)
        gaps = await open_gaps(connection, _SHOWN)
    return _page(
        request,
        "knowledge.html",
        "/desk/knowledge",
        "Knowledge",
        counts=sorted(stats.kinds.items(), key=lambda kind: -kind[1]),
        query=query,
        longest=_LONGEST_QUERY,
        result=await core.library.search(Query(text=query)) if query else None,
        threshold=core.settings.threshold,
        newest=newest,
        due=due,
        due_in_all=stats.review_due,
        gaps=gaps,
    )


@router.get("/health")
async def health(request: Request) -> HTMLResponse:
    """Every part, and what is wrong with it."""
    parts = await request.app.state.health.parts()
    troubled = sum(1 for trouble in parts.values() if trouble)
    return _page(request, "health.html", "/desk/health", "Health", parts=sorted(parts.items()), troubled=troubled)


@router.get("/{nowhere:path}")
async def missing(request: Request, nowhere: str) -> HTMLResponse:
    """A page that does not exist, said in the desk's own words."""
    return _page(request, "nowhere.html", "", "No such page", status=404)


async def _cards(core: Core, states: Iterable[State]) -> list[Card]:
    """The newest turns in these states, as reviewers see them."""
    async with core.engine.connect() as connection:
        found = await turns.in_states(connection, states, _SHOWN)
        made = [
            await composing.build(connection, turn.id, core.channels[turn.channel], core.journey.rules)
            for turn in found
            if turn.channel in core.channels
        ]
    return [card for card in made if card is not None]
