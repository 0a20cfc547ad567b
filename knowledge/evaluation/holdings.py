"""What is searched in an evaluation: entries from files, cut, encoded and put into pools in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.encoder import Encoder
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.errors import BadInput
from knowledge.passages import cut
from knowledge.pools import Pools, Vector
from knowledge.reading import forms, read
from knowledge.reading.lines import parsed, records

#: Told how many entries were read, or texts encoded, since it was last told.
Advance = Callable[[int], None]


@dataclass
class Entries:
    """The entries of some files; of an id that comes twice the last counts, as in an import."""

    by_id: dict[str, Entry] = field(default_factory=dict)
    duplicates: int = 0
    errors: list[str] = field(default_factory=list)


def read_entries(paths: Sequence[Path], advance: Advance | None = None) -> Entries:
    """Entries in any import format, or BEIR's `corpus.jsonl` (`_id`, `title`, `text`), which are taken as articles.

    Raises:
        BadInput: a file does not exist, or none holds an entry.
    """
    found = gathered(_all(paths), advance)
    if paths and not found.by_id:
        names = ", ".join(str(path) for path in paths)
        raise BadInput(f"there is no entry in {names}", hint=found.errors[0] if found.errors else "")
    return found


def gathered(items: Iterable[Entry | BadInput], advance: Advance | None) -> Entries:
    """All that was read, with what could not be."""
    found = Entries()
    for item in items:
        if advance:
            advance(1)
        if isinstance(item, BadInput):
            found.errors.append(str(item))
            continue
        found.duplicates += item.id in found.by_id
        found.by_id[item.id] = item
    return found


def _all(paths: Sequence[Path]) -> Iterator[Entry | BadInput]:
    for path in paths:
        if not path.exists():
            raise BadInput(f"there is no file or folder {path}", hint="check the spelling; paths are relative to here")
        if _is_beir(path):
            yield from parsed(path, records(path), partial(_article, source=path.name))
        else:
            yield from read(path)


def fill(
    pools: Pools, corpus: Sequence[Entry], past: Sequence[Entry], encoder: Encoder, advance: Advance | None = None
) -> None:
    """Cut and encode entries, from the encoder's cache where it has them, and put them into empty pools.

    Each pool gets its own files: an id that an article and a past thread happen to share means two things here, and
    an article among the past is not ranked. What is not live, and references, are left out as in every search.
    """
    usage = [entry for entry in corpus if _found(entry) and entry.kind is not EntryKind.ANSWER]
    answers = [entry for entry in past if _found(entry) and entry.kind is EntryKind.ANSWER]
    cuts = [cut(entry) for entry in (*usage, *answers)]
    rows = iter(encoder.encode([passage.embedded for passages in cuts for passage in passages], advance))
    batch = [
        (entry, [Vector(passage.kind, passage.path, passage.text, next(rows)) for passage in passages])
        for entry, passages in zip((*usage, *answers), cuts, strict=True)
    ]
    pools.usage.put(batch[: len(usage)])
    pools.answers.put(batch[len(usage) :])


def _found(entry: Entry) -> bool:
    return entry.status is EntryStatus.LIVE and entry.kind is not EntryKind.REFERENCE


def _is_beir(path: Path) -> bool:
    if path.is_dir() or path.suffix.lower() not in {".jsonl", ".json", ".ndjson", ".gz"}:
        return False
    for item in records(path):
        if not isinstance(item, BadInput):
            return "_id" in item[1] and "id" not in item[1]
    return False


def _article(record: dict[str, Any], source: str) -> Entry:
    title, text = record.get("title") or "", record.get("text") or ""
    if isinstance(title, str) and isinstance(text, str):  # BEIR leaves either empty; an entry needs both
        title, text = title.strip() or forms.headline(text), text.strip() or title
    return forms.article({"id": record.get("_id"), "title": title, "text": text, "url": record.get("url")}, source)
