"""What a channel can do: one capability record and a few verbs. Each connector is one file beside this one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from actions.proposal import ChannelRules
from bot.reply import Visibility
from knowledge.errors import GoodwordError

#: Characters of a picture's address: Slack takes no longer one (docs: Image block, Fields).
PICTURE_ADDRESS_MAX = 3000
_PICTURE_ADDRESS = re.compile(r"https?://[^\s<>|\"\x00-\x1f\x7f\ud800-\udfff]+")


def picture_address(url: str | None) -> str:
    """The web address of a picture, as it can be shown; empty where it is none."""
    fits = url is not None and len(url) <= PICTURE_ADDRESS_MAX and _PICTURE_ADDRESS.fullmatch(url)
    return url if url is not None and fits else ""


@dataclass(frozen=True)
class HeardPost:
    """One public message as the channel gave it, text as written (plain, no HTML).

    `thread` is the native id of the thread's first post as far as known, `parent` the post it replies to. `media_alts`
    are the descriptions of its pictures ('' for one without), `media_urls` where each is seen, in the same order
    (`picture_address`; '' for one that cannot be shown).
    """

    channel: str
    native_id: str
    thread: str
    parent: str | None
    author_id: str
    author_name: str
    author_handle: str
    text: str
    created_at: datetime
    url: str | None
    visibility: Visibility
    language: str = "en"
    media_alts: tuple[str, ...] = ()
    media_urls: tuple[str, ...] = ()
    by_us: bool = False


@dataclass(frozen=True)
class Heard:
    """One listening step: the posts since the cursor, oldest first, the cursor to go on from, and how many messages
    were not public (counted with their links, never read further)."""

    posts: tuple[HeardPost, ...]
    cursor: str | None
    not_public: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishedPart:
    """One part as the network took it."""

    native_id: str
    permalink: str
    at: datetime


@dataclass(frozen=True)
class Capabilities:
    """What the channel allows.

    `key_lifetime` is how long (seconds) the network remembers an idempotency key (None: it has none).
    """

    rules: ChannelRules
    key_lifetime: float | None
    can_edit: bool
    can_delete: bool


class ChannelUnavailable(GoodwordError):
    """The channel did not answer or asked us to wait: the same call may succeed later.

    `maybe_done` is True where the call could have taken effect all the same (a time-out after sending).
    """

    code = "channel_unavailable"

    def __init__(
        self, what: str, *, hint: str = "", retry_after: float | None = None, maybe_done: bool = False
    ) -> None:
        super().__init__(what, hint=hint)
        self.retry_after = retry_after
        self.maybe_done = maybe_done


class ChannelRefused(GoodwordError):
    """The channel said no for good (too long, forbidden, no such parent): trying again changes nothing."""

    code = "channel_refused"


class ChannelGone(ChannelRefused):
    """The channel said no because what was asked for is gone."""

    code = "channel_gone"


class Channel(Protocol):
    """A social network we listen and reply on."""

    name: str

    async def capabilities(self) -> Capabilities:
        """What the channel allows now (read once and kept). Raises ChannelUnavailable."""

    async def listen(self, cursor: str | None) -> Heard:
        """Posts since the cursor (None: from now on, or the newest few). Raises ChannelUnavailable."""

    async def thread(self, native_id: str) -> tuple[HeardPost, ...]:
        """The post with its ancestors and replies, oldest first. Raises ChannelRefused where the post is gone."""

    async def find(self, url: str) -> HeardPost | None:
        """The public post at a web address; None where this channel has none there.

        Raises ChannelRefused where it is not public, ChannelUnavailable.
        """

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
        """Publish one part as a reply. The same key publishes once for as long as the network remembers it.

        Raises ChannelUnavailable (`maybe_done` where it could have gone out) or ChannelRefused.
        """

    async def delete(self, native_id: str) -> None:
        """Delete a post of ours. One that is gone already is no fault: the call may be repeated.

        Raises ChannelUnavailable or ChannelRefused.
        """

    async def find_own(self, parent: str, text: str, since: datetime) -> PublishedPart | None:
        """Our own reply with this text under the parent, if it is already there. Raises ChannelUnavailable."""

    def count(self, text: str) -> int:
        """The length of a text as this channel counts it."""
