from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.errors import BadInput
from knowledge.reading import read
from knowledge.reading.lines import LONGEST_LINE

ARTICLE = {"id": "shelf", "title": "Shelf", "url": "https://example.org/kb/shelf", "text": "Drill. Ask a@b.org"}
ANSWER = {
    "id": "a1",
    "question": "My wall crumbles, call 07911 123456",
    "text": "Use resin.",
    "url": "https://example.org/1",
    "product": None,
    "platform": None,
    "created_at": "2024-01-12T12:43:56Z",
    "cites": ["shelf"],
    "author": "team",
}


def lines(path: Path, *records: Any) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records) + "\n", encoding="utf-8")
    return path


def entries(path: Path) -> list[Entry]:
    found = list(read(path))
    assert all(isinstance(item, Entry) for item in found), found
    return [item for item in found if isinstance(item, Entry)]


def faults(path: Path) -> list[str]:
    return [str(item) for item in read(path) if isinstance(item, BadInput)]


def test_articles_and_answers_are_told_apart_and_masked(tmp_path: Path) -> None:
    article, answer = entries(lines(tmp_path / "all.jsonl", ARTICLE, "", ANSWER))
    assert (article.kind, article.text, article.source) == (EntryKind.USAGE, "Drill. Ask [email]", "all.jsonl")
    assert (answer.kind, answer.cites) == (EntryKind.ANSWER, ("shelf",))
    assert answer.question == answer.title == "My wall crumbles, call [phone]"
    assert answer.created_at == datetime(2024, 1, 12, 12, 43, 56, tzinfo=UTC)


def said(author: str, day: str, text: str, **more: Any) -> dict[str, Any]:
    return {"created": f"2024-01-{day}:00:00 +0000", "author": author, "by_asker": author == "u1", "text": text, **more}


ANSWERS = [
    said(
        "u2", "03 00", "It is described here: https://support.mozilla.org/en-US/kb/Move-Mail_it#w_x and takes a minute."
    ),
    said("u3", "02 00", "Which version do you use? Is it on Windows?"),
    said("u1", "02 10", "I have a very long story to tell you about this, and it goes on and on."),
    said("u4", "05 00", "See https://support.mozilla.org/kb/other?a=1.", helpful=9),
]
THREAD = {
    "id": "1400",
    "created": "2024-01-01 01:04:34 +0000",
    "product": "thunderbird",
    "topic": "calendar",
    "title": "Move mail",
    "text": "How?",
    "author": "u1",
    "answers": ANSWERS,
}


def test_a_thread_becomes_its_first_helpful_answer_by_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "threads.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(THREAD).encode()))
    (found,) = entries(path)
    assert (found.id, found.kind, found.question) == ("1400", EntryKind.ANSWER, "Move mail\nHow?")
    assert found.text.startswith("It is described here")
    assert found.created_at == datetime(2024, 1, 3, tzinfo=UTC)
    assert found.cites == ("move-mail_it", "other")
    assert found.meta["cited:other"] == "2024-01-05T00:00:00+00:00"
    assert (found.product, found.features) == ("thunderbird", ("calendar",))


@pytest.mark.parametrize("keep", [[], [1], [2], [1, 2]])
def test_a_thread_without_an_answer_is_no_entry_and_no_fault(tmp_path: Path, keep: list[int]) -> None:
    record = {**THREAD, "answers": [ANSWERS[n] for n in keep]}
    assert entries(lines(tmp_path / "t.jsonl", record)) == []


MARKDOWN = """---
id: shelf
kind: notice
title: "Hang a shelf"
product: null
features: [plugs, M6]
url: https://example.org/shelf
owner: Iain
review: 2027-04-25
---

Drill, then write to a@b.org.
"""


