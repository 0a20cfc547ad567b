"""Grouping the posts that nothing answers."""

from __future__ import annotations

import numpy as np

from bot.rehearsal import gaps
from bot.rehearsal.rows import Row

from . import samples


def vectors(*angles: float) -> np.ndarray:
    return np.array([[np.cos(angle), np.sin(angle)] for angle in angles], dtype=np.float32)


def test_only_posts_without_a_source_are_gaps() -> None:
    rows = [samples.row(1), samples.held(2), samples.row(3, kind="hand_off", reason="safety")]
    assert [row.post.id for row in gaps.unanswered(rows)] == ["p-2"]


def test_like_posts_are_grouped_the_largest_group_first_and_each_post_is_in_one_place() -> None:
    rows = [samples.held(n) for n in range(7)]
    found, alone = gaps.group(rows, vectors(0, 1.5, 0.05, 1.55, 0.1, -1.6, 0.02))
    assert [sorted(row.post.id for row in gap.rows) for gap in found] == [["p-0", "p-2", "p-4", "p-6"], ["p-1", "p-3"]]
    assert [row.post.id for row in alone] == ["p-5"]


def test_a_group_is_named_by_the_words_that_it_shares() -> None:
    def held(number: int, text: str) -> Row:
        return samples.held(number, title="", text=text)

    rows = [
        held(1, "rusty vice jaws"),
        held(2, "old rusty vice"),
        held(3, "the battery is old"),
        held(4, "old battery"),
    ]
    found, _ = gaps.group(rows, vectors(0, 0.1, 1.5, 1.6))
    assert {"rusty", "vice"} <= set(next(gap for gap in found if gap.rows[0].post.id in {"p-1", "p-2"}).words)
    assert all("jaws" not in gap.words or gap.rows[0].post.id in {"p-1", "p-2"} for gap in found)


def test_one_post_stands_alone_and_none_is_no_fault() -> None:
    assert gaps.group([samples.held(1)], vectors(0)) == ([], [samples.held(1)])
    assert gaps.group([], np.zeros((0, 2), dtype=np.float32)) == ([], [])
