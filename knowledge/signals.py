"""What is known of each usage entry for a post: one row of numbers a candidate, from which the ranking is made.

The strongest is the *evidence*: how much there is near the post that speaks for an entry. Its own passages, the past
questions whose answers cited it, and those answers themselves all count exp(sharpness * (cosine - 1)), a citation less
the older it is. This is a kernel density estimate with the von Mises-Fisher kernel (Hall, Watson and Cabrera 1987);
with a learned metric it is neighbourhood components analysis (Goldberger and others 2005).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge.citations import Citations, citations
from knowledge.familiarity import familiarity
from knowledge.index import Floats, Ids, Mask, highest
from knowledge.model import Kernel, Metric, RankingModel
from knowledge.pools import Pools
from knowledge.results import Query
from knowledge.titles import title_words

Numbers = npt.NDArray[np.float64]

#: How many passages and entries are looked at more closely.
PASSAGES, DEPTH = 1_000, 200
#: The evidence of nothing at all.
LEAST = 1e-9
#: So many of the nearest past answers are named as those that agree.
VOTERS = 20
DAY = 86_400.0
#: The cosine of two texts that have nothing to do with each other, a little above the mean of random pairs.
STRANGE = 0.25

#: The signals of a candidate, in the order of the columns.
NAMES = (
    "evidence",  # log of the evidence, in the learned metric where there is one
    "plain_evidence",  # the same without the learned metric
    "cosine",  # of the best passage
    "second_cosine",  # mean of the two best
    "words",  # BM25 over the entry, min-max over the candidates
    "title_words",  # the part of the title's words that the post holds, weighted by idf
    "voter",  # cosine of the nearest past question that was answered with this entry
    "lately",  # log of the share of all links of the last 60 days
    "this_year",  # log of the share of all links of the last year
    # The next three count only where no past answer is near: what votes would say must then come from elsewhere.
    "alone_cosine",
    "alone_words",
    "alone_title_words",
)


@dataclass
class Signals:
    """`slots` (n) are the candidates, rising, `values` (n, len(NAMES)). `passage` is each one's best, -1 for none.
    `stranger` (len(NAMES)) are the values of an imagined entry that has nothing to do with the post.

    `voters` are ids of the nearest past answers by the slot that they cite. `nearest` is the cosine of the nearest past
    question that was answered with any entry; `homeless` the share of the votes for what may not be found here: entries
    that are not in the library, or not for this post. `past` and `typical` are what `familiarity` gives.
    """

    slots: Ids
    values: Numbers
    passage: Ids
    stranger: Numbers
    voters: dict[int, list[str]] = field(default_factory=dict)
    nearest: float = 0.0
    homeless: float = 0.0
    past: float = 0.0
    typical: float = 0.0

    def column(self, name: str) -> Numbers:
        """One signal of all candidates."""
        found: Numbers = self.values[:, NAMES.index(name)]
        return found


def signals(pools: Pools, query: Query, vector: Floats, text: str, model: RankingModel) -> Signals | None:
    """The signals of every candidate; None where nothing may be found."""
    usage = pools.usage
    allowed = usage.allowed(query)
    if not allowed.any():
        return None
    owners = usage.owner_of_passages()
    numbers, cosines = usage.index.search(vector, PASSAGES, allowed[owners])
    owner = owners[numbers]
    votes = _Votes(pools, query, vector, allowed, model.kernel)
    lexical = np.where(allowed, usage.bm25.scores(text, len(usage.entries)), 0.0)
    by_words = highest(lexical, DEPTH)
    slots = np.unique(np.concatenate([owner, votes.target, by_words[allowed[by_words]]]))
    of_passage, of_vote = slots.searchsorted(owner), slots.searchsorted(votes.target)
    size = len(slots)

    plain = _evidence(size, of_passage, cosines, of_vote, votes.questions, votes.pairs, votes.weight, model.kernel)
    learned = plain
    if (metric := model.metric) is not None:
        looked = metric.looking(vector)
        own = usage.index.vectors(numbers) @ looked / metric.of_index(usage.index, numbers)
        learned = _evidence(size, of_passage, own, of_vote, *votes.seen_by(metric, looked), votes.weight, model.kernel)
    best, second, passage = _two_best(size, of_passage, cosines, numbers)
    voter = np.zeros(size)
    np.maximum.at(voter, of_vote, votes.questions)
    scored = _scale(lexical[slots])
    titles = title_words(usage, slots, text)
    past, typical = familiarity(pools.answers, query, vector)
    alone = 1 - min(1.0, max(0.0, votes.nearest) / 0.6) ** 4
    columns = (
        np.log(learned + LEAST),
        np.log(plain + LEAST),
        best,
        second,
        scored,
        titles,
        voter,
        votes.lately(size, of_vote, 60, 0.2),
        votes.lately(size, of_vote, 365, 0.5),
        alone * best,
        alone * scored,
        alone * titles,
    )
    return Signals(
        slots=slots,
        values=np.stack(columns, axis=1).astype(np.float64),
        passage=passage,
        stranger=_stranger(columns, alone, model.kernel),
        voters=votes.voters(pools),
        nearest=votes.nearest,
        homeless=votes.homeless,
        past=past,
        typical=typical,
    )


def _stranger(columns: tuple[Numbers, ...], alone: float, kernel: Kernel) -> Numbers:
    evidence = float(np.log(kernel.passage * np.exp(kernel.sharpness * (STRANGE - 1)) + LEAST))
    values = dict.fromkeys(NAMES, 0.0) | {
        "evidence": evidence,
        "plain_evidence": evidence,
        "cosine": STRANGE,
        "second_cosine": STRANGE,
        "lately": float(columns[NAMES.index("lately")].min()),
        "this_year": float(columns[NAMES.index("this_year")].min()),
        "alone_cosine": alone * STRANGE,
    }
    return np.array([values[name] for name in NAMES], dtype=np.float64)


class _Votes:
    """The links that may vote on a query: of answers that may be found, written before it, to allowed entries."""

    def __init__(self, pools: Pools, query: Query, vector: Floats, allowed: Mask, kernel: Kernel) -> None:
        held: Citations = citations(pools)
        self._held = held
        may = pools.answers.allowed(query)[held.slots] if len(held.slots) else np.zeros(0, dtype=bool)
        now = query.as_of.timestamp() if query.as_of else float(held.since.max(initial=0.0))
        links = np.flatnonzero(may[held.row] & ((held.since < now) if query.as_of else True))
        here = held.target[links] >= 0
        here[here] &= allowed[held.target[links][here]]
        cosine, pairs = np.split(held.both @ vector, 2)
        self._links = links[here]
        self._age = np.maximum(0.0, now - np.maximum(held.since[self._links], 0.0)) / DAY
        self.target = held.target[self._links]
        rows = held.row[self._links]
        self.questions, self.pairs = cosine[rows].astype(np.float64), pairs[rows].astype(np.float64)
        self.weight = held.weight[self._links] * np.exp(-self._age / kernel.memory)
        self.nearest = float(self.questions.max(initial=0.0))
        strength = held.weight[links] * np.exp(kernel.sharpness * (cosine[held.row[links]].astype(np.float64) - 1))
        whole = float(strength.sum())
        self.homeless = float(strength[~here].sum()) / whole if whole > 0 else 0.0

    def seen_by(self, metric: Metric, looked: Floats) -> tuple[Numbers, Numbers]:
        """Cosines of questions and pairs under a metric, a value a link."""
        held = self._held
        rows = held.row[self._links]
        cosines = ((held.both @ looked) / metric.of(held, held.both)).astype(np.float64)
        return cosines[rows], cosines[len(held.slots) + rows]

    def lately(self, size: int, of_vote: Ids, days: float, smoothing: float) -> Numbers:
        """The log of each candidate's share of all links of the last days; the same for all where there are none."""
        counts = np.bincount(of_vote, weights=(self._age < days).astype(np.float64), minlength=size)
        shares: Numbers = np.log((counts + smoothing) / (float(counts.sum()) + smoothing * size))
        return shares

    def voters(self, pools: Pools) -> dict[int, list[str]]:
        """Ids of the VOTERS nearest past answers, nearest first, by the slot that they cite."""
        found: dict[int, list[str]] = {}
        rows = self._held.row[self._links]
        cosine = np.zeros(len(self._held.slots))
        cosine[rows] = self.questions
        near = np.zeros(len(cosine), dtype=bool)
        near[highest(cosine, VOTERS)] = True
        links = np.flatnonzero(near[rows] & (self.questions > 0))
        for link in links[np.argsort(-self.questions[links], kind="stable")].tolist():
            entry = pools.answers.entry(int(self._held.slots[rows[link]]))
            found.setdefault(int(self.target[link]), []).append(entry.id)
        return found