def test_a_markdown_folder_is_read_with_its_front_matter(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.md").write_text(MARKDOWN, encoding="utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: B\n---\nText\n", encoding="utf-8-sig")
    (tmp_path / "notes.txt").write_text("not ours")
    second, first = entries(tmp_path)
    assert (first.id, first.kind, first.features) == ("shelf", EntryKind.NOTICE, ("plugs", "M6"))
    assert (first.text, first.owner, first.product) == ("Drill, then write to [email].", "Iain", None)
    assert first.review_at == datetime(2027, 4, 25, tzinfo=UTC)
    assert (second.id, second.kind, second.status) == ("b", EntryKind.USAGE, EntryStatus.LIVE)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "x.md: the file is empty"),
        (b"---\ntitle: A\nkind: poem\n---\nText", "x.md:3: `kind` must be one of"),
        (b"---\ntitle: A\nurl: javascript:alert(1)\n---\nText", "x.md:3: `url` is no web address"),
        (b"---\ntitle: [A\n---\nText", "x.md:"),
        (b"---\ntitle: A\nreview: soon\n---\nText", "x.md:3: `review` is no date"),
        (b"---\ntitle: A\n---\n", "`text` is missing"),
        (b"Just text", "`title` is missing"),
        (b"---\ntitle: A\n---\nT\xe4xt", "x.md:4: not UTF-8"),
        (b"---\n!!python/object/apply:os.system ['true']\n---\nText", "x.md:"),
    ],
)
def test_a_bad_markdown_file_is_named_and_the_rest_read(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "good.md").write_text(MARKDOWN, encoding="utf-8")
    (tmp_path / "x.md").write_bytes(content)
    found = list(read(tmp_path))
    assert [item.id for item in found if isinstance(item, Entry)] == ["shelf"]
    assert fault in faults(tmp_path)[0]


def test_an_id_used_by_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(MARKDOWN, encoding="utf-8")
    (tmp_path / "b.md").write_text(MARKDOWN, encoding="utf-8")
    assert "was already used by" in faults(tmp_path)[0]


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("{", "not JSON"),
        ("[1]", "a JSON object is expected, not list"),
        ("[" * 100_000, "not JSON"),
        ('{"id": ' + "9" * 10_000 + "}", "not JSON"),
        ("{}", "neither an article"),
        ({**ARTICLE, "id": ""}, "`id` is missing"),
        ({**ARTICLE, "id": "a b\n"}, "`id` may hold"),
        ({**ARTICLE, "title": 7}, "`title` must be text, not int"),
        ({**ARTICLE, "text": "\u0000 "}, "`text` is missing"),
        ({**ARTICLE, "url": "file:///etc/passwd"}, "`url` is no web address"),
        ({**ARTICLE, "url": "http://[::1"}, "`url` is no web address"),
        ({**ARTICLE, "features": [1]}, "`features` must be a list"),
        ({**ANSWER, "created_at": "yesterday"}, "`created_at` is no date"),
        ({**ANSWER, "created_at": "0001-01-01T00:00:00+14:00"}, "`created_at` is no date"),
        ({**THREAD, "answers": "none"}, "`answers` must be a list"),
        ({**THREAD, "answers": [3]}, "`answers` holds something"),
        ({**THREAD, "created": None}, "`created` is missing"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_read(tmp_path: Path, bad: Any, fault: str) -> None:
    path = lines(tmp_path / "x.jsonl", ARTICLE, bad, ANSWER)
    assert [item.id for item in read(path) if isinstance(item, Entry)] == ["shelf", "a1"]
    (found,) = faults(path)
    assert found.startswith(f"{path}:2: ")
    assert fault in found


def test_what_postgresql_refuses_is_taken_out(tmp_path: Path) -> None:
    (found,) = entries(lines(tmp_path / "x.jsonl", {**ARTICLE, "title": "a\x00b\ud800c\r\nd"}))
    assert found.title == "ab?c\nd"


def test_a_line_of_20_megabytes_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(ARTICLE) + "\n" + "x" * 20_000_000 + "\n" + json.dumps(ANSWER), encoding="utf-8")
    assert [item.id for item in read(path) if isinstance(item, Entry)] == ["shelf", "a1"]
    assert faults(path) == [f"{path}:2: the line is longer than {LONGEST_LINE:,} bytes"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (json.dumps(ARTICLE).encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00\x00", "not text"),
        ('{"title": "Löcher", "text": "x"}'.encode("latin-1"), "x.jsonl:1: not UTF-8"),
        (gzip.compress(json.dumps(ARTICLE).encode() * 100)[:60], "cannot be read on"),
        (b"\x1f\x8bnonsense", "cannot be read on"),
    ],
    # names of our own: a gzip header holds the time, and all test processes must know a test by the same name
    ids=["empty", "blank", "UTF-16", "zip", "latin-1", "gzip cut short", "no gzip"],
)
def test_a_file_that_is_none_of_ours(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    assert [item for item in read(path) if isinstance(item, Entry)] == []
    assert fault in faults(path)[0]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(ARTICLE), encoding="utf-8-sig")
    assert [entry.id for entry in entries(path)] == ["shelf"]


def test_nothing_there_is_said(tmp_path: Path) -> None:
    assert "No such file" in faults(tmp_path / "absent.jsonl")[0]
    assert "holds no Markdown" in faults(tmp_path)[0]
