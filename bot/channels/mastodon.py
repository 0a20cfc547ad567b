"""Mastodon, and whatever speaks its API."""

from __future__ import annotations

import asyncio
import contextlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from mastodon import Mastodon
from pydantic import ValidationError

from actions import counting
from actions.proposal import ChannelRules
from bot.channels.base import (
    Capabilities,
    ChannelGone,
    ChannelRefused,
    Heard,
    HeardPost,
    PublishedPart,
    picture_address,
)
from bot.channels.html_text import plain_text, printable
from bot.channels.mastodon_answers import (
    Account,
    Context,
    Cursor,
    Found,
    Limits,
    Notification,
    R,
    Source,
    Status,
    read,
    read_many,
)
from bot.channels.mastodon_calls import MastodonCalls
from bot.reply import Visibility

#: Mastodon keeps an Idempotency-Key for an hour (API documentation, "statuses", POST).
KEY_LIFETIME = 3600.0
#: Posts a page; Mastodon gives at most 40.
PAGE = 40
#: Pages one look takes from each source. What is left comes with the next look, so a long backlog blocks nothing.
PAGES = 5
#: Without a cursor, so many of the newest posts of each source are heard.
FIRST = 20
#: Threads' roots that are remembered. Finding one costs a call; far more than one look can need, so that a look which
#: was broken off by the server's rate limit gets further each time.
ROOTS = 10_000
#: Posts remembered over looks, because one may come by a mention now and by a hashtag later.
RECENT = 80
#: The server's clock and ours may differ by so much: our own reply is looked for from that much earlier on.
CLOCK_SLACK = timedelta(minutes=5)

_PUBLIC = {"public": Visibility.PUBLIC, "unlisted": Visibility.UNLISTED}
#: Where a post's number stands in its address, as servers of this kind write it.
_IN_ADDRESS = re.compile(r"/(?:@[\w.@-]+|users/[\w.-]+/statuses|web/@[\w.@-]+|notice|objects)/(?P<id>[\w-]+)/?")
_AT_SERVER = re.compile(r"(@\w+)@[\w.-]*\w")


Item = TypeVar("Item", Notification, Status)


