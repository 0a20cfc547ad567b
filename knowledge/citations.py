"""Past answers that cite usage entries, as arrays: what similar posts of the past were answered with."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from knowledge.index import Floats, Ids
from knowledge.pools import AnswerPool, Pools, UsagePool, cited_since

Numbers = npt.NDArray[np.float64]

#: No more answers are looked at for votes, the newest first to count: a vote costs two products of vectors.
MOST = 50_000
_ALWAYS = float("-inf")


@dataclass(frozen=True, eq=False)  # one is only ever itself, so that others can keep what they made of it
class Citations:
    """`slots` (n) are those of the answers that cite, `both` (2 n, dimension) the vectors of their questions and,
    behind these, of their pairs: one product serves both.

    A link is one citation: `row` (m) says of which answer, `target` (m) the usage slot or -1 where the library holds
    no such entry, `since` (m) when it was written (a timestamp), `weight` (m) one over the links of that answer.
    """

    slots: Ids
    both: Floats
    row: Ids
    target: Ids
    since: Numbers
    weight: Numbers

    @property
    def questions(self) -> Floats:
        """The vectors of the questions (n, dimension); a view."""
        return self.both[: len(self.slots)]

    @property
    def pairs(self) -> Floats:
        """The vectors of question with answer (n, dimension); a view."""
        return self.both[len(self.slots) :]


_kept: WeakKeyDictionary[Pools, tuple[tuple[int, ...], Citations]] = WeakKeyDictionary()


def citations(pools: Pools) -> Citations:
    """The citations of all that is in the pools now; read once, and again when something came or went."""
    state = tuple(n for pool in (pools.usage, pools.answers) for n in (len(pool.entries), len(pool.slot_of)))
    kept = _kept.get(pools)
    if kept is None or kept[0] != state:  # slots are never used twice, so equal counts mean the same entries
        kept = state, _read(pools)
        _kept[pools] = kept
    return kept[1]


def _read(pools: Pools) -> Citations:
    answers = pools.answers
    citing = [slot for slot, entry in enumerate(answers.entries) if entry is not None and entry.cites][-MOST:]
    slots = np.array(citing, dtype=np.int64)
    links = [(row, *link) for row, slot in enumerate(citing) for link in _links(answers, slot, pools.usage)]
    columns = list(zip(*links, strict=True)) or [(), (), (), ()]
    return Citations(
        slots=slots,
        both=_vectors(answers, slots),
        row=np.array(columns[0], dtype=np.int64),
        target=np.array(columns[1], dtype=np.int64),
        since=np.array(columns[2], dtype=np.float64),
        weight=np.array(columns[3], dtype=np.float64),
    )


def _vectors(answers: AnswerPool, slots: Ids) -> Floats:
    questions = answers.questions.vectors(slots)
    pairs = 2 * answers.means.vectors(slots) - questions  # the pool keeps their mean
    return np.concatenate([questions, pairs])


def _links(answers: AnswerPool, slot: int, usage: UsagePool) -> list[tuple[int, float, float]]:
    entry = answers.entry(slot)
    found: dict[int, float] = {}
    homeless: list[float] = []
    for name in entry.cites:
        moment = cited_since(entry, name)
        since = moment.timestamp() if moment else _ALWAYS
        target = usage.cited(name)
        if target is None:
            homeless.append(since)
        # A draft of ours that rested on an entry says nothing new about that entry.
        elif usage.entry(target).id not in entry.drawn_from:
            found[target] = min(since, found.get(target, since))
    held = [(target, since, 1 / len(found)) for target, since in found.items()]
    return held + [(-1, since, 1 / (len(found) + len(homeless))) for since in homeless]
