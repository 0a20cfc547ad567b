"""What the square shows: threads as they are read on the page, with private details masked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.channels.html_text import plain_text, printable
from bot.channels.mastodon_answers import Status
from knowledge.masking import mask

#: Replies stand further in than what they answer, up to here: a phone has no room for more.
DEEPEST = 3


@dataclass(frozen=True)
class BoardPost:
    """One post on the page. `depth` is how far in it stands, `answers` the name of whom it replies to."""

    id: str
    name: str
    handle: str
    text: str
    at: datetime
    depth: int
    by_brand: bool
    answers: str

    @property
    def initial(self) -> str:
        """What stands in the round picture beside it."""
        return next((character.upper() for character in self.name if character.isalnum()), "?")

    @property
    def colour(self) -> int:
        """Which of the eight colours the picture has: the same for the same person."""
        return hashlib.sha256(self.handle.encode()).digest()[0] % 8


@dataclass(frozen=True)
class BoardThread:
    """A thread on the page, in reading order: every reply below what it answers."""

    posts: tuple[BoardPost, ...]

    @property
    def id(self) -> str:
        """The first post's id."""
        return self.posts[0].id

    @property
    def last(self) -> BoardPost:
        """The newest post: what a reply from the page answers."""
        return max(self.posts, key=lambda post: post.at)

    @property
    def asker(self) -> str:
        """Who most likely writes next here: the last customer, or nobody where only the brand has spoken."""
        spoke = [post for post in sorted(self.posts, key=lambda post: post.at) if not post.by_brand]
        return spoke[-1].name if spoke else ""

    @property
    def version(self) -> str:
        """Changes when anything shown changes."""
        return hashlib.sha256(repr(self.posts).encode()).hexdigest()[:16]


def board_thread(statuses: Iterable[Status], brand: str) -> BoardThread:
    """The page's view of a thread; `brand` is the handle whose posts are marked."""
    statuses = tuple(statuses)
    known = {status.id for status in statuses}
    names = {status.id: _name(status) for status in statuses}
    below: dict[str | None, list[Status]] = {}
    for status in statuses:
        below.setdefault(status.in_reply_to_id if status.in_reply_to_id in known else None, []).append(status)
    posts: list[BoardPost] = []
    waiting = [(status, 0) for status in reversed(below.get(None, []))]
    while waiting:
        status, depth = waiting.pop()
        answers = names.get(status.in_reply_to_id or "", "")
        posts.append(_post(status, depth=min(depth, DEEPEST), by_brand=status.account.acct == brand, answers=answers))
        waiting += [(reply, depth + 1) for reply in reversed(below.get(status.id, []))]
    return BoardThread(tuple(posts))


def _post(status: Status, *, depth: int, by_brand: bool, answers: str) -> BoardPost:
    warning = mask(printable(status.spoiler_text)).strip()
    text = mask(plain_text(status.content))
    return BoardPost(
        id=status.id,
        name=_name(status),
        handle=printable(status.account.acct),
        text=f"{warning}\n\n{text}" if warning else text,
        at=status.created_at,
        depth=depth,
        by_brand=by_brand,
        answers=answers,
    )


def _name(status: Status) -> str:
    return mask(printable(status.account.display_name)).strip() or status.account.acct
