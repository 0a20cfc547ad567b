"""Posts as they were written: the one table that holds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import HeardPost, picture_address
from bot.channels.html_text import printable
from bot.record.tables import posts, turns
from bot.reply import Visibility
from knowledge.masking import mask


@dataclass(frozen=True)
class Post:
    """One stored post. `text` is as written: use `masked` for whatever leaves this process or this table."""

    id: int
    channel: str
    native_id: str
    thread: str
    parent: str | None
    author_id: str
    author_name: str
    author_handle: str
    text: str
    media_alts: tuple[str, ...]
    media_urls: tuple[str, ...]
    created_at: datetime
    url: str | None
    visibility: Visibility
    language: str
    by_us: bool
    turn_id: int | None

    @property
    def masked(self) -> str:
        """The text without anybody's private details."""
        return mask(self.text)


def storable(post: HeardPost) -> HeardPost:
    """The post without what PostgreSQL's text cannot hold: NUL, halves of characters."""
    texts: dict[str, Any] = {name: printable(value) for name, value in vars(post).items() if type(value) is str}
    alts = tuple(printable(alt) for alt in post.media_alts)
    return replace(post, **texts, media_alts=alts, media_urls=tuple(picture_address(url) for url in post.media_urls))


async def add(connection: AsyncConnection, post: HeardPost, turn_id: int | None = None) -> int | None:
    """Store a post; None where it is known already (networks deliver twice, cursors overlap)."""
    values = {
        "channel": post.channel,
        "native_id": post.native_id,
        "thread": post.thread,
        "parent": post.parent,
        "author_id": post.author_id,
        "author_name": post.author_name,
        "author_handle": post.author_handle,
        "text": post.text,
        "media_alts": list(post.media_alts),
        "media_urls": list(post.media_urls),
        "created_at": post.created_at,
        "url": post.url,
        "visibility": post.visibility.value,
        "language": post.language,
        "by_us": post.by_us,
        "turn_id": turn_id,
    }
    statement = insert(posts).values(**values).on_conflict_do_nothing().returning(posts.c.id)
    made: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return made


async def assign(connection: AsyncConnection, post_id: int, turn_id: int) -> None:
    """Make a post part of a turn."""
    await connection.execute(update(posts).where(posts.c.id == post_id).values(turn_id=turn_id))


async def of_turn(connection: AsyncConnection, turn_id: int) -> tuple[Post, ...]:
    """The burst of posts that a turn answers, oldest first; of one without any, those of the turn that it follows or
    corrects."""
    in_order = select(posts).order_by(posts.c.created_at, posts.c.id)
    looked: int | None = turn_id
    while looked is not None:
        rows = (await connection.execute(in_order.where(posts.c.turn_id == looked))).mappings().all()
        if rows:
            return tuple(_post(row) for row in rows)
        before = select(func.coalesce(turns.c.follows, turns.c.corrects)).where(turns.c.id == looked)
        looked = (await connection.execute(before)).scalar_one_or_none()
    return ()


async def of_thread(connection: AsyncConnection, channel: str, thread: str) -> tuple[Post, ...]:
    """All posts known of a thread, ours included, oldest first."""
    rows = await connection.execute(
        select(posts)
        .where(posts.c.channel == channel, posts.c.thread == thread)
        .order_by(posts.c.created_at, posts.c.id)
    )
    return tuple(_post(row) for row in rows.mappings())


async def forget_ours(connection: AsyncConnection, channel: str, native_ids: tuple[str, ...]) -> None:
    """What we published under these ids was deleted: it stands in no thread any more."""
    ours = (posts.c.channel == channel, posts.c.native_id.in_(native_ids), posts.c.by_us)
    await connection.execute(delete(posts).where(*ours))


async def turn_of(connection: AsyncConnection, channel: str, native_id: str) -> int | None:
    """The turn that a post is part of; None where it was not heard."""
    found = await connection.execute(
        select(posts.c.turn_id).where(posts.c.channel == channel, posts.c.native_id == native_id)
    )
    turn_id: int | None = found.scalar_one_or_none()
    return turn_id


async def masked_by_url(connection: AsyncConnection) -> dict[str, str]:
    """The masked text of every post of others that has an address."""
    found = select(posts.c.url, posts.c.text).where(posts.c.url.is_not(None), posts.c.by_us.is_(False))
    return {row.url: mask(row.text) for row in await connection.execute(found) if row.text}


def _post(row: RowMapping) -> Post:
    values = {name: row[name] for name in Post.__dataclass_fields__}
    values["media_alts"] = tuple(row["media_alts"])
    values["media_urls"] = tuple(row["media_urls"])
    values["visibility"] = Visibility(row["visibility"])
    return Post(**values)
