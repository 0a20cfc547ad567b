from __future__ import annotations

import numpy as np
import pytest

from knowledge.index import VectorIndex, highest

BASIS = np.eye(4, dtype=np.float32)


def test_an_id_that_is_added_again_is_replaced() -> None:
    index = VectorIndex(4)
    index.add(np.array([7, 9]), BASIS[:2])
    index.add(np.array([7]), BASIS[2:3])
    assert len(index) == 2
    assert index.search(BASIS[0], 5)[1].max() == 0
    assert index.search(BASIS[2], 1)[0].tolist() == [7]


def test_what_was_removed_is_not_found() -> None:
    index = VectorIndex(4)
    index.add(np.array([1, 2, 3]), BASIS[:3])
    index.remove(np.array([2, 99]))
    assert sorted(index.search(BASIS[1], 5)[0].tolist()) == [1, 3]


def test_a_filter_looks_at_what_is_allowed_only() -> None:
    index = VectorIndex(4)
    index.add(np.array([0, 1, 17]), BASIS[:3])
    allowed = np.zeros(18, dtype=bool)
    allowed[17] = True
    ids, scores = index.search(BASIS[0], 3, allowed)
    assert (ids.tolist(), scores.tolist()) == ([17], [0.0])
    assert index.search(BASIS[0], 3, np.zeros(18, dtype=bool))[0].tolist() == []


def test_an_empty_index_finds_nothing() -> None:
    assert VectorIndex(4).search(BASIS[0], 3)[0].tolist() == []


@pytest.mark.parametrize("count", [0, 1, 5, 40, 100])
def test_the_highest_are_found_with_the_first_of_equal_ones(count: int) -> None:
    values = np.random.default_rng(3).integers(0, 9, 40).astype(np.float32)
    assert highest(values, count).tolist() == np.argsort(-values, kind="stable")[:count].tolist()
