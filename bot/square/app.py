"""The town square: a small public page where one can post as a customer and watch the replies appear."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.middleware.trustedhost import TrustedHostMiddleware

from actions import counting
from actions.proposal import ChannelRules
from bot.channels.html_text import printable
from bot.guard import from_own_page
from bot.square.board import BoardThread, board_thread
from bot.square.town import NoSuchPost, Person, Town, TownUnavailable

#: Characters a post may have, counted as Mastodon counts them.
LIMIT = 500
#: Threads on the page.
THREADS = 30
#: However many look at the page, the network is asked for its posts at most this often (seconds).
FRESH_FOR = 1.0
LONGEST_NAME = 40

_HERE = Path(__file__).parent
_RULES = ChannelRules(name="square", limit=LIMIT, counted="mastodon")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Draft:
    """What somebody typed, kept where it could not be posted. `thread` is None in the box at the top."""

    who: str = ""
    text: str = ""
    thread: str | None = None
    trouble: str = ""


class Square:
    """The page's one look at the network, shared by everybody who has it open."""

    def __init__(self, town: Town, brand: Person, customers: Sequence[Person]) -> None:
        self.town = town
        self.brand = brand
        self._customers = {person.name.casefold(): person for person in customers}
        self._board: tuple[BoardThread, ...] = ()
        self._looked = float("-inf")
        self._looking = asyncio.Lock()

    @property
    def people(self) -> list[str]:
        """Who is known here, by name."""
        seen = {post.name for thread in self._board for post in thread.posts if not post.by_brand}
        return sorted(seen | {person.name for person in self._customers.values()})

    async def board(self) -> tuple[BoardThread, ...]:
        """The threads, the one spoken in last at the top. Raises TownUnavailable."""
        async with self._looking:
            if time.monotonic() - self._looked > FRESH_FOR:
                threads = await self.town.threads(THREADS)
                self._board = tuple(board_thread(thread, self.brand.handle) for thread in threads)
                self._looked = time.monotonic()
            return self._board

    async def thread(self, native_id: str) -> BoardThread:
        """One thread. Raises NoSuchPost, TownUnavailable."""
        return board_thread(await self.town.thread(native_id), self.brand.handle)

    async def post(self, who: str, text: str, reply_to: str | None, key: str) -> str:
        """Post as a customer, addressed to the brand; returns the post's id. Raises NotPosted, TownUnavailable."""
        name = " ".join(printable(who).split())
        person = self._customers.get(name.casefold()) or Person.named(name)
        mention = f"@{self.brand.handle}"
        body = printable(text).strip()
        if not name:
            raise NotPosted("Say who you are: pick a name or type one.")
        if len(name) > LONGEST_NAME:
            raise NotPosted(f"A name can have {LONGEST_NAME} characters here.")
        if person.handle == self.brand.handle or name.casefold() == self.brand.name.casefold():
            raise NotPosted(f"{self.brand.name} speaks for itself here. Pick another name.")
        if not body.replace(mention, "").strip():
            raise NotPosted("Write something first.")
        addressed = body if re.search(rf"(?<![\w@]){mention}(?![\w@])", body) else f"{mention} {body}"
        if (length := counting.length(addressed, _RULES)) > LIMIT:
            over = length - LIMIT
            raise NotPosted(f"That is {over} character{'s' if over > 1 else ''} too long: {LIMIT} fit.")
        # Of the words too: a form that the browser brought back with other words in it is another post.
        once = hashlib.sha256(repr((key, name, addressed, reply_to)).encode()).hexdigest() if key else ""
        posted = await self.town.post(person, addressed, reply_to=reply_to, key=once)
        self._looked = float("-inf")
        return posted


class NotPosted(Exception):
    """Why something was not posted, in a sentence for whoever typed it."""


def create(
    network_url: str,
    brand: Person,
    customers: Sequence[Person] = (),
    *,
    hosts: Sequence[str] = ("127.0.0.1", "localhost"),
) -> FastAPI:
    """The town square over a running network.

    `hosts` are the names the page may be asked for by (a foreign name pointed at this machine gets nothing).
    """
    town = Town(network_url)
    square = Square(town, brand, customers)
    templates = Jinja2Templates(_HERE / "templates")
    templates.env.globals.update(brand=brand, limit=LIMIT, longest_name=LONGEST_NAME)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await town.close()

    app = FastAPI(title="Town square", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")

    @app.middleware("http")
    async def safe(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method not in {"GET", "HEAD"} and not from_own_page(request):
            return Response("This form came from another page.", status_code=403, media_type="text/plain")
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response

    async def page(request: Request, draft: Draft, status: int = 200) -> Response:
        board: tuple[BoardThread, ...] = ()
        trouble = ""
        try:
            board = await square.board()
        except TownUnavailable as error:
            status, trouble = 503, str(error)
        if draft.thread not in {thread.id for thread in board}:
            draft = replace(draft, thread=None)  # its box is not on the page any more: keep the words in the one above
        context = {"board": board, "draft": draft, "trouble": trouble, "people": square.people, "key": _key()}
        return templates.TemplateResponse(request, "square.html", context, status_code=status)

    @app.get("/")
    async def whole(request: Request) -> Response:
        return await page(request, Draft(who=unquote(request.cookies.get("who", ""))))

    @app.get("/threads")
    async def threads(request: Request) -> Response:
        """The threads alone, for the page to bring itself up to date; 304 where nothing is new."""
        try:
            board = await square.board()
        except TownUnavailable as error:
            return Response(str(error), status_code=503, media_type="text/plain")
        tag = '"' + "-".join(thread.version for thread in board) + '"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        draft = Draft(who=unquote(request.cookies.get("who", "")))
        context = {"board": board, "draft": draft, "key": _key()}
        return templates.TemplateResponse(request, "threads.html", context, headers={"ETag": tag})

    @app.get("/@{handle}/{native_id:int}")
    async def one(request: Request, handle: str, native_id: int) -> Response:
        """Where a post's permalink leads."""
        status, thread, trouble = 200, None, ""
        try:
            thread = await square.thread(str(native_id))
        except NoSuchPost as error:
            status, trouble = 404, str(error)
        except TownUnavailable as error:
            status, trouble = 503, str(error)
        context = {"thread": thread, "shown": str(native_id), "trouble": trouble}
        return templates.TemplateResponse(request, "thread.html", context, status_code=status)

    @app.post("/posts")
    async def post(
        request: Request,
        text: Annotated[str, Form()] = "",
        who: Annotated[str, Form()] = "",
        reply_to: Annotated[str, Form()] = "",
        thread: Annotated[str, Form()] = "",
        key: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            posted = await square.post(who, text, reply_to if reply_to.isdigit() else None, key[:64])
        except NotPosted as error:
            return await page(request, Draft(who, text, thread or None, str(error)), status=422)
        except (TownUnavailable, NoSuchPost) as error:
            return await page(request, Draft(who, text, thread or None, str(error)), status=503)
        answer = RedirectResponse(f"/#post-{posted}", status_code=303)
        answer.set_cookie("who", quote(who), httponly=True, samesite="lax")
        return answer

    return app


def _key() -> str:
    """Goes with a form, so that sending it twice posts once."""
    return secrets.token_urlsafe(16)
