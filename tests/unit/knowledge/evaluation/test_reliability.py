"""Curves, calibration and AUROC against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.evaluation.reliability import (
    area,
    at_coverage,
    at_risk,
    auroc,
    reliability,
    risk_coverage,
    separation,
)

SURE = np.array([0.9, 0.8, 0.6, 0.3])
RIGHT = np.array([True, False, True, False])


def test_the_curve_goes_from_the_surest_to_all() -> None:
    curve = risk_coverage(SURE, RIGHT)
    assert [(p.threshold, p.coverage, p.risk) for p in curve] == [
        (0.9, 0.25, 0.0),
        (0.8, 0.5, 0.5),
        (0.6, 0.75, pytest.approx(1 / 3)),
        (0.3, 1.0, 0.5),
    ]
    assert area(curve) == pytest.approx((0 + 0.5 + 1 / 3 + 0.5) / 4)


def test_equal_confidences_are_answered_together() -> None:
    curve = risk_coverage(np.array([0.5, 0.5, 0.5, 0.1]), RIGHT)
    assert [(p.coverage, p.risk) for p in curve] == [(0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert risk_coverage(np.zeros(0), np.zeros(0, dtype=bool)) == []


def test_a_threshold_is_read_off_the_curve() -> None:
    curve = risk_coverage(SURE, RIGHT)
    best = at_risk(curve, 0.4)
    assert best is not None
    assert best.threshold == 0.6
    assert at_risk(risk_coverage(SURE, ~RIGHT), 0.1) is None
    assert at_coverage(curve, 0.3).threshold == 0.8
    assert at_coverage(curve, 1.0).threshold == 0.3


def test_brier_and_base_rate() -> None:
    found = reliability(SURE, RIGHT)
    assert found.brier == pytest.approx((0.1**2 + 0.8**2 + 0.4**2 + 0.3**2) / 4)
    assert found.brier_base == 0.25
    assert (found.accuracy, found.confidence) == (0.5, pytest.approx(0.65))


def test_bins_hold_equally_many_and_the_error_is_their_mean_distance() -> None:
    sure = np.array([0.1] * 10 + [0.3] * 10 + [0.5] * 10 + [0.7] * 10 + [0.9] * 10)
    right = np.concatenate([np.arange(10) < n for n in (1, 3, 5, 7, 5)])
    found = reliability(sure, right)
    assert [part.n for part in found.bins] == [10] * 5
    assert [part.accuracy for part in found.bins] == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.5])
    assert found.error == pytest.approx(0.4 / 5)


def test_a_true_confidence_has_slope_one_and_a_boastful_one_less() -> None:
    chance = np.random.default_rng(0)
    truth = chance.uniform(0.05, 0.95, size=20_000)
    right = chance.random(20_000) < truth
    honest = reliability(truth, right)
    assert honest.slope == pytest.approx(1, abs=0.05)
    assert honest.intercept == pytest.approx(0, abs=0.05)
    logit = np.log(truth / (1 - truth))
    assert reliability(1 / (1 + np.exp(-2 * logit)), right).slope == pytest.approx(0.5, abs=0.03)


def test_no_slope_where_all_are_right_or_equally_sure() -> None:
    assert reliability(SURE, np.ones(4, dtype=bool)).slope is None
    assert reliability(np.full(4, 0.5), RIGHT).slope is None
    assert reliability(np.array([0.0, 1.0]), np.array([False, True])).brier == 0
    with pytest.raises(ValueError, match="no confidence"):
        reliability(np.zeros(0), np.zeros(0, dtype=bool))


def test_auroc_counts_pairs_and_ties_by_half() -> None:
    found = auroc(np.array([3.0, 2.0]), np.array([2.0, 1.0]))
    assert found is not None
    assert found.value == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert auroc(np.zeros(0), np.ones(3)) is None


def test_separations_are_compared_in_pairs_and_reproducible() -> None:
    chance = np.random.default_rng(1)
    higher, lower = chance.normal(1, 1, 100), chance.normal(0, 1, 100)
    found = separation({"ours": (higher, lower), "other": (np.zeros(100), np.zeros(100))}, seed=7)
    assert found["other"].value == 0.5
    assert found["difference"].value == pytest.approx(found["ours"].value - 0.5)
    assert found["difference"].low > 0
    assert found == separation({"ours": (higher, lower), "other": (np.zeros(100), np.zeros(100))}, seed=7)
