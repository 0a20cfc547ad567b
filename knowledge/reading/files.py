"""The one way in: a path, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.entries import Entry
from knowledge.errors import BadInput
from knowledge.reading import forms, markdown, threads
from knowledge.reading.fields import BadField
from knowledge.reading.lines import bad, records

Read = Entry | BadInput


def read(path: Path | str) -> Iterator[Read]:
    """The entries of a folder of Markdown files, a Markdown file or a JSONL file (plain or gzipped), one by one.

    Each JSON line is taken for what its keys say: `answers` makes it a thread, `question` a past answer, `title` with
    `text` an article. Whatever cannot be read comes as a BadInput that names file and line, and the rest goes on.
    All prose is masked.
    """
    path = Path(path)
    if path.is_dir():
        yield from markdown.folder(path)
    elif path.suffix.lower() in {".md", ".markdown"} and path.exists():
        yield markdown.markdown(path)
    else:
        yield from _lines(path)


def _lines(path: Path) -> Iterator[Read]:
    source = path.name
    for item in records(path):
        if isinstance(item, BadInput):
            yield item
            continue
        number, record = item
        try:
            entry = _entry(record, source)
        except BadField as error:
            yield bad(path, number, str(error), "the rest of the file was read on")
            continue
        if entry is not None:
            yield entry


def _entry(record: dict[str, Any], source: str) -> Entry | None:
    if "answers" in record:
        return threads.thread(record, source)
    if "question" in record:
        return forms.answer(record, source)
    if "title" in record or "text" in record:
        return forms.article(record, source)
    raise BadField("neither an article (`title`, `text`), an answer (`question`, `text`) nor a thread (`answers`)")
