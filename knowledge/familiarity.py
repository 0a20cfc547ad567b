"""Whether a post is of the world that the past questions are of: how densely they lie around it.

What is dense depends on the library: on how much was asked there, how alike it is, and on the encoder. So the density
is measured in standard deviations from that of the past questions themselves, each among the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from knowledge.index import Floats, Ids
from knowledge.pools import AnswerPool
from knowledge.results import Query

Numbers = npt.NDArray[np.float64]

#: The density is the mean cosine of so many nearest past questions.
NEAREST = 20
#: With so many past questions the density counts half of what it counts with very many.
HALF = 100
#: The scale is taken from so many of the past questions, evenly spread in time, and taken anew whenever there are a
#: quarter more of them.
SAMPLE, GROWTH = 200, 1.25
#: A post is never more than so many deviations below or above.
LOWEST, HIGHEST = -4.0, 2.0
#: The least deviation: in a library of nearly equal questions every post would be far away.
NARROWEST = 0.03
#: From so many questions on they are searched instead of read: by then they may lie in the database.
LARGE = 300_000
_CHUNK = 8_192


@dataclass
class _Past:
    """The live answers, oldest question first: their slots and when they were written."""

    state: tuple[int, int]
    slots: Ids
    times: Numbers


@dataclass
class _Kept:
    """What was made of one pool. `scales` by what they were taken from: how many questions, the time of the last of
    them, and how many have left the pool so far."""

    past: _Past
    scales: dict[tuple[int, float, int], tuple[float, float]] = field(default_factory=dict)


_kept: WeakKeyDictionary[AnswerPool, _Kept] = WeakKeyDictionary()


def familiarity(answers: AnswerPool, query: Query, vector: Floats) -> tuple[float, float]:
    """How much past there is by the query's time, 0 to 1, and how typical of it the post is: deviations of its density,
    times that 0 to 1. Both are 0 where fewer than NEAREST + 1 questions were answered by then.

    All answers count, whether they cite anything or not and whatever they are for: who asks about another product is
    still of this world.
    """
    kept = _current(answers)
    past = kept.past
    count = len(past.slots)
    if query.as_of is not None:
        count = int(past.times.searchsorted(query.as_of.timestamp()))
    looked = np.zeros(len(answers.entries), dtype=bool)
    looked[past.slots[:count]] = True
    looked[[answers.slot_of[key] for key in query.exclude if key in answers.slot_of]] = False
    if looked.sum() <= NEAREST:
        return 0.0, 0.0
    _, cosines = answers.questions.search(vector, NEAREST, looked)
    middle, deviation = _scale(answers, kept, count)
    much = count / (count + HALF)
    away = (float(cosines.mean()) - middle) / max(deviation, NARROWEST)
    return much, much * min(max(away, LOWEST), HIGHEST)


def _current(answers: AnswerPool) -> _Kept:
    state = len(answers.entries), len(answers.slot_of)
    kept = _kept.get(answers)
    if kept is None or kept.past.state != state:  # slots are never used twice, so equal counts mean the same answers
        slots = np.array(sorted(answers.slot_of.values()), dtype=np.int64)
        written = [answers.entry(slot).created_at for slot in slots.tolist()]
        times = np.array([when.timestamp() if when else -math.inf for when in written])
        order = np.argsort(times, kind="stable")
        past = _Past(state, slots[order], times[order])
        _kept[answers] = kept = _Kept(past, kept.scales if kept else {})
    return kept


def _scale(answers: AnswerPool, kept: _Kept, count: int) -> tuple[float, float]:
    """Mean and deviation of the densities of past questions among the oldest of `count`: never of later ones, and the
    same until there are a quarter more."""
    size = max(NEAREST + 1, int(GROWTH ** math.floor(math.log(count, GROWTH) + 1e-9)))
    past = kept.past
    key = size, float(past.times[size - 1]), past.state[0] - past.state[1]
    found = kept.scales.get(key)
    if found is None:
        densities = _densities(answers, past.slots[:size])
        kept.scales[key] = found = float(densities.mean()), float(densities.std())
    return found


def _densities(answers: AnswerPool, slots: Ids) -> Numbers:
    """The density of SAMPLE of these questions, each among all the others."""
    picked = np.unique(np.linspace(0, len(slots) - 1, SAMPLE).astype(np.int64))
    asked = answers.questions.vectors(slots[picked])
    if len(answers) > LARGE:
        return _searched(answers, slots, slots[picked], asked)
    nearest = np.full((len(picked), 0), -1.0, dtype=np.float32)
    for start in range(0, len(slots), _CHUNK):
        chunk = slots[start : start + _CHUNK]
        cosines = asked @ answers.questions.vectors(chunk).T
        itself = np.flatnonzero((picked >= start) & (picked < start + len(chunk)))
        cosines[itself, picked[itself] - start] = -1.0
        nearest = np.concatenate([nearest, cosines], axis=1)
        keep = min(NEAREST, nearest.shape[1])
        nearest = -np.partition(-nearest, keep - 1, axis=1)[:, :keep]
    found: Numbers = nearest.mean(axis=1, dtype=np.float64)
    return found


def _searched(answers: AnswerPool, slots: Ids, itself: Ids, asked: Floats) -> Numbers:
    looked = np.zeros(len(answers.entries), dtype=bool)
    looked[slots] = True
    found = np.zeros(len(itself))
    for row, slot in enumerate(itself.tolist()):
        looked[slot] = False
        found[row] = answers.questions.search(asked[row], NEAREST, looked)[1].mean()
        looked[slot] = True
    return found
