"""Bringing knowledge in: files to entries, with a progress bar, a summary and an error for each bad line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.core import Core
from knowledge import store
from knowledge.entries import Entry
from knowledge.errors import BadInput
from knowledge.reading import read
from knowledge.results import Hit, SearchResult

#: Entries saved in one transaction: what an interrupted import loses at most.
_BATCH = 512
_ERRORS_SHOWN = 20


@dataclass
class Report:
    """What an import did, in entries, and each line that could not be read."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"added": self.added, "updated": self.updated, "unchanged": self.unchanged, "errors": self.errors}

    def show(self, out: Console, errors: Console) -> None:
        """For people: the errors first, the sum last."""
        for line in self.errors[:_ERRORS_SHOWN]:
            errors.print(line, style="yellow", markup=False, highlight=False)
        if len(self.errors) > _ERRORS_SHOWN:
            errors.print(f"… and {len(self.errors) - _ERRORS_SHOWN} more", style="yellow")
        out.print(
            f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged, {len(self.errors)} not readable"
        )


async def import_files(core: Core, files: Sequence[Path], console: Console | None) -> Report:
    """Import files into the library, batch by batch; a bad line is reported and loses nothing else.

    Raises:
        BadInput: a file that does not exist.
    """
    for path in files:
        if not path.exists():
            raise BadInput(f"there is no file or folder {path}", hint="check the spelling; paths are relative to here")
    report = Report()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console or Console(quiet=True), transient=True) as progress:
        for path in files:
            entries = list(_readable(path, report))
            bar = progress.add_task(f"learning {path.name}", total=len(entries))
            pending = iter(entries)
            while batch := list(islice(pending, _BATCH)):
                async with core.transaction() as connection:
                    saved = await store.save(connection, batch, encoder=core.encoder)
                report.added += saved.added
                report.updated += saved.updated
                report.unchanged += saved.unchanged
                progress.advance(bar, len(batch))
    return report


def _readable(path: Path, report: Report) -> Iterator[Entry]:
    for found in read(path):
        if isinstance(found, BadInput):
            report.errors.append(str(found))
        else:
            yield found


def show_result(result: SearchResult, console: Console | None) -> None:
    """A search's result for a person, or as JSON where `console` is None."""
    if console is None:
        pools = {
            name: [_hit(hit) for hit in hits] for name, hits in (("usage", result.usage), ("answers", result.answers))
        }
        shown = {"confidence": result.confidence, "why": result.why, **pools}
        sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")
        return
    console.print(f"{result.confidence:.0%} sure. {result.why}", markup=False)
    for hit in (*result.usage, *result.answers):
        console.print(
            f"\n{hit.score:.3f}  {hit.entry.kind.value}: {hit.entry.title or hit.entry.id}", markup=False, style="bold"
        )
        console.print(f"       {hit.quote}", markup=False)


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
