"""Bringing knowledge in: files to entries, with a progress bar, a summary and an error for each bad line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.core import Core
from bot.record import posts
from bot.removals import remove_missing
from knowledge import store, vectors
from knowledge.entries import Entry
from knowledge.errors import BadInput, GoodwordError
from knowledge.reading import read
from knowledge.reading.archives import is_archive

#: Entries saved in one transaction: what an interrupted import loses at most (their vectors stay in the cache).
_BATCH = 512
#: Entries held in memory at a time.
_BLOCK = 20_000
_ERRORS_SHOWN = 20


@dataclass
class Report:
    """What an import did, in entries, and each line that could not be read. `skipped` counts by reason what is readable
    but makes no entry; `edits_replaced` names entries that were edited here and then came changed from their source;
    `refused` says why a sync removed nothing."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    edits_replaced: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: GoodwordError | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {**vars(self), "skipped": dict(self.skipped), "refused": str(self.refused) if self.refused else None}

    def show(self, out: Console, errors: Console) -> None:
        """For people: the errors first, the sum last."""
        for line in self.errors[:_ERRORS_SHOWN]:
            errors.print(line, style="yellow", markup=False, highlight=False)
        if len(self.errors) > _ERRORS_SHOWN:
            errors.print(f"… and {len(self.errors) - _ERRORS_SHOWN} more", style="yellow")
        for reason, count in self.skipped.most_common():
            if count:
                out.print(f"left out: {count:,} {reason}", highlight=False)
        if self.edits_replaced:
            names = ", ".join(self.edits_replaced[:5]) + (" …" if len(self.edits_replaced) > 5 else "")
            out.print(f"replaced what was edited here: {names}; `show` has it", markup=False, highlight=False)
        removed = f"{self.removed} removed, " if self.removed else ""
        out.print(
            f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged, {removed}"
            f"{len(self.errors)} not readable"
        )


def check_paths(files: Sequence[Path]) -> None:
    """Refuse to begin while something is missing.

    Raises:
        BadInput: names every path that does not exist.
    """
    if missing := [str(path) for path in files if not path.exists()]:
        raise BadInput(
            f"there is no file or folder {', '.join(missing)}", hint="check the spelling; paths are relative to here"
        )


async def import_files(
    core: Core, files: Sequence[Path], console: Console | None, *, sync: bool = False, allow_removals: bool = False
) -> Report:
    """Import files into the library, batch by batch; a bad line is reported and loses nothing else.

    With `sync`, entries that these sources brought earlier and do not hold any more are retired, unless a line could
    not be read, or they are more than the share that the settings allow and `allow_removals` is not given.

    Raises:
        BadInput: a path that does not exist, or with `sync` one that is not a whole source.
    """
    check_paths(files)
    if sync and (
        single := [str(path) for path in files if path.suffix.lower() in {".md", ".markdown", ".html", ".htm"}]
    ):
        raise BadInput(f"{', '.join(single)} is one file of a folder", hint="a sync needs the whole folder")
    report = Report()
    seen: defaultdict[str, set[str]] = defaultdict(set)  # ids by source
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console or Console(quiet=True), transient=True) as progress:
        for path in files:
            seen[path.resolve().name if path.is_dir() else path.name]  # also a source that is empty now
            await _import(core, path, report, seen, progress)
        await _with_the_new_encoder(core, progress)
    if sync:
        await remove_missing(core, seen, report, allowed=allow_removals)
    return report


async def _import(core: Core, path: Path, report: Report, seen: defaultdict[str, set[str]], progress: Progress) -> None:
    questions = await _heard(core) if is_archive(path) else None
    found = _readable(path, report, questions)
    bar = progress.add_task(f"reading {path.name}", total=None)
    done = total = 0
    while block := list(islice(_counted(found, progress, bar), _BLOCK)):
        total += len(block)
        progress.update(bar, description=f"learning {path.name}", total=total, completed=done)
        pending = iter(block)
        while batch := list(islice(pending, _BATCH)):
            for entry in batch:
                seen[entry.source].add(entry.id)

            def hear(share: float, first: int = done, size: int = len(batch)) -> None:
                progress.update(bar, completed=first + share * size)

            async with core.transaction() as connection:
                saved = await store.save(connection, batch, encoder=core.encoder, progress=hear)
            report.added += saved.added
            report.updated += saved.updated
            report.unchanged += saved.unchanged
            report.edits_replaced += saved.edits_replaced
            done += len(batch)
            progress.update(bar, completed=done)
        progress.update(bar, description=f"reading {path.name}")


async def _with_the_new_encoder(core: Core, progress: Progress) -> None:
    """After a change of the embedding model: vectors for what was there before."""
    bar: list[TaskID] = []

    def hear(made: int, total: int) -> None:
        if not bar:
            bar.append(progress.add_task("encoding anew", total=total))
        progress.update(bar[0], completed=made, total=total)

    await vectors.encode_anew(core.engine.begin, core.encoder, hear)


async def _heard(core: Core) -> dict[str, str]:
    async with core.engine.connect() as connection:
        return await posts.masked_by_url(connection)


def _readable(path: Path, report: Report, questions: dict[str, str] | None) -> Iterator[Entry]:
    for found in read(path, skipped=report.skipped, questions=questions):
        if isinstance(found, BadInput):
            report.errors.append(str(found))
        else:
            yield found


def _counted(found: Iterator[Entry], progress: Progress, bar: TaskID) -> Iterator[Entry]:
    for number, entry in enumerate(found, 1):
        if number % 100 == 0:
            progress.advance(bar, 100)
        yield entry
