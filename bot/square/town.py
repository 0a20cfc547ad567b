"""The town's network as the square uses it: who is there, what they say. Mastodon's own API, by HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import httpx

from bot.channels.mastodon_answers import Context, Status, read, read_many
from knowledge.errors import GoodwordError

#: Posts a page of the public timeline, and how many pages the square looks through.
PAGE, PAGES = 40, 3
#: Threads whose first post is further back are fetched one by one: at most so many a look.
OLDER_THREADS = 10


@dataclass(frozen=True)
class Person:
    """Somebody with an account: `handle` is the account's name, `name` what is shown."""

    handle: str
    name: str

    @classmethod
    def named(cls, name: str) -> Person:
        """The person of that name: the same name always gives the same handle."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        handle = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30]
        return cls(handle or f"person_{hashlib.sha256(name.encode()).hexdigest()[:8]}", name)


class TownUnavailable(GoodwordError):
    """The network does not answer, or refuses; the sentence is for the person at the page."""

    code = "town_unavailable"


class NoSuchPost(GoodwordError):
    """There is no such public post (any more)."""

    code = "no_such_post"


class Town:
    """The people and posts of one mastodon-mock. Signing in by name alone is what the mock allows, and only it."""

    def __init__(self, network_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=network_url, timeout=10.0, trust_env=False)
        self._tokens: dict[str, str] = {}
        self._signing_in = asyncio.Lock()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def token(self, person: Person) -> str:
        """An access token of the person, whose account is made where there is none. Raises TownUnavailable."""
        async with self._signing_in:
            if person.handle not in self._tokens:
                self._tokens[person.handle] = await self._sign_in(person)
            return self._tokens[person.handle]

    async def post(self, person: Person, text: str, *, reply_to: str | None = None, key: str = "") -> str:
        """Say something in public; returns the post's id. The same key posts once. Raises TownUnavailable."""
        headers = {"Authorization": f"Bearer {await self.token(person)}"}
        if key:
            headers["Idempotency-Key"] = key
        form = {"status": text, "visibility": "public", "language": "en"}
        if reply_to:
            form["in_reply_to_id"] = reply_to
        return read(Status, await self._ask("POST", "/api/v1/statuses", data=form, headers=headers)).id

    async def threads(self, limit: int) -> list[list[Status]]:
        """The threads that were spoken in last, each oldest post first. Raises TownUnavailable."""
        seen: dict[str, Status] = {}
        newest: str | None = None
        for _ in range(PAGES):
            page = await self._timeline(newest)
            seen |= {status.id: status for status in page}
            if len(page) < PAGE:
                break
            newest = page[-1].id
        threads: dict[str, list[Status]] = {}
        older = 0
        for status in list(seen.values()):  # newest first, so the threads stand by their last post
            root = _root(status, seen)
            if root.id in threads:
                continue
            if root.in_reply_to_id is not None and older < OLDER_THREADS:
                older += 1
                try:
                    whole = await self._whole(root)
                except NoSuchPost:  # deleted since the timeline was read
                    continue
                seen |= {post.id: post for post in whole}
                root = whole[0]
            threads.setdefault(root.id, [])
        for status in sorted(seen.values(), key=lambda status: status.created_at):
            if (root := _root(status, seen)).id in threads:
                threads[root.id].append(status)
        return list(threads.values())[:limit]

    async def thread(self, native_id: str) -> list[Status]:
        """A post's whole thread, oldest first. Raises NoSuchPost, TownUnavailable."""
        status = read(Status, await self._ask("GET", f"/api/v1/statuses/{int(native_id)}"))
        if status.visibility not in {"public", "unlisted"}:
            raise NoSuchPost("There is no such post.")
        return await self._whole(status)

    async def _whole(self, status: Status) -> list[Status]:
        above = await self._context(status)
        first = above.ancestors[0] if above.ancestors else status
        below = above if first is status else await self._context(first)
        everyone = sorted((first, *below.descendants), key=lambda post: post.created_at)
        return [post for post in everyone if post.visibility in {"public", "unlisted"}]

    async def _context(self, status: Status) -> Context:
        return read(Context, await self._ask("GET", f"/api/v1/statuses/{status.id}/context"))

    async def _timeline(self, before: str | None) -> list[Status]:
        params = {"limit": str(PAGE)} | ({"max_id": before} if before else {})
        return read_many(Status, await self._ask("GET", "/api/v1/timelines/public", params=params))

    async def _sign_in(self, person: Person) -> str:
        for path in ("/api/v1/_mock/login", "/api/v1/_mock/dev_user"):
            body = {"username": person.handle, "display_name": person.name}
            try:
                return str((await self._ask("POST", path, json=body))["access_token"])
            except NoSuchPost:
                continue  # no such account yet: the second path makes it
        raise TownUnavailable(f"{person.name} could not be given an account.")

    async def _ask(self, method: str, path: str, **request: Any) -> Any:
        try:
            answer = await self._http.request(method, path, **request)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TownUnavailable("The town's network does not answer.", hint="try again in a moment") from error
        if answer.status_code == 404:
            raise NoSuchPost("There is no such post.", hint="its author may have deleted it")
        if answer.is_error:
            said = body.get("error") if isinstance(body, dict) else None
            raise TownUnavailable(f"The town's network refused: {said or answer.status_code}.")
        return body


def _root(status: Status, known: dict[str, Status]) -> Status:
    """The furthest post above this one that is known; above it stand only posts that are unknown or deleted."""
    while status.in_reply_to_id is not None and status.in_reply_to_id in known:
        status = known[status.in_reply_to_id]
    return status
