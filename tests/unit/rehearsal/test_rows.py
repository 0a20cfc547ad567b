"""Rows and the file they are written to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.nlu.assistant import AssistantUnavailable
from bot.rehearsal import rows as rows_module
from bot.rehearsal.rows import ProposalsFile, Row

from . import samples


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_row_holds_all_that_was_promised() -> None:
    found = samples.row(1, answers=("Do that.",), ms=123.456).as_json()
    assert {"post_id", "kind", "reason", "text", "candidates", "sources", "confidence", "checks", "ms"} <= found.keys()
    assert (found["post_id"], found["kind"], found["reason"], found["ms"]) == ("p-1", "advise", "answered", 123.5)
    assert {"entry_id", "kind", "url", "title", "quote"} <= found["sources"][0].keys()
    assert {"name", "ok", "note"} <= found["checks"][0].keys()
    assert (found["actual"], found["outcome"], found["intent"]) == (["Do that."], "do a thing", "do")
    json.dumps(found)


def test_a_failed_post_is_a_row_that_says_why() -> None:
    found = Row.failed(samples.post(1), 5, AssistantUnavailable("Rasa is away")).as_json()
    assert (found["kind"], found["reason"], found["error"]) == ("error", "assistant_unavailable", "Rasa is away")
    assert found["text"] == ""
    assert found["sources"] == []


def test_of_a_foreign_error_only_its_kind_is_kept() -> None:
    found = Row.failed(samples.post(1), 5, ValueError("quotes me@example.org"))
    assert "example.org" not in json.dumps(found.as_json())
    assert found.as_json()["error"] == "ValueError"


def test_rows_stand_in_the_posts_order_whatever_order_they_come_in(tmp_path: Path) -> None:
    file = ProposalsFile(tmp_path / "proposals.jsonl", ["p-1", "p-2", "p-3"], every=0)
    for number in (3, 1):
        file.add(samples.row(number))
    file.write()
    assert [line["post_id"] for line in lines(tmp_path / "proposals.jsonl")] == ["p-1", "p-3"]


def test_the_file_is_readable_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle of writing: the old lines are still there, whole."""
    path = tmp_path / "proposals.jsonl"
    file = ProposalsFile(path, ["p-1", "p-2"], every=60)
    file.add(samples.row(1))
    file.add(samples.row(2))

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(rows_module.Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        file.write()
    assert [line["post_id"] for line in lines(path)] == ["p-1"]


def test_the_file_is_not_written_anew_for_each_row(tmp_path: Path) -> None:
    path = tmp_path / "proposals.jsonl"
    file = ProposalsFile(path, [f"p-{number}" for number in range(5)], every=60)
    for number in range(5):
        file.add(samples.row(number))
    assert len(lines(path)) == 1
    file.write()
    assert len(lines(path)) == 5


def test_line_separators_within_a_text_do_not_break_a_line(tmp_path: Path) -> None:
    path = tmp_path / "proposals.jsonl"
    file = ProposalsFile(path, ["p-1"])
    file.add(Row(samples.post(1, text="one\ntwo\u2028three"), 1, samples.proposal()))
    file.write()
    assert path.read_text(encoding="utf-8").count("\n") == 1
