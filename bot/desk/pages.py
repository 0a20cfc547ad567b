"""The desk: queue, knowledge and health as plain pages. Deciding on replies happens in Slack; what is doubted in the
knowledge can be settled here too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from bot import switching
from bot.cards import composing
from bot.core import Core
from bot.deciding.disputes import UnknownDispute
from bot.desk import doubts, words
from bot.desk.doubts import NotSettled
from bot.guard import from_own_page, from_this_machine
from bot.record import disputes, places, turns
from bot.record.gaps import open_gaps
from bot.review import Card
from bot.rules import owners
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
    "Referrer-Policy": "same-origin",  # with none a browser does not say that a form comes from a page of ours
    "Cache-Control": "no-store",
}
_GONE_OUT = (State.APPROVED, State.PUBLISHING, State.UNCLEAR, State.PUBLISHED, State.LEARNED, State.CLOSED)

_templates = Jinja2Templates(_HERE / "templates")
_templates.env.filters.update(ago=words.ago, entry_kind=words.entry, part=words.part, web=words.web)
_templates.env.globals.update(kinds=words.KINDS, states=words.STATES, doubts=words.DOUBTS)
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
        publishing = await switching.publishing(connection)
        hidden = [row for row in await places.not_public(connection) if row[1]]
        doubted = len({one.entry_id for one in await disputes.open_ones(connection)})
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
        publishing=publishing,
        not_public=hidden,
        doubted=doubted,
    )


@router.get("/knowledge")
async def knowledge(request: Request, q: str = "", settled: str = "") -> HTMLResponse:
    """What there is to draw on, what a search finds, what is doubted or due for review, and what is lacking."""
    return await _knowledge(request, q, settled=settled)


@router.post("/disputes")
async def settle(request: Request, choice: Annotated[str, Form()] = "", who: Annotated[str, Form()] = "") -> Response:
    """Somebody has looked at an entry that was doubted: it is right, or it is retired."""
    if not from_own_page(request):
        return PlainTextResponse("This form came from another page.\n", status_code=403)
    core = _core(request)
    try:
        done = await doubts.settle(core, choice, who, here=from_this_machine(request, core.settings))
    except UnknownDispute:
        return await missing(request, "disputes")
    except NotSettled as why:
        return await _knowledge(request, trouble=why, status=422)
    return RedirectResponse(f"/desk/knowledge?settled={done.dispute.id}#doubted", status_code=303)


async def _knowledge(
    request: Request, q: str = "", *, settled: str = "", trouble: NotSettled | None = None, status: int = 200
) -> HTMLResponse:
    core = _core(request)
    query = q.strip()[:_LONGEST_QUERY]
    async with core.engine.connect() as connection:
        stats = await store.stats(connection)
        newest = await store.find(connection, kind=EntryKind.ANSWER, status=EntryStatus.LIVE, limit=10)
        due = await store.find(connection, review_due=True, limit=_SHOWN)
        gaps = await open_gaps(connection, _SHOWN)
        doubted = await doubts.open_ones(core, connection, _SHOWN)
        rules = await core.journey.stand(connection)
        became = await doubts.became(connection, settled)
    return _page(
        request,
        "knowledge.html",
        "/desk/knowledge",
        "Knowledge",
        counts=sorted(stats.kinds.items(), key=lambda kind: -kind[1]),
        query=query,
        longest=_LONGEST_QUERY,
        result=await core.library.search(Query(text=query)) if query else None,
        threshold=rules.threshold,
        newest=newest,
        due=due,
        owned={one.id: owners.called(one.owner, rules) for one in due},
        due_in_all=stats.review_due,
        gaps=gaps,
        doubted=doubted,
        became=became,
        trouble=trouble,
        may_settle=from_this_machine(request, core.settings),
        longest_name=doubts.LONGEST_NAME,
        status=status,
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
