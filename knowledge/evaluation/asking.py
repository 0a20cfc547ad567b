"""The queries of an evaluation: of a post nothing is read but title, text, product and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.entries import Entry
from knowledge.errors import BadInput
from knowledge.reading.fields import BadField, identifier, label, moment, prose
from knowledge.reading.lines import parsed, records


@dataclass(frozen=True)
class Asked:
    """A query as it was asked, masked. `created` is None where the file does not say: then all that is known counts."""

    id: str
    title: str
    text: str
    product: str | None = None
    created: datetime | None = None


@dataclass
class Queries:
    """What was read, in the order of the file; of an id that comes twice the first counts."""

    found: list[Asked] = field(default_factory=list)
    duplicates: int = 0
    errors: list[str] = field(default_factory=list)


def read_queries(path: Path) -> Queries:
    """Read the thread export, posts as JSON lines (`id`, `title` or `text`) or BEIR's `queries.jsonl` (`_id`, `text`).

    Raises:
        BadInput: there is no such file, or no query in it.
    """
    if not path.is_file():
        raise BadInput(f"there is no file {path}", hint="check the spelling; paths are relative to here")
    queries = Queries()
    seen: set[str] = set()
    for item in parsed(path, records(path), _asked, hint=""):
        if isinstance(item, BadInput):
            queries.errors.append(str(item))
        elif item.id in seen:
            queries.duplicates += 1
        else:
            seen.add(item.id)
            queries.found.append(item)
    if not queries.found:
        raise BadInput(
            f"{path} holds no query that can be read", hint=queries.errors[0] if queries.errors else "one a line"
        )
    return queries


def between(queries: list[Asked], since: datetime | None, until: datetime | None) -> list[Asked]:
    """The queries asked from `since` on and before `until`.

    Raises:
        BadInput: a period is asked for, but no query has a date; or none is of that time.
    """
    if since is None and until is None:
        return queries
    dated = [query.created for query in queries if query.created is not None]
    if not dated:
        raise BadInput("the queries carry no date (`created`)", hint="leave --from and --to out")
    kept = [
        query
        for query in queries
        if query.created is not None
        and (since is None or query.created >= since)
        and (until is None or query.created < until)
    ]
    if not kept:
        raise BadInput(
            "no query is of that time",
            hint=f"they are from {min(dated):%Y-%m-%d} to {max(dated):%Y-%m-%d}; --to is not included",
        )
    return kept


def earlier(entries: Iterable[Entry], queries: Sequence[Asked]) -> list[Entry]:
    """The entries that at least one query may draw on: undated, or created before the last query was asked."""
    entries = list(entries)
    times = [query.created for query in queries]
    dated = [time for time in times if time is not None]
    if not dated or len(dated) < len(times):
        return entries
    last = max(dated)
    return [entry for entry in entries if entry.created_at is None or entry.created_at < last]


def first_asked(queries: Sequence[Asked]) -> datetime | None:
    """When the first of the queries was asked; None where one of them has no date."""
    times = [query.created for query in queries]
    dated = [time for time in times if time is not None]
    return min(dated) if dated and len(dated) == len(times) else None


def _asked(record: dict[str, Any]) -> Asked:
    title, text = prose(record, "title"), prose(record, "text")
    if not title and not text:
        raise BadField("`title` and `text` are both missing or empty")
    return Asked(
        id=identifier(record, "_id" if "id" not in record else "id"),
        title=title,
        text=text,
        product=label(record, "product"),
        created=moment(record, "created") or moment(record, "created_at"),
    )
