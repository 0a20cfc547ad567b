"""A file of support tweets, as the Customer Support on Twitter data set has them: each brand reply a past answer."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from knowledge.entries import Entry, EntryKind
from knowledge.errors import BadInput
from knowledge.reading.fields import BadField, identifier, label, moment, prose
from knowledge.reading.forms import headline
from knowledge.reading.lines import bad
from knowledge.reading.rows import Row
from knowledge.reading.threads import says_enough

#: What the first line names.
COLUMNS = {"tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"}

#: Tweets that lead up to the one that is answered, at most.
_LONGEST_WAY = 10
_MENTIONS = re.compile(r"^(?:\.?@\w+[\s,:]+)+")
#: An agent's initials at the end: `^AB`.
_INITIALS = re.compile(r"\s*\^\s?[A-Za-z]{1,3}$")
_DATE = "%a %b %d %H:%M:%S %z %Y"

_TABLE = "CREATE TABLE tweets (id TEXT PRIMARY KEY, author TEXT, asks INT, at TEXT, text TEXT, parent TEXT)"
_REPLIES = """SELECT parent, author, id, at, text FROM tweets
WHERE NOT asks AND parent != '' ORDER BY parent, author, at, id"""


def tweets(
    path: Path, found: Iterable[Row | BadInput], source: str, skipped: Counter[str]
) -> Iterator[Entry | BadInput]:
    """Entries: what a customer asked and what the brand replied to that tweet, several tweets joined; `product` is the
    brand's account. Counted in `skipped` are replies whose question is not in the file, and those that say little or
    only ask back.

    Millions of rows are looked up in a nameless SQLite database, which spills to disk and leaves nothing behind.
    """
    with closing(sqlite3.connect("")) as database:
        database.execute(_TABLE)
        for item in found:
            if isinstance(item, BadInput):
                yield item
                continue
            try:
                database.execute("INSERT OR REPLACE INTO tweets VALUES (?, ?, ?, ?, ?, ?)", _tweet(item[1]))
            except BadField as error:
                yield bad(path, item[0], str(error), "the rest of the file was read on")
        for (parent, _), replies in groupby(database.execute(_REPLIES), key=lambda row: row[:2]):
            entry = _entry(database, parent, list(replies), source, skipped)
            if entry is not None:
                yield entry


def _tweet(row: dict[str, str]) -> tuple[str, str | None, bool, str, str, str]:
    said = row.get("inbound", "").strip().lower()
    if said not in {"true", "false", "1", "0"}:
        raise BadField(f"`inbound` must be True or False, not {said[:20]!r}")
    # Numbers with empty cells come as 123.0 out of a spreadsheet.
    parent = row.get("in_response_to_tweet_id", "").strip().removesuffix(".0")
    return (
        identifier({"id": row.get("tweet_id", "").strip().removesuffix(".0")}),
        label(row, "author_id"),
        said in {"true", "1"},
        _moment(row).isoformat(),
        row.get("text", ""),
        parent,
    )


def _moment(row: dict[str, str]) -> datetime:
    value = row.get("created_at", "").strip()
    try:
        return datetime.strptime(value, _DATE).astimezone(UTC)
    except ValueError:
        found = moment({"created_at": value}, "created_at", required=True)
        assert found is not None
        return found


def _entry(
    database: sqlite3.Connection, parent: str, replies: list[tuple[str, ...]], source: str, skipped: Counter[str]
) -> Entry | None:
    asked = _asked(database, parent)
    if not asked:
        skipped["replies whose question is not in the file"] += 1
        return None
    question = prose({"text": "\n".join(asked)}, "text")
    text = prose({"text": "\n".join(_plain(reply[4]) for reply in replies)}, "text")
    if not question or not says_enough(text):
        skipped["replies that say little or only ask back"] += 1
        return None
    _, brand, first, at, _ = replies[0]
    return Entry(
        id=f"tweet-{first}",
        kind=EntryKind.ANSWER,
        title=headline(question),
        text=text,
        question=question,
        product=brand,
        created_at=datetime.fromisoformat(at),
        source=source,
    )


def _asked(database: sqlite3.Connection, tweet: str) -> list[str]:
    """What the customer wrote up to the tweet that was answered, oldest first; nothing where that tweet is not known or
    not a customer's."""
    asked: list[str] = []
    author = None
    for _ in range(_LONGEST_WAY):
        row = database.execute("SELECT author, asks, text, parent FROM tweets WHERE id = ?", (tweet,)).fetchone()
        if row is None:
            break
        if author is None:
            if not row[1]:
                return []
            author = row[0]
        if row[0] == author:
            asked.append(_plain(row[2]))
        tweet = row[3]
    return [text for text in reversed(asked) if text]


def _plain(text: str) -> str:
    return _INITIALS.sub("", _MENTIONS.sub("", text.strip())).strip()
