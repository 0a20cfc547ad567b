"""Entries and search results as the command line shows them, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from knowledge.entries import Entry
from knowledge.history import Version
from knowledge.results import Hit, SearchResult
from knowledge.store import Stats
from knowledge.stored import Stored

#: Fields shown as lines of their own above the text.
_LINES = (
    "kind",
    "status",
    "product",
    "platform",
    "features",
    "language",
    "audience",
    "owner",
    "review_at",
    "created_at",
    "url",
    "cites",
    "source",
    "written_by",
    "drawn_from",
)


def result_json(result: SearchResult) -> dict[str, Any]:
    """A search's result."""
    pools = {name: [_hit(hit) for hit in hits] for name, hits in (("usage", result.usage), ("answers", result.answers))}
    return {"confidence": result.confidence, "why": result.why, **pools}


def _hit(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "score": hit.score,
        "quote": hit.quote,
        "votes": hit.votes,
    }


def show_result(result: SearchResult, console: Console) -> None:
    """A search's result for a person."""
    console.print(f"{result.confidence:.0%} sure. {result.why}", markup=False)
    for hit in (*result.usage, *result.answers):
        name = f"{hit.entry.kind.value}: {hit.entry.title or hit.entry.id} ({hit.entry.id})"
        console.print(f"\n{hit.score:.3f}  {name}", markup=False, style="bold")
        console.print(f"       {hit.quote}", markup=False)


def stored_json(stored: Stored, versions: Sequence[Version] = ()) -> dict[str, Any]:
    """An entry with what is known about it."""
    more = {"version": stored.version, "edited_by": stored.edited_by, "updated_at": stored.updated_at}
    return {**asdict(stored.entry), **more, "history": [asdict(version) for version in versions]}


def show_stored(stored: Stored, versions: Sequence[Version], console: Console) -> None:
    """An entry for a person: what it says, where it is from, and its versions, newest first."""
    entry = stored.entry
    console.print(f"{entry.title or entry.id}", style="bold", markup=False, highlight=False)
    for name in ("id", *_LINES):
        value = getattr(entry, name)
        if value:
            said = ", ".join(value) if isinstance(value, tuple) else str(value)
            console.print(f"{name.removesuffix('_at'):12}{said}", markup=False, highlight=False)
    if entry.question:
        console.print(f"\n{entry.question}", markup=False, highlight=False, style="italic")
    console.print(f"\n{entry.text}\n", markup=False, highlight=False)
    for version in versions:
        by = f" by {version.by}" if version.by else ""
        about = f": {', '.join(version.before)}" if version.what in ("changed", "edited") and version.before else ""
        line = f"version {version.version:<6}{version.at:%Y-%m-%d %H:%M}  {version.what}{by}{about}"
        console.print(line, markup=False, highlight=False)


def entries_table(entries: Sequence[Entry]) -> Table:
    """Entries one a line."""
    table = Table("id", "title", "kind", "status", "owner", "review", box=None, pad_edge=False)
    for entry in entries:
        review = f"{entry.review_at:%Y-%m-%d}" if entry.review_at else ""
        table.add_row(entry.id, entry.title, entry.kind.value, entry.status.value, entry.owner or "", review)
    return table


def show_stats(found: Stats, console: Console) -> None:
    """Counts for a person."""
    for kind, count in sorted(found.kinds.items()):
        console.print(f"{kind:12} {count:>7}", highlight=False)
    others = {status: count for status, count in found.statuses.items() if status != "live"}
    for status, count in sorted(others.items()):
        console.print(f"{'(' + status + ')':12} {count:>7}", highlight=False)
    if found.review_due:
        console.print(f"{found.review_due} are due for review: `goodword knowledge show --review-due`", highlight=False)
