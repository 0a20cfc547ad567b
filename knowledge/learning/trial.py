"""Whether a newly learned model is better than the current one, judged on the latest past posts, which it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from knowledge.confidence import TOP, usage_confidence, usage_signals
from knowledge.learning.examples import PastPost, example, past_posts
from knowledge.learning.learner import LEAST, fit
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.ranking import ranked
from knowledge.signals import Numbers

#: This part of the past posts, the latest, is held back; no fewer than FEWEST, no more than MOST.
HELD_BACK, FEWEST, MOST = 0.2, 40, 500
#: The new model is taken if at least this part of the resampled differences is in its favour (the paired bootstrap of
#: Efron and Tibshirani 1993).
SURE_ENOUGH = 0.9
SAMPLES, BINS = 2_000, 5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Score:
    """How a model did on the held-back posts: the entry that was cited among the first ones, and what its confidence
    was worth (Brier score; expected calibration error over five bins of equal size)."""

    hit_1: float
    hit_3: float
    mrr_10: float
    brier: float
    ece: float


@dataclass(frozen=True)
class Trial:
    """`model` is the new one, fitted on everything, or None where the current one stays; `why` says it in words.

    `before` and `after` are of `held_back` posts, None where there was too little to learn from; `against` names the
    model that the new one was compared with.
    """

    model: RankingModel | None
    why: str
    past: int
    held_back: int = 0
    against: str = ""
    before: Score | None = None
    after: Score | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self) | {
            "model": self.model.model_dump(exclude={"metric_data"}) if self.model else None,
            "accepted": self.model is not None,
        }


def learn(pools: Pools, current: RankingModel, encoder_id: str = "", say: Say = lambda _: None) -> Trial:
    """Fit a model on all but the latest past posts, compare it there with the current one, and if it is better fit it
    once more on all."""
    past = past_posts(pools)
    count = held_back(len(past))
    if len(past) - count < LEAST:
        return Trial(
            None,
            f"too little to learn from: {len(past)} past answers of people cite an entry, {LEAST + FEWEST} are needed",
            len(past),
        )
    held = past[-count:]
    against, named = _compared(current, held[0].asked)
    say(f"learning from {len(past) - count} past posts")
    new = fit(pools, held[0].asked, encoder_id=encoder_id)
    say(f"comparing on the {count} latest")
    before, after = judge(pools, against, held), judge(pools, new, held)
    better, why = is_better(before, after)
    if better:
        say("learning from all of them")
    scores = score(before), score(after)
    return Trial(fit(pools, encoder_id=encoder_id) if better else None, why, len(past), count, named, *scores)


def held_back(past: int) -> int:
    """How many of so many past posts are held back."""
    return min(MOST, max(FEWEST, round(HELD_BACK * past)))


def _compared(current: RankingModel, border: datetime) -> tuple[RankingModel, str]:
    """What the new model is held against: one that saw held-back posts while it was fitted would have it too easy."""
    default = RankingModel.default()
    if current == default:
        return default, "the model that ships"
    if current.fitted_at and datetime.fromisoformat(current.fitted_at) > border:
        return default, "the model that ships (the current one has learned from posts that are held back here)"
    return current, "the current model"


def judge(pools: Pools, model: RankingModel, held: Sequence[PastPost]) -> Numbers:
    """For each post the rank of the first right entry (infinite where none was found), the confidence, and whether one
    is among the first TOP: (n, 3)."""
    rows = []
    for post in held:
        seen = example(pools, post, model)
        if seen is None:
            rows.append((np.inf, 0.0, 0.0))
            continue
        items = ranked(seen.seen, model)
        place = next((rank for rank, item in enumerate(items, 1) if item.slot in post.right), np.inf)
        sure = usage_confidence(usage_signals(pools, items, seen.seen, post.text), model)
        rows.append((place, sure, float(place <= TOP)))
    return np.array(rows, dtype=np.float64)


def _reciprocal(judged: Numbers) -> Numbers:
    found: Numbers = np.where(judged[:, 0] <= 10, 1 / judged[:, 0], 0.0)
    return found


def score(judged: Numbers) -> Score:
    """The figures of what was judged."""
    place, sure, right = judged.T
    parts = [part for part in np.array_split(np.argsort(sure, kind="stable"), BINS) if len(part)]
    ece = sum(len(part) * abs(float(sure[part].mean() - right[part].mean())) for part in parts) / len(sure)
    hits = float(np.mean(place <= 1)), float(np.mean(place <= TOP))
    return Score(*hits, float(_reciprocal(judged).mean()), float(np.mean((sure - right) ** 2)), ece)


def is_better(before: Numbers, after: Numbers) -> tuple[bool, str]:
    """Whether the new model ranks better, or as well and knows better when it is right."""
    ranks = _reciprocal(after) - _reciprocal(before)
    errors = (before[:, 1] - before[:, 2]) ** 2 - (after[:, 1] - after[:, 2]) ** 2
    ranking, knowing = _in_favour(ranks), _in_favour(errors)
    if ranking >= SURE_ENOUGH and knowing > 1 - SURE_ENOUGH:
        return True, f"it finds the right entry higher up: {ranking:.0%} sure of that by resampling"
    if float(ranks.mean()) >= 0 and knowing >= SURE_ENOUGH:
        return True, f"it ranks no worse and knows better when it is right: {knowing:.0%} sure of that by resampling"
    if ranking >= SURE_ENOUGH:
        return False, "it ranks better, but knows less well when it is right"
    return False, f"it is not clearly better on the latest posts (only {ranking:.0%} sure by resampling)"


def _in_favour(differences: Numbers) -> float:
    """The part of the resampled means that is above zero."""
    chance = np.random.default_rng(0)
    picks = chance.integers(0, len(differences), (SAMPLES, len(differences)))
    return float(np.mean(differences[picks].mean(axis=1) > 0))
