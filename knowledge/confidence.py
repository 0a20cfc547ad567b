"""How likely the top source answers the post: small logistic models over what the ranking saw."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from knowledge import calibration
from knowledge.bm25 import BM25, words
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.ranking import Ranked
from knowledge.signals import Signals

#: How many of the first entries the confidence speaks of.
TOP = 3
#: What tells how likely the first entries are right in this library's world.
RIGHT = ("chance", "first", "cosine", "evidence", "nearest", "homeless", "missed", "coverage")
#: What tells whether the post is of that world. `likeness` is the cosine of the nearest of all, passage or question.
FAMILIAR = ("likeness", "evidence", "coverage", "past", "typical")
#: However strange a post looks, so much of the confidence stays: it may be of this world all the same.
LEFT = 0.05


@dataclass(frozen=True)
class UsageSignals:
    """What is known of the first usage entries, and of the post's place in the library.

    `chance` is the log odds that the ranking itself gives the first TOP among its candidates, `first` those of the
    first alone; `cosine` that of the first's best passage; `evidence` its log evidence; `nearest` the cosine of the
    nearest past question that was answered with any entry; `homeless` the share of the votes for entries that are not
    here, `missed` that share times `nearest`: votes go astray in earnest where a past question is near; `coverage` the
    part of the post's words that the first holds; `past` and `typical` what `familiarity` gives.
    """

    chance: float
    first: float
    cosine: float
    evidence: float
    nearest: float
    homeless: float
    missed: float
    coverage: float
    past: float
    typical: float


@dataclass(frozen=True)
class AnswerSignals:
    """What is known of a past answer: the cosine of its `question`, the `mean` of that and the cosine of title with
    answer, and the `coverage` of the post's words by both."""

    question: float
    mean: float
    coverage: float


def usage_signals(pools: Pools, ranked: list[Ranked], seen: Signals | None, post: str) -> UsageSignals | None:
    """The signals of the first of a ranking, None of an empty one."""
    if not ranked or seen is None:
        return None
    top = ranked[0]
    row = int(seen.slots.searchsorted(top.slot))  # slots rise
    return UsageSignals(
        chance=log_odds(sum(item.fused for item in ranked[:TOP])),
        first=log_odds(top.fused),
        cosine=top.cosine,
        evidence=float(seen.column("plain_evidence")[row]),
        nearest=seen.nearest,
        homeless=seen.homeless,
        missed=seen.homeless * seen.nearest,
        coverage=coverage(post, top.slot, pools.usage.bm25),
        past=seen.past,
        typical=seen.typical,
    )


def answer_signals(pools: Pools, item: Ranked, post: str) -> AnswerSignals:
    """The signals of one answer of a ranking."""
    return AnswerSignals(
        question=item.question_cosine if item.question_cosine is not None else item.cosine,
        mean=item.cosine,
        coverage=coverage(post, item.slot, pools.answers.bm25),
    )


def usage_confidence(signals: UsageSignals | None, model: RankingModel | None = None) -> float:
    """The probability that the right entry is among the first TOP: that it is if the post is of the library's world,
    times that it is of that world; 0 where there is no entry."""
    if signals is None:
        return 0.0
    model = model or RankingModel.default()
    right = logistic(right_signals(signals), _ordered(model.confidence, RIGHT))
    familiar = logistic(familiar_signals(signals), _ordered(model.familiar, FAMILIAR))
    return right * (LEFT + (1 - LEFT) * familiar)


def right_signals(signals: UsageSignals) -> tuple[float, ...]:
    """In the order of RIGHT."""
    return tuple(getattr(signals, name) for name in RIGHT)


def familiar_signals(signals: UsageSignals) -> tuple[float, ...]:
    """What tells a post of this library's world from one of another, in the order of FAMILIAR. A team learns anew how
    often its entries are right, but has no posts of other worlds to learn from: these weights stay as they ship."""
    likeness = max(signals.cosine, signals.nearest)
    return likeness, signals.evidence, signals.coverage, signals.past, signals.typical


def _ordered(weights: dict[str, float], names: tuple[str, ...]) -> tuple[float, ...]:
    return weights["intercept"], *(weights.get(name, 0.0) for name in names)


def answer_confidence(signals: AnswerSignals) -> float:
    """The probability that a past answer answers this post too."""
    return logistic(astuple(signals), calibration.ANSWER)


def coverage(post: str, slot: int, texts: BM25) -> float:
    """The part of the post's content words that a document holds, each word weighted by its idf: 0 to 1.

    A word that the library has never seen weighs most, so a post of another world is hardly covered by anything.
    """
    asked = {word: texts.idf(word) for word in words(post)}
    whole = sum(asked.values())
    if not whole:
        return 0.0
    return sum(asked[word] for word in texts.terms(slot) if word in asked) / whole


def logistic(values: tuple[float, ...], weights: tuple[float, ...]) -> float:
    """`weights`: the intercept, then one for each value."""
    total = weights[0] + sum(w * v for w, v in zip(weights[1:], values, strict=True))
    return 1 / (1 + math.exp(-min(max(total, -50.0), 50.0)))


def log_odds(probability: float) -> float:
    """The log of p over 1 - p, held within those of a millionth and a millionth less than 1."""
    held = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))
