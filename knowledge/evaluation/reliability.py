"""How far a confidence can be trusted: does it rank right before wrong, and does it mean what it says?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.evaluation.measures import RESAMPLES, Interval

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Bins of equal mass for the calibration error.
BINS = 5
#: Confidences of 0 and 1 have no logit: they are moved this far inside.
_EDGE = 1e-6


@dataclass(frozen=True)
class CurvePoint:
    """Answering only what is at least `threshold` sure: the share of queries answered, and the share of these wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True)
class Bin:
    """One fifth of the queries by confidence."""

    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Reliability:
    """Confidence against what was right.

    `slope` and `intercept` are of the logistic regression of right on the logit of the confidence (Cox 1958): 1 and 0
    are perfect, a slope below 1 means too sure of itself. `error` is the expected calibration error over BINS bins of
    equal mass. `brier_base` is the Brier score of always saying the accuracy. None: all were right, or all wrong.
    """

    n: int
    accuracy: float
    confidence: float
    slope: float | None
    intercept: float | None
    brier: float
    brier_base: float
    error: float
    bins: tuple[Bin, ...]


def risk_coverage(confidence: Values, right: Flags) -> list[CurvePoint]:
    """The curve from the highest threshold to the lowest, a point for each confidence that occurs (El-Yaniv and
    Wiener 2010). Equal confidences are answered together or not at all."""
    if not len(confidence):
        return []
    order = np.argsort(-confidence, kind="stable")
    sure, wrong = confidence[order], np.cumsum(~right[order])
    last = np.flatnonzero(np.append(sure[:-1] != sure[1:], True))
    return [
        CurvePoint(float(sure[row]), float((row + 1) / len(sure)), float(wrong[row] / (row + 1)))
        for row in last.tolist()
    ]


def area(curve: Sequence[CurvePoint]) -> float:
    """The area under the risk-coverage curve: the mean risk over all coverages, less is better."""
    steps = np.diff([0.0, *(point.coverage for point in curve)])
    return float(np.dot(steps, [point.risk for point in curve]))


def at_risk(curve: Sequence[CurvePoint], most: float) -> CurvePoint | None:
    """The point that answers most queries with a risk of at most `most`, or None where no threshold is as good."""
    return max((point for point in curve if point.risk <= most), key=lambda point: point.coverage, default=None)


def at_coverage(curve: Sequence[CurvePoint], least: float) -> CurvePoint:
    """The first point of the curve that answers at least this share of the queries."""
    return next((point for point in curve if point.coverage >= least - 1e-9), curve[-1])


def reliability(confidence: Values, right: Flags) -> Reliability:
    """Compare confidences (0 to 1) with what was right.

    Raises:
        ValueError: there is nothing to compare.
    """
    if not len(confidence):
        raise ValueError("no confidence to judge")
    accuracy = float(right.mean())
    parts = [part for part in np.array_split(np.argsort(confidence, kind="stable"), BINS) if len(part)]
    bins = tuple(Bin(len(part), float(confidence[part].mean()), float(right[part].mean())) for part in parts)
    slope, intercept = _logistic(confidence, right)
    return Reliability(
        n=len(confidence),
        accuracy=accuracy,
        confidence=float(confidence.mean()),
        slope=slope,
        intercept=intercept,
        brier=float(np.mean((confidence - right) ** 2)),
        brier_base=accuracy * (1 - accuracy),
        error=sum(part.n * abs(part.confidence - part.accuracy) for part in bins) / len(confidence),
        bins=bins,
    )


def auroc(higher: Values, lower: Values, seed: int = 0) -> Interval | None:
    """How often one of the first has more than one of the second (equal ones count half), with its 95 % bootstrap
    interval; None where either is empty. It is the area under the ROC curve (Hanley and McNeil 1982)."""
    if not len(higher) or not len(lower):
        return None
    return separation({"": (higher, lower)}, seed)[""]


def separation(pairs: dict[str, tuple[Values, Values]], seed: int = 0) -> dict[str, Interval]:
    """The AUROC of several scores of the same queries, and where there are two, "difference": the first less the
    second, in the same resamples (paired)."""
    sizes = {(len(higher), len(lower)) for higher, lower in pairs.values()}
    assert len(sizes) == 1, "scores of different queries"
    ((first, second),) = sizes
    chance = np.random.default_rng(seed)
    drawn = [(chance.integers(first, size=first), chance.integers(second, size=second)) for _ in range(RESAMPLES // 2)]
    values = {name: _area_under(*scores) for name, scores in pairs.items()}
    samples = {
        name: np.array([_area_under(higher[up], lower[down]) for up, down in drawn])
        for name, (higher, lower) in pairs.items()
    }
    if len(pairs) == 2:
        ours, other = pairs
        values["difference"] = values[ours] - values[other]
        samples["difference"] = samples[ours] - samples[other]
    return {
        name: Interval(value, *(float(end) for end in np.quantile(samples[name], (0.025, 0.975))))
        for name, value in values.items()
    }


def as_json(value: Reliability) -> dict[str, Any]:
    """For programs."""
    return {**vars(value), "bins": [vars(part) for part in value.bins]}


def _area_under(higher: Values, lower: Values) -> float:
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, side="left")
    equal = np.searchsorted(ordered, higher, side="right") - below
    return float((below + 0.5 * equal).mean() / len(lower))


def _logistic(confidence: Values, right: Flags) -> tuple[float | None, float | None]:
    if right.all() or not right.any() or np.ptp(confidence) == 0:
        return None, None
    from sklearn.linear_model import LogisticRegression

    inside = np.clip(confidence, _EDGE, 1 - _EDGE)
    logit = np.log(inside / (1 - inside)).reshape(-1, 1)
    model = LogisticRegression(C=1e6, max_iter=1000).fit(logit, right)  # so weak a penalty as to be none
    return float(model.coef_[0][0]), float(model.intercept_[0])
