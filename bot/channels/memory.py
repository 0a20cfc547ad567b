"""A social network in memory: the channel of unit tests and dry runs, with faults that can be switched on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from actions.proposal import ChannelRules
from bot.channels.base import Capabilities, ChannelRefused, ChannelUnavailable, Heard, HeardPost, PublishedPart
from bot.reply import Visibility


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Faults:
    """What goes wrong, until it is switched off.

    `down`: nothing answers. `delay`: every call takes this many seconds. `rate_limited`: every call is told to wait
    this many seconds. `lost_answers`: so many publishes and deletions from now on take effect and then fail, as a
    time-out after sending does. `refuse`: every publish and deletion is refused for good, with this sentence.
    """

    down: bool = False
    delay: float = 0.0
    rate_limited: float | None = None
    lost_answers: int = 0
    refuse: str = ""


class MemoryChannel:
    """A whole small network: customers `say`, `whisper` and `erase`; the brand listens, publishes and deletes.

    It behaves like the real ones where that matters: a key publishes once until it is older than `key_lifetime`
    seconds, text over `limit` characters and a parent that is gone are refused, and messages that are not public are
    only counted. `now` gives the time (aware, UTC); ids count up from 1.
    """

    def __init__(
        self,
        *,
        name: str = "memory",
        brand: str = "holloway",
        limit: int = 500,
        key_lifetime: float = 3600.0,
        can_delete: bool = True,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.name = name
        self.faults = Faults()
        self._brand = brand
        self._limit = limit
        self._key_lifetime = key_lifetime
        self._can_delete = can_delete
        self._now = now
        self._posts: list[HeardPost | None] = []  # by id - 1; None where deleted
        self._whispers: list[tuple[int, str]] = []  # (how many posts there were before it, permalink)
        self._keys: dict[str, tuple[datetime, PublishedPart]] = {}

    @property
    def posts(self) -> tuple[HeardPost, ...]:
        """All that stands on the network now, oldest first, ours among them."""
        return tuple(post for post in self._posts if post is not None)

    @property
    def published(self) -> tuple[HeardPost, ...]:
        """What we have published and was not deleted, oldest first."""
        return tuple(post for post in self.posts if post.by_us)

    def say(
        self,
        author: str,
        text: str,
        reply_to: str | None = None,
        visibility: Visibility = Visibility.PUBLIC,
        media_alts: tuple[str, ...] = (),
        media_urls: tuple[str, ...] = (),
    ) -> HeardPost:
        """A customer posts or replies, with pictures where there are descriptions ('' for a picture without one).

        Raises ChannelRefused where the post replied to is gone.
        """
        return self._add(author, text, reply_to, visibility, by_us=False, media_alts=media_alts, media_urls=media_urls)

    def whisper(self, author: str, text: str) -> str:
        """A customer writes a message that is not public. Returns its permalink; the text is kept nowhere."""
        permalink = f"https://{self.name}.invalid/@{author}/whisper-{len(self._whispers) + 1}"
        self._whispers.append((len(self._posts), permalink))
        return permalink

    def erase(self, native_id: str) -> None:
        """Somebody deletes a post. Its replies stay, as they do on real networks."""
        self._posts[int(self._standing(native_id).native_id) - 1] = None

    async def capabilities(self) -> Capabilities:
        """See Channel. Known even while the network is down, as a connector that asked once knows them."""
        rules = ChannelRules(name=self.name, limit=self._limit, counted="characters")
        return Capabilities(rules=rules, key_lifetime=self._key_lifetime, can_edit=False, can_delete=self._can_delete)

    async def listen(self, cursor: str | None) -> Heard:
        """See Channel. Without a cursor: everything from the beginning."""
        await self._reach()
        after, whispered = (int(part) for part in (cursor or "0-0").split("-"))
        fresh = tuple(post for post in self._posts[after:] if post is not None and not post.by_us)
        links = tuple(link for _, link in self._whispers[whispered:])
        return Heard(posts=fresh, cursor=f"{len(self._posts)}-{len(self._whispers)}", not_public=links)

    async def thread(self, native_id: str) -> tuple[HeardPost, ...]:
        """See Channel."""
        await self._reach()
        root = self._standing(native_id).thread
        return tuple(post for post in self.posts if post.thread == root)

    async def find(self, url: str) -> HeardPost | None:
        """See Channel."""
        await self._reach()
        if any(link == url for _, link in self._whispers):
            raise ChannelRefused("That message is not public", hint="answer it where it was written")
        return next((post for post in self.posts if post.url == url), None)

    async def publish(
        self,
        text: str,
        *,
        parent: str,
        visibility: Visibility,
        key: str,
        content_warning: str = "",
        language: str = "en",
    ) -> PublishedPart:
        """See Channel."""
        await self._reach()
        part = self._remembered(key)
        if part is None:
            if self.faults.refuse:
                raise ChannelRefused(self.faults.refuse)
            if self.count(text) + self.count(content_warning) > self._limit:
                raise ChannelRefused(
                    f"the text is longer than the {self._limit} characters {self.name} allows", hint="shorten it"
                )
            post = self._add(self._brand, text, parent, visibility, by_us=True, language=language)
            part = _part(post)
            self._keys[key] = (post.created_at, part)
        self._lose_answer()
        return part

    async def delete(self, native_id: str) -> None:
        """See Channel."""
        await self._reach()
        if not self._can_delete:
            raise ChannelRefused(f"{self.name} deletes nothing")
        if self.faults.refuse:
            raise ChannelRefused(self.faults.refuse)
        standing = next((post for post in self.posts if post.native_id == native_id), None)
        if standing is not None and not standing.by_us:
            raise ChannelRefused(f"post {native_id} is not ours")
        if standing is not None:
            self.erase(native_id)
        self._lose_answer()

    async def find_own(self, parent: str, text: str, since: datetime) -> PublishedPart | None:
        """See Channel."""
        await self._reach()
        for post in self.published:
            if post.parent == parent and post.text == text and post.created_at >= since:
                return _part(post)
        return None

    def count(self, text: str) -> int:
        """See Channel. Characters, links in full."""
        return len(text)

    async def _reach(self) -> None:
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        if self.faults.down:
            raise ChannelUnavailable(f"{self.name} cannot be reached")
        if self.faults.rate_limited is not None:
            raise ChannelUnavailable(f"{self.name} asks us to wait", retry_after=self.faults.rate_limited)

    def _lose_answer(self) -> None:
        if self.faults.lost_answers > 0:
            self.faults.lost_answers -= 1
            raise ChannelUnavailable(f"{self.name} did it, but its answer was lost", maybe_done=True)

    def _remembered(self, key: str) -> PublishedPart | None:
        known = self._keys.get(key)
        if known is None or (self._now() - known[0]).total_seconds() >= self._key_lifetime:
            return None
        return known[1]

    def _standing(self, native_id: str) -> HeardPost:
        found = next((post for post in self.posts if post.native_id == native_id), None)
        if found is None:
            raise ChannelRefused(f"there is no post {native_id} on {self.name} any more", hint="its author deleted it")
        return found

    def _add(
        self,
        author: str,
        text: str,
        parent: str | None,
        visibility: Visibility,
        *,
        by_us: bool,
        language: str = "en",
        media_alts: tuple[str, ...] = (),
        media_urls: tuple[str, ...] = (),
    ) -> HeardPost:
        native_id = str(len(self._posts) + 1)
        post = HeardPost(
            channel=self.name,
            native_id=native_id,
            thread=native_id,
            parent=None,
            author_id=author,
            author_name=author.replace("_", " ").title(),
            author_handle=author,
            text=text,
            created_at=self._now(),
            url=f"https://{self.name}.invalid/@{author}/{native_id}",
            visibility=visibility,
            language=language,
            by_us=by_us,
            media_alts=media_alts,
            media_urls=media_urls,
        )
        if parent is not None:
            post = replace(post, parent=parent, thread=self._standing(parent).thread)
        self._posts.append(post)
        return post


def _part(post: HeardPost) -> PublishedPart:
    return PublishedPart(native_id=post.native_id, permalink=post.url or "", at=post.created_at)
