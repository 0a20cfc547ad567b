"""What part of an entry's title a post holds. The words of titles are kept beside the pool, so that a search looks up
those of the post instead of reading every title."""

from __future__ import annotations

from array import array
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from knowledge.bm25 import words
from knowledge.index import Ids
from knowledge.pools import UsagePool

Numbers = npt.NDArray[np.float64]


class _Titles:
    """Of all slots so far: the titles that hold a word, and each title's words added up by their idf. What left the
    pool stays listed: its slot is never used again."""

    def __init__(self) -> None:
        self._read = 0
        self._holding: dict[str, array[int]] = {}  # by word: the slots
        self._state = (0, 0)
        self._whole = np.zeros(0)

    def part(self, usage: UsagePool, text: str) -> Numbers:
        """By slot, 0 to 1."""
        self._take(usage)
        found = np.zeros(len(self._whole))
        for word in set(words(text)) & self._holding.keys():
            found[np.array(self._holding[word])] += usage.bm25.idf(word)
        return found / self._whole

    def _take(self, usage: UsagePool) -> None:
        state = len(usage.entries), len(usage.slot_of)
        if state == self._state:
            return
        for slot in range(self._read, len(usage.entries)):
            entry = usage.entries[slot]
            for word in set(words(entry.title)) if entry is not None else ():
                self._holding.setdefault(word, array("q")).append(slot)
        self._read = len(usage.entries)
        self._whole = np.full(self._read, 1e-12)  # a title without words holds nothing
        for word, held in self._holding.items():
            self._whole[np.array(held)] += usage.bm25.idf(word)
        self._state = state


_kept: WeakKeyDictionary[UsagePool, _Titles] = WeakKeyDictionary()


def title_words(usage: UsagePool, slots: Ids, text: str) -> Numbers:
    """The part of each entry's title that the post holds, each word weighted by its idf: 0 to 1."""
    found: Numbers = _kept.setdefault(usage, _Titles()).part(usage, text)[slots]
    return found
