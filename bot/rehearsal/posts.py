"""Posts to rehearse on: read from the thread export or a posts.jsonl, masked at once, and sampled over their time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from knowledge.errors import BadInput
from knowledge.reading.fields import BadField, identifier, label, moment, prose
from knowledge.reading.lines import bad, records

T = TypeVar("T")


@dataclass(frozen=True)
class PastPost:
    """A post as it is rehearsed: masked title and text, product and time. Nothing else of it reaches the assistant.

    `answers` is what people really answered, oldest first and masked: shown in the report, read by nothing else.
    """

    id: str
    title: str
    text: str
    product: str | None
    created: datetime
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """The posts that are rehearsed, oldest first: of the `in_period` that the file holds between `since` and `until`.

    `errors` has a line for each that could not be read.
    """

    file: str
    since: datetime | None
    until: datetime | None
    in_period: int
    posts: tuple[PastPost, ...]
    errors: tuple[str, ...]


def take(path: Path, since: datetime | None, until: datetime | None, limit: int | None) -> Taken:
    """The posts from `since` on and before `until`, at most `limit` of them, spread evenly.

    Raises:
        BadInput: there is no such file, it holds no post of that time, or the limit is below 1.
    """
    if limit is not None and limit < 1:
        raise BadInput(f"--limit is {limit}", hint="give 1 or more, or leave it out to take all posts")
    posts, errors = read_posts(path)
    if not posts:
        raise BadInput(f"{path} holds no post that can be read", hint=errors[0] if errors else "")
    found = [p for p in posts if (since is None or p.created >= since) and (until is None or p.created < until)]
    if not found:
        first, last = posts[0].created, posts[-1].created
        raise BadInput(
            f"{path} holds no post of that time",
            hint=f"its {len(posts)} posts are from {first:%Y-%m-%d} to {last:%Y-%m-%d}; --to is not included",
        )
    return Taken(path.name, since, until, len(found), tuple(spread(found, limit)), tuple(errors))


def read_posts(path: Path, now: datetime | None = None) -> tuple[list[PastPost], list[str]]:
    """The posts of a JSONL file (plain or gzipped), oldest first, and a line for each that could not be read.

    A post has `id`, `text` or `title`, and where known `product`, `created` and `answers`. One without a
    date is taken as written `now`.

    Raises:
        BadInput: there is no such file.
    """
    if not path.is_file():
        raise BadInput(f"there is no file {path}", hint="check the spelling; paths are relative to here")
    posts: list[PastPost] = []
    errors: list[str] = []
    now = now or datetime.now(UTC)
    seen: set[str] = set()
    for item in _read(path, now):
        if isinstance(item, BadInput):
            errors.append(str(item))
        else:
            number, post = item
            if post.id in seen:
                errors.append(str(bad(path, number, f"the id {post.id!r} was already used")))
                continue
            seen.add(post.id)
            posts.append(post)
    posts.sort(key=lambda post: (post.created, post.id))
    return posts, errors


def spread(ordered: Sequence[T], limit: int | None) -> list[T]:
    """At most `limit` items, evenly spread over a sequence: the middle one of each of `limit` equal stretches."""
    if limit is None or limit >= len(ordered):
        return list(ordered)
    return [ordered[int((number + 0.5) * len(ordered) / limit)] for number in range(max(0, limit))]


def _read(path: Path, now: datetime) -> Iterator[tuple[int, PastPost] | BadInput]:
    for item in records(path):
        if isinstance(item, BadInput):
            yield item
            continue
        number, record = item
        try:
            yield number, _post(record, now)
        except BadField as error:
            yield bad(path, number, str(error))


def _post(record: dict[str, Any], now: datetime) -> PastPost:
    title, text = prose(record, "title"), prose(record, "text")
    if not title and not text:
        raise BadField("`title` and `text` are both missing or empty")
    return PastPost(
        id=identifier(record),
        title=title,
        text=text,
        product=label(record, "product"),
        created=moment(record, "created") or moment(record, "created_at") or now,
        answers=_answers(record),
    )


def _answers(record: dict[str, Any]) -> tuple[str, ...]:
    """What others than the asker wrote under the post."""
    answers = record.get("answers") or []
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        raise BadField("`answers` must be a list of objects")
    found = []
    for answer in answers:
        author = answer.get("author")
        own = answer.get("by_asker") is True or (author is not None and author == record.get("author"))
        if not own and (text := prose(answer, "text")):
            found.append((moment(answer, "created") or datetime.max.replace(tzinfo=UTC), text))
    return tuple(text for _, text in sorted(found, key=lambda pair: pair[0]))
