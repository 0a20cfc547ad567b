"""Which past thread a helper would point at: the question that is most alike, recent, and pointed at before.

Helpers point at threads of the last days (one fault, many askers), and at the same few threads again and again. So to
the likeness of the questions come the age of a thread, how often and how lately it was pointed at, and whether those
who were pointed there had asked something like this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from knowledge.index import Floats
from knowledge.pointers import pointers_of
from knowledge.pools import AnswerPool
from knowledge.results import Query

Signals = npt.NDArray[np.float64]

#: How many threads of each kind are looked at: the nearest, the best by words, the best by pointers.
NEAREST, BY_WORDS, POINTED = 100, 50, 100
#: Days after which a pointer counts a third in "lately".
FADING = 30.0
_DAY = 86_400.0

#: The signals, in the order of their weights.
SIGNALS = (
    "cosine",  # of the questions
    "behind",  # that cosine less the best one
    "words",  # BM25 over the best of the candidates
    "nearest pointer",  # the cosine of the nearest question whose helper pointed there
    "pointers",  # their cosines to the eighth power, added up, as the eighth root
    "share",  # of those sums over all threads
    "lately",  # log(1 + pointers, each less by a third for FADING days)
    "often",  # log(1 + pointers)
    "age",  # log(1 + days)
)
#: Of a logistic regression on 728 posts of 2023 and 2024 whose helper pointed at a thread (`python -m
#: bench.thread_weights`); bench/RESULTS.md has what they reach later.
WEIGHTS: tuple[float, ...] = (0.212, 7.163, 3.745, 1.946, 0.847, 5.693, 0.353, 0.884, -0.841)


@dataclass(frozen=True)
class RankedThread:
    """A past thread and its score: a log odds but for a constant, comparable within one query."""

    slot: int
    score: float


def rank_threads(
    pool: AnswerPool, query: Query, vector: Floats, words: str, weights: tuple[float, ...] = WEIGHTS
) -> list[RankedThread]:
    """Past threads, best first: those of SIGNALS that were candidates by likeness, words or pointers."""
    slots, signals = thread_signals(pool, query, vector, words)
    scores = signals @ np.array(weights)
    order = sorted(range(len(slots)), key=lambda row: (-scores[row], -slots[row]))
    return [RankedThread(int(slots[row]), float(scores[row])) for row in order]


def thread_signals(pool: AnswerPool, query: Query, vector: Floats, words: str) -> tuple[npt.NDArray[np.int64], Signals]:
    """The slots of the candidates and their SIGNALS, one row each."""
    allowed = pool.allowed(query)
    size = len(allowed)
    if not size or not allowed.any():
        return np.zeros(0, dtype=np.int64), np.zeros((0, len(SIGNALS)))
    lexical = np.where(allowed, pool.bm25.scores(words, size), 0.0)
    sources, targets, when = pointers_of(pool).before(pool, query.as_of)
    kept = allowed[targets] & allowed[sources]
    sources, targets, when = sources[kept], targets[kept], when[kept]
    now = (query.as_of or datetime.now(UTC)).timestamp()

    nearest, _ = pool.questions.search(vector, NEAREST, allowed)
    pointed = np.unique(targets)
    needed = np.zeros(size, dtype=bool)
    needed[nearest] = needed[sources] = needed[pointed] = True
    by_words = np.argsort(-lexical, kind="stable")[:BY_WORDS]
    by_words = by_words[lexical[by_words] > 0]
    needed[by_words] = True
    found, values = pool.questions.search(vector, int(needed.sum()), needed)
    cosine = np.zeros(size)
    cosine[found] = values

    like = np.clip(cosine[sources], 0, 1)
    closest, votes, often, lately = (np.zeros(size) for _ in range(4))
    np.maximum.at(closest, targets, like)
    np.add.at(votes, targets, like**8)
    np.add.at(often, targets, 1.0)
    np.add.at(lately, targets, np.exp(-np.maximum(0, now - when) / (FADING * _DAY)))
    best_pointed = [*_best(votes, pointed, POINTED // 2), *_best(lately, pointed, POINTED // 2)]
    slots = np.unique(np.array([*nearest, *by_words, *best_pointed], dtype=np.int64))

    asked = np.array([_created(pool, int(slot), now) for slot in slots])
    columns = (
        cosine[slots],
        cosine[slots] - cosine[slots].max(),
        lexical[slots] / max(float(lexical[slots].max()), 1e-9),
        closest[slots],
        votes[slots] ** 0.125,
        votes[slots] / max(float(votes.sum()), 1e-9),
        np.log1p(lately[slots]),
        np.log1p(often[slots]),
        np.log1p(np.maximum(0, now - asked) / _DAY),
    )
    return slots, np.stack(columns, axis=1)


def _best(values: npt.NDArray[np.float64], slots: npt.NDArray[np.int64], count: int) -> list[int]:
    return [int(slot) for slot in slots[np.argsort(-values[slots], kind="stable")[:count]]]


def _created(pool: AnswerPool, slot: int, now: float) -> float:
    created = pool.entry(slot).created_at
    return created.timestamp() if created else now