class MastodonChannel:
    """The brand's account on a Mastodon server: hears mentions and hashtags, publishes replies.

    `base_url` is https (http only on this machine), `access_token` needs the scopes read and write:statuses, `hashtags`
    are without #, `timeout` is for one call, in seconds. A post is heard at least once; after a crash perhaps again.
    """

    def __init__(
        self,
        base_url: str,
        access_token: str,
        hashtags: tuple[str, ...] = (),
        name: str = "mastodon",
        *,
        timeout: float = 10.0,
    ) -> None:
        self.name = name
        self._hashtags = tuple(tag.removeprefix("#").lower() for tag in hashtags)
        self._server = urlsplit(base_url).netloc
        self._calls = MastodonCalls(base_url, access_token, name=name, timeout=timeout)
        self._capabilities: Capabilities | None = None
        self._us: str | None = None
        self._roots: OrderedDict[str, str] = OrderedDict()

    def close(self) -> None:
        """Let go of connections and threads."""
        self._calls.close()

    async def capabilities(self) -> Capabilities:
        """See Channel. Read from the server once."""
        if self._capabilities is None:
            limits = await self._limits()
            rules = ChannelRules(
                name=self.name,
                limit=limits.max_characters,
                counted="mastodon",
                link_length=limits.characters_reserved_per_url,
            )
            self._capabilities = Capabilities(rules=rules, key_lifetime=KEY_LIFETIME, can_edit=True, can_delete=True)
        return self._capabilities

    def count(self, text: str) -> int:
        """See Channel. A link counts as much as the server reserves for one, a remote mention without its server."""
        known = self._capabilities
        rules = known.rules if known is not None else ChannelRules(name=self.name, limit=500, counted="mastodon")
        return counting.length(text, rules)

    async def listen(self, cursor: str | None) -> Heard:
        """See Channel. Mentions and hashtags since the cursor; without one, the newest few of each.

        Raises ChannelRefused where the server does not let us listen at all (the token is not valid).
        """
        was = _cursor(cursor)
        us = await self._our_id()
        told, mentions = await self._since(
            lambda client, **page: client.notifications(types=["mention"], **page), Notification, was.mentions
        )
        found = [notification.status for notification in told if notification.status is not None]
        tags: dict[str, str] = {}
        for tag in self._hashtags:
            tagged, tags[tag] = await self._since(_tag_timeline(tag), Status, was.tags.get(tag))
            found += tagged
        fresh = {status.id: status for status in found if status.account.id != us and status.id not in was.recent}
        in_order = sorted(fresh.values(), key=lambda status: status.created_at)
        roots = [(status, await self._root_of(status)) for status in in_order if status.visibility in _PUBLIC]
        return Heard(
            posts=await self._as_posts([(status, root) for status, root in roots if root is not None], us),
            cursor=Cursor(mentions=mentions, tags=tags, recent=(*was.recent, *fresh)[-RECENT:]).model_dump_json(),
            not_public=tuple(status.link for status in in_order if status.visibility not in _PUBLIC),
        )

    async def thread(self, native_id: str) -> tuple[HeardPost, ...]:
        """See Channel. Posts of the thread that are not public are left out."""
        status = await self._ask(Status, lambda client: client.status(native_id))
        if status.visibility not in _PUBLIC:
            raise ChannelRefused(f"post {native_id} is not public any more", hint="answer it by hand, or not at all")
        context = await self._context(native_id)
        root = self._note_root(status, context)
        us = await self._our_id()
        everything = sorted((*context.ancestors, status, *context.descendants), key=lambda post: post.created_at)
        return await self._as_posts([(post, root) for post in everything if post.visibility in _PUBLIC], us)

    async def find(self, url: str) -> HeardPost | None:
        """See Channel. Our own server is asked for the post by its id; one of another server is looked up through it,
        as a person who pastes the link into the search would."""
        address, found = urlsplit(url), None
        native_id = _IN_ADDRESS.fullmatch(address.path)
        if native_id and address.netloc == self._server:
            try:
                found = await self._ask(Status, lambda client: client.status(native_id["id"]))
            except ChannelRefused:
                return None
        elif native_id:
            search = await self._ask(Found, lambda client: client.search_v2(url, resolve=True, result_type="statuses"))
            found = next((status for status in search.statuses if url in (status.url, status.uri)), None)
        if found is None:
            return None
        if found.visibility not in _PUBLIC:
            raise ChannelRefused("That post is not public", hint="answer it where it was written, or not at all")
        root = self._note_root(found, await self._context(found.id))
        return (await self._as_posts([(found, root)], await self._our_id()))[0]

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
        """See Channel. The server tells by the key whether it has this reply already, for an hour."""
        status = await self._ask(
            Status,
            lambda client: client.status_post(
                text,
                in_reply_to_id=parent,
                visibility=visibility.value,  # always said: an account's own default may be wider
                spoiler_text=content_warning or None,
                language=language,
                idempotency_key=key,
            ),
            writes=True,
        )
        return _part(status)

    async def delete(self, native_id: str) -> None:
        """See Channel."""
        with contextlib.suppress(ChannelGone):
            await self._calls(lambda client: client.status_delete(native_id), writes=True)

    async def find_own(self, parent: str, text: str, since: datetime) -> PublishedPart | None:
        """See Channel. Where the parent is gone, our newest posts are looked through: replies outlive it."""
        us = await self._our_id()
        try:
            candidates = list((await self._context(parent)).descendants)
        except ChannelRefused:
            candidates = await self._ask_many(Status, lambda client: client.account_statuses(us, limit=PAGE))
        for status in candidates:
            ours = status.account.id == us and status.in_reply_to_id in {parent, None}
            if ours and status.created_at >= since - CLOCK_SLACK and await self._says(status, text):
                return _part(status)
        return None

    async def _says(self, status: Status, text: str) -> bool:
        """Whether a status of ours was published with this text. HTML may have lost marks: then its source decides."""
        if _comparable(plain_text(status.content)) == _comparable(text):
            return True
        try:
            source = await self._ask(Source, lambda client: client.status_source(status.id))
        except ChannelRefused:  # deleted meanwhile, or a server without this call
            return False
        return _comparable(source.text) == _comparable(text)

    async def _since(self, ask: Callable[..., Any], model: type[Item], last: str | None) -> tuple[list[Item], str]:
        """The items after `last`, oldest first, page by page from the oldest on, and the id to go on from."""
        if last is None:
            page = await self._ask_many(model, partial(ask, limit=FIRST))
            return list(reversed(page)), page[0].id if page else "0"
        items: list[Item] = []
        for _ in range(PAGES):
            page = await self._ask_many(model, partial(ask, min_id=last, limit=PAGE))
            if not page:
                break
            items += reversed(page)
            last = page[0].id
        return items, last

    async def _root_of(self, status: Status) -> str | None:
        """The first post of the thread; None where the post was deleted before we could look."""
        root = status.id if status.in_reply_to_id is None else self._roots.get(status.in_reply_to_id)
        if root is None:
            try:
                return self._note_root(status, await self._context(status.id))
            except ChannelRefused:
                return None
        self._remember([status.id], root)
        return root

    def _note_root(self, status: Status, context: Context) -> str:
        root = context.ancestors[0].id if context.ancestors else status.in_reply_to_id or status.id
        self._remember([post.id for post in (*context.ancestors, status, *context.descendants)], root)
        return root

    def _remember(self, ids: list[str], root: str) -> None:
        for native_id in ids:
            self._roots[native_id] = root
            self._roots.move_to_end(native_id)
        while len(self._roots) > ROOTS:
            self._roots.popitem(last=False)

    async def _as_posts(self, rooted: list[tuple[Status, str]], us: str) -> tuple[HeardPost, ...]:
        """In a thread: hostile HTML may take most of a second."""
        return await asyncio.to_thread(lambda: tuple(self._as_post(status, root, us) for status, root in rooted))

    def _as_post(self, status: Status, root: str, us: str) -> HeardPost:
        warning = printable(status.spoiler_text).strip()
        text = plain_text(status.content)
        return HeardPost(
            channel=self.name,
            native_id=status.id,
            thread=root,
            parent=status.in_reply_to_id,
            author_id=status.account.id,
            author_name=printable(status.account.display_name).strip() or status.account.acct,
            author_handle=printable(status.account.acct),
            text=f"{warning}\n\n{text}".strip() if warning else text,
            created_at=status.created_at,
            url=status.link or None,
            visibility=_PUBLIC[status.visibility],
            language=status.language or "en",
            media_alts=tuple(
                printable(media.description or "").strip() or f"{media.type} without a description"
                for media in status.media_attachments
            ),
            media_urls=tuple(picture_address(media.picture) for media in status.media_attachments),
            by_us=status.account.id == us,
        )

    async def _limits(self) -> Limits:
        try:
            instance = await self._calls(lambda client: client.instance_v2())
        except ChannelRefused:  # servers before Mastodon 4, and others that speak its first API only
            instance = await self._calls(lambda client: client.instance_v1())
        return read(Limits, (instance.get("configuration") or {}).get("statuses") or {})

    async def _our_id(self) -> str:
        if self._us is None:
            self._us = (await self._ask(Account, lambda client: client.account_verify_credentials())).id
        return self._us

    async def _context(self, native_id: str) -> Context:
        return await self._ask(Context, lambda client: client.status_context(native_id))

    async def _ask(self, model: type[R], ask: Callable[[Mastodon], Any], *, writes: bool = False) -> R:
        return read(model, await self._calls(ask, writes=writes), writes=writes)

    async def _ask_many(self, model: type[R], ask: Callable[[Mastodon], Any]) -> list[R]:
        return read_many(model, await self._calls(ask))


def _cursor(written: str | None) -> Cursor:
    try:
        return Cursor.model_validate_json(written) if written else Cursor()
    except ValidationError as error:
        raise ChannelRefused(
            "the place to go on listening from cannot be read", hint="this is a bug: report it"
        ) from error


def _tag_timeline(tag: str) -> Callable[..., Any]:
    return lambda client, **page: client.timeline_hashtag(tag, **page)


def _part(status: Status) -> PublishedPart:
    return PublishedPart(native_id=status.id, permalink=status.link, at=status.created_at)


def _comparable(text: str) -> str:
    """A text without what publishing changes: spaces and line ends, the server in a mention, Unicode's normal form."""
    return " ".join(_AT_SERVER.sub(r"\1", unicodedata.normalize("NFC", text)).split())
