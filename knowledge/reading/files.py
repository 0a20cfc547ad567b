"""The one way in: a path, whatever it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.entries import Entry
from knowledge.errors import BadInput
from knowledge.reading import archives, folders, forms, threads, tweets
from knowledge.reading.fields import BadField
from knowledge.reading.lines import Record, bad, parsed, records
from knowledge.reading.rows import record as record_of
from knowledge.reading.rows import rows

Read = Entry | BadInput
_TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")


def read(
    path: Path | str, *, skipped: Counter[str] | None = None, questions: Mapping[str, str] | None = None
) -> Iterator[Read]:
    """The entries of a folder of Markdown files and HTML pages, of one of these, of a JSONL or CSV file (plain or
    gzipped), or of a Mastodon archive, one by one.

    Each JSON line and each row is taken for what its names say: `answers` makes it a thread, `question` a past answer,
    `title` with `text` an article, and columns named as in `tweets.COLUMNS` support tweets. Whatever cannot be read
    comes as a BadInput that names file and line, and the rest goes on. What is readable but makes no entry is counted
    by its reason in `skipped`. `questions` are posts by address, for archives, which hold only one side. All prose is
    masked.
    """
    path = Path(path)
    skipped = Counter() if skipped is None else skipped
    if archives.is_archive(path):
        yield from archives.archive(path, path.resolve().name, skipped, questions)
    elif path.is_dir():
        yield from folders.folder(path)
    elif path.suffix.lower() in folders.MARKDOWN | folders.HTML and path.exists():
        yield folders.one(path, path.parent)
    elif path.name.lower().endswith(_TABLES):
        yield from _table(path, skipped)
    else:
        yield from _taken(path, records(path), skipped)


def _table(path: Path, skipped: Counter[str]) -> Iterator[Read]:
    found = rows(path)
    first = next(found, None)
    if first is None:
        yield bad(path, None, "the file holds no row below the names of its columns")
        return
    everything = chain([first], found)
    if not isinstance(first, BadInput) and first[1].keys() >= tweets.COLUMNS - {"in_response_to_tweet_id"}:
        yield from tweets.tweets(path, everything, path.name, skipped)
    else:
        named = (item if isinstance(item, BadInput) else (item[0], record_of(item[1])) for item in everything)
        yield from _taken(path, named, skipped)


def _taken(path: Path, found: Iterable[Record | BadInput], skipped: Counter[str]) -> Iterator[Read]:
    for item in parsed(path, found, lambda record: _entry(record, path.name)):
        if item is not None:
            yield item
        else:
            skipped["threads without an answer that helps"] += 1


def _entry(record: dict[str, Any], source: str) -> Entry | None:
    if "answers" in record:
        return threads.thread(record, source)
    if "question" in record:
        return forms.answer(record, source)
    if "title" in record or "text" in record:
        return forms.article(record, source)
    raise BadField("neither an article (`title`, `text`), an answer (`question`, `text`) nor a thread (`answers`)")
