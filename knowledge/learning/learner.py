"""From the past posts of a library to a ranking model; every signal is as of the post's own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from knowledge.confidence import RIGHT, TOP, UsageSignals, right_signals, usage_signals
from knowledge.index import Floats
from knowledge.learning.examples import Example, PastPost, example, link_shares, live_passages, past_posts
from knowledge.learning.fitting import Truth, fit_logistic, fit_weights, recalibrate, temper
from knowledge.learning.metric import learn_metric
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.ranking import ranked
from knowledge.signals import Numbers

#: Fewer past posts than this teach nothing that the shipped model does not know better.
LEAST = 100
#: No more past posts are learned from, the newest: enough for a dozen weights, and minutes at most.
MOST = 4_000
#: The first part of the past only gives votes; the rest is learned from in so many steps, each with a metric that was
#: learned on what was before it.
BEFORE, STEPS = 0.25, 3
#: What a search for a post without its entry counts beside one with it, in fitting the confidence.
TAKEN_OUT = 0.3
#: How firmly the confidence is held to the shipped one: as firmly as by so many past posts.
HOLD = 10.0
#: What is fitted on the past is too sure of the months that follow: on three half-years that the fit had not seen (2024
#: twice, 2025 once, `goodword evaluate abstention`) the reliability slope was .78, .79 and .90; this is their mean.
SHARPNESS = 0.82


def fit(pools: Pools, until: datetime | None = None, *, encoder_id: str = "") -> RankingModel:
    """A model learned from the answers that cite entries and were written before `until` (None: all).

    With fewer than LEAST such answers it is the shipped one. `encoder_id` is noted where a metric was learned.
    """
    default = RankingModel.default()
    past = past_posts(pools, until)[-MOST:]
    if len(past) < LEAST:
        return default
    found, without = [], []
    for model, chunk in _chunks(pools, past, default):
        found += [one for post in chunk if (one := example(pools, post, model))]
        without += [one for post in chunk if (one := example(pools, post, model, without=True))]
    weights = fit_weights(found)
    end = until or datetime.now(UTC)
    period = f"{past[0].asked:%Y-%m-%d} to {past[-1].asked:%Y-%m-%d}"
    model = default.model_copy(
        update={
            "fitted_on": f"{len(past)} past posts of this library, {period}",
            "fitted_at": end.isoformat(timespec="seconds"),
            "weights": weights,
        }
    )
    model = model.model_copy(update={"confidence": fit_confidence(pools, model, found, without)})
    return model.with_metric(metric_before(pools, end, default), encoder_id)


def metric_before(pools: Pools, until: datetime, model: RankingModel) -> Floats | None:
    """A metric from all links written before a moment, None where there are too few."""
    questions, pairs, shares = link_shares(pools, until)
    passages, owners = live_passages(pools)
    return learn_metric(questions, pairs, shares, passages, owners, model.kernel)


def fit_confidence(
    pools: Pools, model: RankingModel, found: Sequence[Example], without: Sequence[Example]
) -> dict[str, float]:
    """Weights of the confidence: fitted on posts with their entries and without, calibrated on those with."""
    names = ("intercept", *RIGHT)
    reads, right = confidence_rows(pools, model, found)
    away, _ = confidence_rows(pools, model, without)
    values, apart = right_rows(reads), right_rows(away)
    near = np.array([model.confidence.get(name, 0.0) for name in names])
    weights = fit_logistic(
        np.concatenate([values, apart]),
        np.concatenate([right, np.zeros(len(apart), dtype=bool)]),
        np.concatenate([np.ones(len(values)), np.full(len(apart), TAKEN_OUT)]),
        near,
        HOLD,
    )
    half = (
        len(values) // 2
    )  # the later half: by then there was more to find the right entry by, as there is from now on
    weights = temper(recalibrate(weights, values[half:], right[half:]), values[half:], SHARPNESS)
    return {name: round(float(value), 5) for name, value in zip(names, weights, strict=True)}


def confidence_rows(pools: Pools, model: RankingModel, found: Sequence[Example]) -> tuple[list[UsageSignals], Truth]:
    """What the confidence reads of each search, and whether a right entry was among the first TOP."""
    rows, right = [], []
    for one in found:
        items = ranked(one.seen, model)
        read = usage_signals(pools, items, one.seen, one.post.text)
        if read is not None:
            rows.append(read)
            right.append(any(item.slot in one.post.right for item in items[:TOP]))
    return rows, np.array(right, dtype=bool)


def right_rows(reads: Sequence[UsageSignals]) -> Numbers:
    """What the confidence that the first entries are right is fitted on (n, len(RIGHT))."""
    return np.array([right_signals(read) for read in reads], dtype=np.float64).reshape(-1, len(RIGHT))


def _chunks(pools: Pools, past: list[PastPost], default: RankingModel) -> list[tuple[RankingModel, list[PastPost]]]:
    rest = past[int(BEFORE * len(past)) :]
    bounds = [round(step * len(rest) / STEPS) for step in range(STEPS + 1)]
    chunks = [rest[low:high] for low, high in pairwise(bounds)]
    return [
        (default.with_metric(metric_before(pools, chunk[0].asked, default), "learning"), chunk)
        for chunk in chunks
        if chunk
    ]