def _evidence(
    size: int,
    of_passage: Ids,
    passages: npt.NDArray[np.floating],
    of_vote: Ids,
    questions: Numbers,
    pairs: Numbers,
    weight: Numbers,
    kernel: Kernel,
) -> Numbers:
    own = kernel.passage * np.exp(kernel.sharpness * (passages.astype(np.float64) - 1))
    cited = np.exp(kernel.sharpness * (questions - 1)) + kernel.pair * np.exp(kernel.sharpness * (pairs - 1))
    found: Numbers = np.bincount(of_passage, weights=own, minlength=size).astype(np.float64)
    return found + np.bincount(of_vote, weights=weight * cited, minlength=size)


def _two_best(size: int, of_passage: Ids, cosines: Floats, numbers: Ids) -> tuple[Numbers, Numbers, Ids]:
    """The best cosine of each candidate, the mean of its two best, and the number of its best passage."""
    least = float(cosines.min(initial=0.0))
    best, second = np.full(size, least), np.full(size, least)
    passage = np.full(size, -1, dtype=np.int64)
    rows, first = np.unique(of_passage, return_index=True)  # they come best first
    best[rows] = second[rows] = cosines[first]
    passage[rows] = numbers[first]
    rest = np.delete(np.arange(len(of_passage)), first)
    rows, next_ = np.unique(of_passage[rest], return_index=True)
    second[rows] = (best[rows] + cosines[rest[next_]]) / 2
    return best, second, passage


def _scale(values: Floats) -> Numbers:
    """Min-max over the candidates; all 0 where all are equal."""
    low, high = values.min(initial=0.0), values.max(initial=0.0)
    scaled: Numbers = ((values - low) / (high - low) if high > low else np.zeros_like(values)).astype(np.float64)
    return scaled
