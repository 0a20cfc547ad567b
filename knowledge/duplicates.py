"""Near-duplicates among entries: of two that say the same, one is found."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.index import Mask

#: Words in common, of all words of both, from which two texts count as the same (Jaccard). Fewer words than FEWEST say
#: too little to tell.
ALIKE, FEWEST = 0.95, 8
#: Minima of so many hash functions stand for a text's words, in bands of so many that all must be equal for two texts
#: to be compared (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4): 8 bands of 3 find .95
#: in all but one of a million pairs, and compare few that are unlike.
_BANDS, _ROWS = 8, 3

_PRIME = np.uint64((1 << 31) - 1)
_FACTORS = np.random.default_rng(7).integers(1, 1 << 31, size=(2, _BANDS * _ROWS), dtype=np.uint64)


class Duplicates:
    """Groups of documents with (nearly) the same words and the same `kin` (what they are for); by slot."""

    def __init__(self, terms: Callable[[int], array[int]]) -> None:
        """`terms`: the different words of a document, as numbers."""
        self._terms = terms
        self._buckets: dict[Hashable, list[int]] = {}
        self._keys: dict[int, list[Hashable]] = {}
        self._group_of: dict[int, list[int]] = {}  # of documents in groups; the list is shared
        self._order: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None = None

    def add(self, slot: int, kin: Hashable) -> None:
        """Look for what says the same as a document."""
        terms = self._terms(slot)
        if len(terms) < FEWEST:
            return
        keys = self._keys[slot] = [(kin, key) for key in _bands(terms)]
        near = {other for key in keys for other in self._buckets.get(key, ())}
        words = frozenset(terms)
        twin = next((other for other in sorted(near) if _alike(words, frozenset(self._terms(other)))), None)
        if twin is not None:
            group = self._group_of.setdefault(twin, [twin])
            group.append(slot)
            self._group_of[slot] = group
            self._order = None
        for key in keys:
            self._buckets.setdefault(key, []).append(slot)

    def remove(self, slot: int) -> None:
        """Forget a document."""
        for key in self._keys.pop(slot, ()):
            held = self._buckets[key]
            held.remove(slot)
            if not held:
                del self._buckets[key]
        group = self._group_of.pop(slot, None)
        if group is not None:
            group.remove(slot)
            if len(group) == 1:
                del self._group_of[group[0]]
            self._order = None

    def fold(self, allowed: Mask, rank: Callable[[int], tuple[Any, ...]]) -> None:
        """Leave of each group the allowed one that `rank` puts highest; `rank` must not change for a document."""
        if not self._group_of:
            return
        if self._order is None:
            groups = {id(group): group for group in self._group_of.values()}
            ordered = [sorted(group, key=rank, reverse=True) for group in groups.values()]
            slots = np.array([slot for group in ordered for slot in group], dtype=np.int64)
            numbers = np.repeat(np.arange(len(ordered)), [len(group) for group in ordered])
            self._order = slots, numbers
        slots, numbers = self._order
        let = allowed[slots]
        slots, numbers = slots[let], numbers[let]
        allowed[slots[1:][numbers[1:] == numbers[:-1]]] = False


def _bands(terms: array[int]) -> list[bytes]:
    """The names under which texts that say the same meet."""
    numbers = np.array(terms, dtype=np.uint64)[:, None]
    minima = ((numbers * _FACTORS[0] + _FACTORS[1]) % _PRIME).min(axis=0).astype(np.uint32)
    return [bytes([band]) + part.tobytes() for band, part in enumerate(minima.reshape(_BANDS, _ROWS))]


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common >= ALIKE * (len(one) + len(other) - common)
