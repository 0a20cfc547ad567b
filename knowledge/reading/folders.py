"""A folder of Markdown files and HTML pages: one entry a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge.entries import Entry
from knowledge.errors import BadInput
from knowledge.reading.lines import bad
from knowledge.reading.markdown import markdown
from knowledge.reading.pages import page

MARKDOWN, HTML = {".md", ".markdown"}, {".html", ".htm"}


def folder(path: Path) -> Iterator[Entry | BadInput]:
    """The entries of every Markdown file and HTML page below a folder, in order of their names. A folder without any is
    BadInput."""
    known = MARKDOWN | HTML
    files = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in known and file.is_file() and not file.name.startswith(".")
    )
    if not files:
        yield bad(
            path,
            None,
            "the folder holds no Markdown file (.md) and no HTML page (.html)",
            "one file an entry is expected",
        )
    seen: dict[str, Path] = {}
    for file in files:
        found = one(file, path)
        if isinstance(found, Entry) and found.id in seen:
            yield bad(file, None, f"the id {found.id!r} was already used by {seen[found.id]}", "ids must be unique")
            continue
        if isinstance(found, Entry):
            seen[found.id] = file
        yield found


def one(file: Path, folder: Path) -> Entry | BadInput:
    """The entry of one file in a folder; the folder's name is its source."""
    source = folder.resolve().name
    return page(file, folder, source) if file.suffix.lower() in HTML else markdown(file, source)
