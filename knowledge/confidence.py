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
    """What is known of the top usage entry. All between 0 and 1 but the cosines, which may be negative.

    `cosine` of its best passage; `best_cosine` of any passage; `margin` of its fused score over the second;
    `share` of the votes; `nearest` question of a voter (cosine); `coverage` of the post's words by the entry.
    """

    cosine: float
    best_cosine: float
    margin: float
    share: float
    nearest: float
    coverage: float


@dataclass(frozen=True)
class AnswerSignals:
    """What is known of the top past answer: cosine of its `question`, `mean` cosine of question and pair, `margin` over
    the second answer's fused score, `coverage` of the post's words by question and answer, whether it `agrees` with
    the top usage entry (cites it)."""

    question: float
    mean: float
    margin: float
    coverage: float
    agrees: float


def usage_signals(pools: Pools, ranked: list[Ranked], votes: Votes, post: str) -> UsageSignals | None:
    """The signals of the first of a ranking, None of an empty one."""
    if not ranked:
        return None
    top = ranked[0]
    return UsageSignals(
        cosine=top.cosine,
        best_cosine=max(item.cosine for item in ranked),
        margin=top.fused - ranked[1].fused if len(ranked) > 1 else 0.0,
        share=top.share,
        nearest=votes.nearest,
        coverage=coverage(post, top.slot, pools.usage.bm25),
    )


def answer_signals(pools: Pools, ranked: list[Ranked], usage: list[Ranked], post: str) -> AnswerSignals | None:
    """The signals of the first of a ranking, None of an empty one."""
    if not ranked:
        return None
    top = ranked[0]
    cited = {pools.usage.cited(name) for name in pools.answers.entry(top.slot).cites}
    return AnswerSignals(
        question=top.question_cosine if top.question_cosine is not None else top.cosine,
        mean=top.cosine,
        margin=top.fused - ranked[1].fused if len(ranked) > 1 else 0.0,
        coverage=coverage(post, top.slot, pools.answers.bm25),
        agrees=float(bool(usage) and usage[0].slot in cited),
    )


def usage_confidence(signals: UsageSignals | None) -> float:
    """The probability that the first usage entries hold the answer; 0 where there is none."""
    return _logistic(astuple(signals), calibration.USAGE) if signals else 0.0


def answer_confidence(signals: AnswerSignals | None) -> float:
    """The probability that the top past answer answers this post too; 0 where there is none."""
    return _logistic(astuple(signals), calibration.ANSWER) if signals else 0.0


def coverage(post: str, slot: int, texts: BM25) -> float:
    """The part of the post's content words that a document holds, each word weighted by its idf: 0 to 1.

    A word that the library has never seen weighs most, so a post of another world is hardly covered by anything.
    """
    asked = {word: texts.idf(word) for word in words(post)}
    whole = sum(asked.values())
    if not whole:
        return 0.0
    return sum(asked[word] for word in texts.terms(slot) if word in asked) / whole


def _logistic(values: tuple[float, ...], weights: tuple[float, ...]) -> float:
    """`weights`: the intercept, then one for each value."""
    return 1 / (1 + math.exp(-(weights[0] + sum(w * v for w, v in zip(weights[1:], values, strict=True)))))
