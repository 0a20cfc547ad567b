"""How likely the top source answers the post: a small logistic model over what the ranking saw."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from knowledge import calibration
from knowledge.bm25 import BM25, words
from knowledge.pools import Pools
from knowledge.ranking import Ranked, Votes


@dataclass(frozen=True)
class UsageSignals:
    """What is known of the top usage entry, 0 to 1 each (a cosine may be negative).

    `cosine` of its best passage; `margin` of its fused score over the second; `support`: its share of the votes times
    the fourth power of the cosine of the nearest voter's question, so that many votes from far away count little;
    `coverage` of the post's words by the entry.
    """

    cosine: float
    margin: float
    support: float
    coverage: float


@dataclass(frozen=True)
class AnswerSignals:
    """What is known of a past answer: the cosine of its `question`, the `mean` of that and the cosine of title with
    answer, and the `coverage` of the post's words by both."""

    question: float
    mean: float
    coverage: float


def usage_signals(pools: Pools, ranked: list[Ranked], votes: Votes, post: str) -> UsageSignals | None:
    """The signals of the first of a ranking, None of an empty one."""
    if not ranked:
        return None
    top = ranked[0]
    return UsageSignals(
        cosine=top.cosine,
        margin=top.fused - ranked[1].fused if len(ranked) > 1 else 0.0,
        support=top.share * votes.nearest**4,
        coverage=coverage(post, top.slot, pools.usage.bm25),
    )


def answer_signals(pools: Pools, item: Ranked, post: str) -> AnswerSignals:
    """The signals of one answer of a ranking."""
    return AnswerSignals(
        question=item.question_cosine if item.question_cosine is not None else item.cosine,
        mean=item.cosine,
        coverage=coverage(post, item.slot, pools.answers.bm25),
    )


def usage_confidence(signals: UsageSignals | None) -> float:
    """The probability that the first usage entries hold the answer; 0 where there is none."""
    return logistic(astuple(signals), calibration.USAGE) if signals else 0.0


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
    return 1 / (1 + math.exp(-(weights[0] + sum(w * v for w, v in zip(weights[1:], values, strict=True)))))
