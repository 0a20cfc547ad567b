"""Reading and sampling the posts of a rehearsal."""

from __future__ import annotations

import gzip
import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rehearsal.posts import read_posts, spread, take
from knowledge.errors import BadInput

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def write(path: Path, *records: dict[str, Any] | str) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def thread(key: str, created: str = "2025-03-01 10:00:00 +0000", **changed: Any) -> dict[str, Any]:
    return {"id": key, "created": created, "product": "mail", "title": "A title", "text": "A text", **changed}


def test_a_thread_is_read_with_its_time_product_and_answers_of_others(tmp_path: Path) -> None:
    answers = [
        {"created": "2025-03-03", "author": "b", "text": "Second answer"},
        {"created": "2025-03-02", "author": "a", "by_asker": True, "text": "Anybody?"},
        {"created": "2025-03-02", "author": "asker", "text": "Still there"},
        {"created": "2025-03-02", "author": "c", "text": "First answer, write to me@example.org"},
    ]
    posts, errors = read_posts(
        write(tmp_path / "t.jsonl", thread("1", author="asker", answers=answers, topic="secret topic")), NOW
    )
    assert errors == []
    assert posts[0].created == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert (posts[0].title, posts[0].text, posts[0].product) == ("A title", "A text", "mail")
    assert posts[0].answers == ("First answer, write to [email]", "Second answer")
    assert "secret topic" not in str(posts[0])


def test_our_own_form_has_no_date_and_is_taken_as_written_now(tmp_path: Path) -> None:
    posts, _ = read_posts(
        write(tmp_path / "p.jsonl", {"id": "p-1", "author": {"name": "X"}, "text": "Help", "expect": "advise"}), NOW
    )
    assert (posts[0].created, posts[0].title, posts[0].answers) == (NOW, "", ())


def test_private_details_are_masked_at_once(tmp_path: Path) -> None:
    posts, _ = read_posts(write(tmp_path / "p.jsonl", thread("1", title="I am me@example.org", text="me@example.org")))
    assert "me@example.org" not in str(posts[0])


def test_a_gzipped_export_is_read_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write("\n".join(json.dumps(thread(str(n), f"2025-03-0{4 - n}")) for n in (1, 2, 3)))
    posts, _ = read_posts(path)
    assert [post.id for post in posts] == ["3", "2", "1"]


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.jsonl",
        "{broken",
        thread("1"),
        {"id": "2", "text": "", "title": ""},
        {"text": "no id"},
        thread("3", created="yesterday"),
        thread("1", text="the same id"),
        thread("4", answers="none"),
        "[1]",
        thread("5"),
    )
    posts, errors = read_posts(path)
    assert [post.id for post in posts] == ["1", "5"]
    assert [error.split(": ")[0] for error in errors] == [f"{path}:{line}" for line in (1, 3, 4, 5, 6, 7, 8)]


def test_only_the_period_is_taken_without_its_last_day(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", *(thread(str(day), f"2025-03-{day:02}") for day in range(1, 11)))
    taken = take(path, datetime(2025, 3, 3, tzinfo=UTC), datetime(2025, 3, 7, tzinfo=UTC), None)
    assert [post.id for post in taken.posts] == ["3", "4", "5", "6"]
    assert taken.in_period == 4


@pytest.mark.parametrize(
    ("since", "limit", "said"),
    [(datetime(2026, 1, 1, tzinfo=UTC), None, "no post of that time"), (None, 0, "--limit is 0")],
)
def test_nothing_to_rehearse_is_said(tmp_path: Path, since: datetime | None, limit: int | None, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        take(write(tmp_path / "t.jsonl", thread("1")), since, None, limit)
    assert caught.value.hint


def test_a_missing_file_and_one_without_posts_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        take(tmp_path / "none.jsonl", None, None, None)
    with pytest.raises(BadInput, match="no post that can be read"):
        take(write(tmp_path / "t.jsonl", "{"), None, None, None)


@given(st.integers(0, 500), st.integers(1, 100))
def test_a_sample_is_in_order_without_doubles_and_even(size: int, limit: int) -> None:
    sample = spread(range(size), limit)
    assert len(sample) == min(size, limit)
    assert sample == sorted(set(sample))
    assert sample == spread(range(size), limit)
    gaps = [b - a for a, b in itertools.pairwise(sample)]
    assert not gaps or max(gaps) - min(gaps) <= 1
