"""Queries from a thread export, from posts and in the form of BEIR."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.entries import Entry, EntryKind
from knowledge.errors import BadInput
from knowledge.evaluation.asking import Asked, between, earlier, read_queries

MAY = datetime(2025, 5, 1, tzinfo=UTC)
JUNE = datetime(2025, 6, 1, tzinfo=UTC)


def lines(path: Path, *records: object) -> Path:
    data = "".join(f"{json.dumps(record) if not isinstance(record, str) else record}\n" for record in records)
    path.write_bytes(gzip.compress(data.encode()) if path.suffix == ".gz" else data.encode())
    return path


def test_of_a_thread_only_title_text_product_and_time_are_read(tmp_path: Path) -> None:
    thread = {
        "id": 7,
        "created": "2025-05-01 00:00:00 +0000",
        "product": "lamp",
        "topic": "dark",
        "title": "It is dark",
        "text": "Write to me: someone@example.org",
        "author": "u1",
        "answers": [{"created": "2025-05-02", "text": "Turn it on."}],
    }
    (asked,) = read_queries(lines(tmp_path / "threads.jsonl.gz", thread)).found
    assert (asked.id, asked.title, asked.product, asked.created) == ("7", "It is dark", "lamp", MAY)
    assert "someone@example.org" not in asked.text
    assert "Turn it on" not in repr(asked)


def test_the_form_of_beir_and_what_cannot_be_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "queries.jsonl",
        {"_id": "q1", "text": "how?"},
        "{broken",
        {"_id": "q2"},
        {"_id": "q1", "text": "again"},
        {"_id": "q3", "text": "why?", "metadata": {}},
    )
    read = read_queries(path)
    assert [(one.id, one.text, one.created) for one in read.found] == [("q1", "how?", None), ("q3", "why?", None)]
    assert read.duplicates == 1
    assert [f"{path}:{number}: " in line for number, line in zip((2, 3), read.errors, strict=True)] == [True, True]


def test_no_query_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no query"):
        read_queries(lines(tmp_path / "queries.jsonl", "{"))
    with pytest.raises(BadInput, match="no file"):
        read_queries(tmp_path / "nothing.jsonl")


def test_a_period_holds_its_first_moment_and_not_its_last() -> None:
    asked = [Asked("a", "", "x", created=MAY), Asked("b", "", "x", created=JUNE), Asked("c", "", "x")]
    assert [one.id for one in between(asked, MAY, JUNE)] == ["a"]
    assert [one.id for one in between(asked, JUNE, None)] == ["b"]
    assert between(asked, None, None) == asked
    with pytest.raises(BadInput, match="no query is of that time"):
        between(asked, datetime(2026, 1, 1, tzinfo=UTC), None)
    with pytest.raises(BadInput, match="carry no date"):
        between(asked[2:], MAY, None)


def test_what_came_after_the_last_query_is_not_even_encoded() -> None:
    def entry(key: str, created: datetime | None) -> Entry:
        return Entry(key, EntryKind.ANSWER, "t", "x", created_at=created)

    entries = [entry("may", MAY), entry("june", JUNE), entry("always", None)]
    assert [e.id for e in earlier(entries, [Asked("a", "", "x", created=JUNE)])] == ["may", "always"]
    assert len(earlier(entries, [Asked("a", "", "x", created=MAY), Asked("b", "", "x")])) == 3
