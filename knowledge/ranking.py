"""From a post to usage entries, best first: the signals of each candidate, weighed by the ranking model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from knowledge.index import Floats
from knowledge.model import RankingModel
from knowledge.pools import Pools, UsagePool
from knowledge.questions import are_questions, likeness
from knowledge.results import Query
from knowledge.signals import NAMES, Numbers, Signals, signals
from knowledge.titles import title_words

#: How many answers a pool looks at more closely.
DEPTH = 200
#: So many imagined entries that have nothing to do with the post stand among the candidates: to be the best of three
#: says little about whether an entry is right.
STRANGERS = 20


@dataclass
class Ranked:
    """One entry of a pool as it was ranked. `fused` is 0 to 1, of a usage entry the probability among the candidates;
    `cosine` that of the best passage, or of the mean of question and pair; `voters` are past answers that agree."""

    slot: int
    fused: float
    cosine: float
    lexical: float
    voters: tuple[str, ...] = ()
    passage: int | None = None
    question_cosine: float | None = None  # of an answer


def rank_usage(
    pools: Pools, query: Query, vector: Floats, words: str, model: RankingModel | None = None
) -> tuple[list[Ranked], Signals | None]:
    """Usage entries, best first, and what was seen of them (None where nothing may be found).

    The score of an entry is the weighted sum of its signals; what is equal for all candidates decides nothing, so a
    library without past answers is ranked by what its entries say; if that is a library of questions, by these.
    `model`: None means the one that ships.
    """
    model = model or RankingModel.default()
    seen = signals(pools, query, vector, words, model)
    if seen is None:
        return [], None
    found = ranked(seen, model)
    if seen.nearest <= 0 and are_questions(pools.usage):
        found = _by_questions(pools.usage, found, vector, words)
    return found, seen


def ranked(seen: Signals, model: RankingModel) -> list[Ranked]:
    """The candidates of one query, best first."""
    weights = weights_of(model)
    chances = probabilities(seen.values @ weights, float(seen.stranger @ weights))
    order = np.lexsort((seen.slots, -chances))
    columns = (seen.slots, chances, seen.column("cosine"), seen.column("words"), seen.passage)
    return [
        Ranked(slot, fused, cosine, lexical, tuple(seen.voters.get(slot, ())), passage if passage >= 0 else None)
        for slot, fused, cosine, lexical, passage in zip(*(part[order].tolist() for part in columns), strict=True)
    ]


def _by_questions(usage: UsagePool, found: list[Ranked], vector: Floats, words: str) -> list[Ranked]:
    """The candidates in the order of their questions. How sure the first, the second … is stays as it was."""
    slots = np.array([item.slot for item in found], dtype=np.int64)
    lexical = usage.bm25.scores(words, len(usage.entries))[slots].astype(np.float64)
    like = likeness(usage, slots, vector, lexical, title_words(usage, slots, words))
    order = np.lexsort((slots, -like)).tolist()
    return [replace(found[row], fused=found[place].fused) for place, row in enumerate(order)]


def weights_of(model: RankingModel) -> Numbers:
    """The model's weights in the order of the signals; a signal that it does not know counts nothing."""
    return np.array([model.weights.get(name, 0.0) for name in NAMES], dtype=np.float64)


def probabilities(scores: Numbers, stranger: float) -> Numbers:
    """Scores of the candidates of one query as probabilities (the conditional logit of McFadden 1974), with STRANGERS
    imagined entries among them."""
    highest = max(float(scores.max()), stranger)
    raised = np.exp(scores - highest)
    found: Numbers = raised / (raised.sum() + STRANGERS * np.exp(stranger - highest))
    return found
