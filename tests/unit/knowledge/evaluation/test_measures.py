"""Measures against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from knowledge.evaluation.comparing import compare
from knowledge.evaluation.measures import MEASURES, Interval, by_query, differences, intervals


def one(run: list[str], right: dict[str, int]) -> dict[str, float]:
    return {name: float(values[0]) for name, values in by_query({"q": run}, {"q": right}).items()}


def test_the_first_is_right() -> None:
    assert one(["a", "b"], {"a": 1}) == dict.fromkeys(MEASURES, 1.0)


def test_the_second_and_the_fourth_are_right() -> None:
    found = one(["x", "a", "y", "b"], {"a": 1, "b": 1})
    assert (found["hit@1"], found["hit@3"], found["hit@10"], found["MRR@10"]) == (0, 1, 1, 0.5)
    assert found["MAP"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    ideal = 1 + 1 / math.log2(3)
    assert found["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


def test_grades_weigh_in_ndcg_alone() -> None:
    found = one(["a", "b"], {"a": 1, "b": 3})
    assert found["nDCG@10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert found["MAP"] == 1


def test_beyond_the_tenth_only_map_counts() -> None:
    found = one([*"bcdefghijk", "a"], {"a": 1})
    assert found["MAP"] == pytest.approx(1 / 11)
    assert {found[name] for name in MEASURES if name != "MAP"} == {0.0}


def test_what_is_not_ranked_counts_as_missed() -> None:
    assert one(["a"], {"a": 1, "b": 1})["MAP"] == pytest.approx(0.5)
    assert one([], {"a": 1}) == dict.fromkeys(MEASURES, 0.0)
    assert set(by_query({}, {"q": {"a": 1}})["MAP"]) == {0.0}


def test_order_alone_counts_so_that_no_tie_is_broken_by_a_name() -> None:
    # trec_eval sorts equal scores by id, backwards: were these ties, "z" would come first
    assert one(["a", "z"], {"a": 1})["hit@1"] == 1
    assert one(["z", "a"], {"a": 1})["hit@1"] == 0
    assert one(["a", "a", "z"], {"z": 1})["MRR@10"] == 0.5


def test_queries_without_a_judgement_do_not_count() -> None:
    values = by_query({"q1": ["a"], "q2": ["b"]}, {"q1": {"a": 1}})
    assert [len(row) for row in values.values()] == [1] * len(MEASURES)


def test_an_interval_holds_its_mean_and_narrows_with_more_queries() -> None:
    chance = np.random.default_rng(1)
    few, many = (chance.integers(0, 2, size=n).astype(float) for n in (50, 5000))
    wide, narrow = intervals({"m": few})["m"], intervals({"m": many})["m"]
    for found, values in ((wide, few), (narrow, many)):
        assert found.low <= found.value == values.mean() <= found.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5
    # the textbook's interval of a share, mean ± 1.96 s / √n, is what the bootstrap comes close to
    assert narrow.high - narrow.low == pytest.approx(2 * 1.96 * many.std() / math.sqrt(5000), rel=0.08)


def test_equal_seeds_give_equal_intervals_and_others_do_not() -> None:
    values = {"m": np.random.default_rng(2).random(40)}
    assert intervals(values, 3) == intervals(values, 3)
    assert intervals(values, 3) != intervals(values, 4)


def test_one_query_has_an_interval_without_width() -> None:
    assert intervals({"m": np.array([0.25])})["m"] == Interval(0.25, 0.25, 0.25)


def test_differences_are_paired() -> None:
    chance = np.random.default_rng(5)
    other = {"m": chance.random(200)}
    ours = {"m": other["m"] + 0.01}
    found = differences(ours, other)["m"]
    # each alone varies far more than a hundredth; query by query the difference is always the same
    assert (found.low, found.high) == pytest.approx((0.01, 0.01))


def test_a_comparison_names_ours_first_and_shows_ten_ids() -> None:
    ids = [f"e{n}" for n in range(20)]
    found = compare({"goodword": {"q": ids}, "bm25": {"q": ids[::-1]}}, {"q": {"e0": 1}})
    shown = found.as_json()
    assert shown["n"] == 1
    assert shown["systems"]["goodword"]["hit@1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert shown["systems"]["bm25"]["hit@10"]["value"] == 0
    assert shown["differences"]["bm25"]["hit@1"]["value"] == 1
    assert shown["runs"] == {"q": ids[:10]}
