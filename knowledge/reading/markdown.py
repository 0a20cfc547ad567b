"""Markdown files with front matter: one entry a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import frontmatter
import yaml

from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.errors import BadInput
from knowledge.reading.fields import BadField, identifier, label, labels, link, moment, prose
from knowledge.reading.lines import bad

#: The largest file that is read, in bytes.
LARGEST_FILE = 2_000_000
#: Only a reviewer disputes an entry: a file does not.
_STATUSES = {known.value for known in EntryStatus if known is not EntryStatus.DISPUTED}
_KINDS = {kind.value for kind in EntryKind}


def markdown(file: Path, source: str) -> Entry | BadInput:
    """One entry: front matter `id` (else the file's name), `kind`, `title`, `product`, `platform`, `features`, `url`,
    `owner`, `review`, `status`, `language`, `audience`, `created_at`, `cites`; the text is the Markdown below it."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            return bad(file, None, f"the file is larger than {LARGEST_FILE:,} bytes", "split it")
        raw = file.read_bytes()
    except OSError as error:
        return bad(file, None, f"cannot be read: {error.strerror}", "check the file and its permissions")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return bad(file, line, "not UTF-8", "save the file as UTF-8")
    if not text.strip():
        return bad(file, None, "the file is empty", "front matter between lines of ---, then the text")
    try:
        fields, body = frontmatter.parse(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        return bad(file, mark.line + 2 if mark else 1, f"the front matter cannot be read: {problem}", "check its YAML")
    except (
        ValueError,
        RecursionError,
        AttributeError,
        TypeError,
    ) as error:  # a date that is none, a list for a mapping
        return bad(file, 1, f"the front matter cannot be read: {error}", "check its YAML")
    try:
        return _entry(file, source, dict(fields), body)
    except BadField as error:
        return bad(file, _line_of(text, str(error)), str(error), "see the front matter's keys")


def written(entry: Entry) -> str:
    """An entry as a Markdown file with front matter: what `markdown` reads."""
    fields: dict[str, Any] = {
        "id": entry.id,
        "kind": entry.kind.value,
        "title": entry.title,
        "question": entry.question or None,
        "product": entry.product,
        "platform": entry.platform,
        "features": list(entry.features) or None,
        "language": entry.language or None,
        "audience": entry.audience,
        "url": entry.url,
        "owner": entry.owner,
        "review": entry.review_at.isoformat() if entry.review_at else None,
        "created_at": entry.created_at.isoformat() if entry.created_at else None,
        "cites": list(entry.cites) or None,
    }
    head = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{head}---\n\n{entry.text}\n"


def _entry(file: Path, source: str, fields: dict[str, Any], body: str) -> Entry:
    fields = {**fields, "id": fields.get("id") or file.stem, "text": body}
    kind = label(fields, "kind") or EntryKind.USAGE.value
    if kind not in _KINDS:
        raise BadField(f"`kind` must be one of {', '.join(sorted(_KINDS))}, not {kind!r}")
    status = label(fields, "status") or EntryStatus.LIVE.value
    if status not in _STATUSES:
        raise BadField(f"`status` must be draft, live or retired, not {status!r}")
    return Entry(
        id=identifier(fields),
        kind=EntryKind(kind),
        title=prose(fields, "title", required=True),
        text=prose(fields, "text", required=True),
        question=prose(fields, "question"),
        url=link(fields),
        product=label(fields, "product"),
        platform=label(fields, "platform"),
        features=labels(fields, "features"),
        language=label(fields, "language") or "",
        audience=label(fields, "audience"),
        status=EntryStatus(status),
        owner=label(fields, "owner"),
        created_at=moment(fields, "created_at"),
        review_at=moment(fields, "review"),
        cites=labels(fields, "cites"),
        source=source,
        meta={"format": "markdown"},
    )


def _line_of(text: str, fault: str) -> int:
    """The line of the front matter that a fault is about (faults name their field in backticks), else 1."""
    name = fault.split("`")[1] if fault.count("`") >= 2 else ""
    for number, line in enumerate(text.splitlines()[:60], 1):
        if name and line.startswith(f"{name}:"):
            return number
    return 1
