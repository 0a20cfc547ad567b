"""What is searched: corpora in the form of BEIR and in ours, and past threads by their questions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.entries import EntryKind
from knowledge.errors import BadInput
from knowledge.evaluation.holdings import read_entries
from knowledge.evaluation.threads import read_threads


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), encoding="utf-8")
    return path


def test_a_corpus_in_the_form_of_beir(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "corpus.jsonl",
        {"_id": "0", "title": "Lamps", "text": "Turn it on."},
        {"_id": "1", "title": "", "text": "A first line\nand more"},
        {"_id": "2", "title": "Only a title", "text": ""},
        {"_id": "3", "title": "", "text": ""},
        "[]",
        {"_id": "0", "title": "Lamps", "text": "Turn it off."},
    )
    found = read_entries([path])
    assert [(e.id, e.kind, e.title, e.text) for e in found.by_id.values()] == [
        ("0", EntryKind.USAGE, "Lamps", "Turn it off."),
        ("1", EntryKind.USAGE, "A first line", "A first line\nand more"),
        ("2", EntryKind.USAGE, "Only a title", "Only a title"),
    ]
    assert found.duplicates == 1
    assert [f"{path}:{n}: " in line for n, line in zip((4, 5), found.errors, strict=True)] == [True, True]


def test_our_own_forms_and_several_files(tmp_path: Path) -> None:
    articles = lines(tmp_path / "articles.jsonl", {"id": "a", "title": "Lamps", "text": "Turn it on."})
    answers = lines(tmp_path / "answers.jsonl", {"id": "b", "question": "Dark?", "text": "Turn it on."})
    assert {e.id: e.kind for e in read_entries([articles, answers]).by_id.values()} == {
        "a": EntryKind.USAGE,
        "b": EntryKind.ANSWER,
    }
    assert read_entries([]).by_id == {}


def test_nothing_to_search(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file or folder"):
        read_entries([tmp_path / "gone.jsonl"])
    with pytest.raises(BadInput, match="no entry"):
        read_entries([lines(tmp_path / "bad.jsonl", "{")])
    with pytest.raises(BadInput, match="no thread"):
        read_threads([lines(tmp_path / "article.jsonl", {"id": "a", "title": "x", "text": "y"})])


def test_threads_are_taken_by_their_questions_answered_or_not(tmp_path: Path) -> None:
    answers = [
        {"created": "2025-05-03", "author": "h", "text": "See https://help.example.org/en-US/questions/11#answer-3"},
        {"created": "2025-05-02", "author": "h", "text": "https://help.example.org/questions/11 and /questions/12"},
        {"created": "2025-05-02", "author": "u", "text": "I found https://help.example.org/questions/13"},
    ]
    asked = {"created": "2025-05-01", "author": "u", "title": "Dark", "text": "No light"}
    path = lines(
        tmp_path / "threads.jsonl",
        {"id": "10", **asked, "answers": answers},
        {"id": "9", **asked, "answers": []},
        {"id": "8", "question": "Why?", "text": "Because.", "created_at": "2025-05-01"},
    )
    found = read_threads([path]).by_id
    assert list(found) == ["10", "9", "8"]
    assert {entry.text for entry in found.values()} == {""}
    assert found["10"].created_at == datetime(2025, 5, 1, tzinfo=UTC)
    linked = {key: when for key, when in found["10"].meta.items() if key.startswith("linked:")}
    assert linked == {"linked:11": "2025-05-02T00:00:00+00:00"}
