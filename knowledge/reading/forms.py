"""The forms of a JSON line: help articles and past public answers."""

from __future__ import annotations

from typing import Any

from knowledge.entries import Entry, EntryKind
from knowledge.reading.fields import identifier, label, labels, link, moment, prose

_FIRST_LINE = 120


def article(record: dict[str, Any], source: str) -> Entry:
    """`{id, title, url, text}` and, where known, `product`, `platform`, `features`, `owner`, `review`, `created_at`.

    Raises:
        BadField: a field is missing or not what it should be.
    """
    return Entry(
        id=identifier(record),
        kind=EntryKind.USAGE,
        title=prose(record, "title", required=True),
        text=prose(record, "text", required=True),
        url=link(record),
        product=label(record, "product"),
        platform=label(record, "platform"),
        features=labels(record, "features"),
        language=label(record, "language") or "",
        audience=label(record, "audience"),
        owner=label(record, "owner"),
        created_at=moment(record, "created_at"),
        review_at=moment(record, "review"),
        source=source,
    )


def answer(record: dict[str, Any], source: str) -> Entry:
    """`{id, question, text}` and, where known, `title`, `url`, `product`, `platform`, `created_at`, `cites`, `author`.

    `author` is not kept: who wrote an answer is not needed to find it.

    Raises:
        BadField: a field is missing or not what it should be.
    """
    question = prose(record, "question", required=True)
    return Entry(
        id=identifier(record),
        kind=EntryKind.ANSWER,
        title=prose(record, "title") or headline(question),
        text=prose(record, "text", required=True),
        question=question,
        url=link(record),
        product=label(record, "product"),
        platform=label(record, "platform"),
        features=labels(record, "features"),
        language=label(record, "language") or "",
        audience=label(record, "audience"),
        created_at=moment(record, "created_at"),
        cites=labels(record, "cites"),
        source=source,
    )


def headline(text: str) -> str:
    """The first line of a text, cut at a word, as a title."""
    line = text.strip().partition("\n")[0]
    if len(line) <= _FIRST_LINE:
        return line
    return line[:_FIRST_LINE].rpartition(" ")[0].rstrip(",;:") + " …"
