"""Near-duplicates among entries: of two that say the same, one is found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.index import Mask

#: Words in common, of all words of both, from which two texts count as the same (Jaccard). Fewer words than FEWEST say
#: too little to tell.
ALIKE, FEWEST = 0.95, 8
#: Minima of so many hash functions stand for a text's words, in bands of so many that must be equal for two texts to be
#: compared (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4): 4 bands of 6 find texts that
#: are .95 alike in 99.5 of 100 cases, and compare 1 in 4,000 that are .2 alike.
_BANDS, _ROWS = 4, 6

_PRIME = np.uint64((1 << 31) - 1)
_FACTORS = np.random.default_rng(7).integers(1, 1 << 31, size=(2, _BANDS * _ROWS), dtype=np.uint64)

Numbers = npt.NDArray[np.int32]


class Duplicates:
    """Groups of documents with (nearly) the same words and the same `kin` (what they are for); by slot."""

    def __init__(self, terms: Callable[[int], Numbers]) -> None:
        """`terms`: the different words of a document, as numbers."""
        self._terms = terms
        self._names: dict[int, bytes] = {}  # minima of the hash functions, with the kin
        self._kin: dict[Hashable, bytes] = {}
        self._buckets: dict[bytes, list[int]] = {}  # the first of each group, by band
        self._group_of: dict[int, list[int]] = {}  # of documents in groups; the list is shared
        self._order: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None = None

    def add(self, slot: int, kin: Hashable) -> None:
        """Look for what says the same as a document."""
        terms = self._terms(slot)
        if len(terms) < FEWEST:
            return
        name = self._kin.setdefault(kin, len(self._kin).to_bytes(4)) + _minima(terms)
        self._names[slot] = name
        twin = self._twin(slot, name, terms)
        if twin is None:
            self._enter(slot)
        else:
            group = self._group_of.setdefault(twin, [twin])
            group.append(slot)
            self._group_of[slot] = group
            self._order = None

    def remove(self, slot: int) -> None:
        """Forget a document. Must come before its terms are forgotten."""
        if slot not in self._names:
            return
        group = self._group_of.pop(slot, [slot])
        first = group[0] == slot
        group.remove(slot)
        if first:
            for key in _keys(self._names[slot]):
                held = self._buckets[key]
                held.remove(slot)
                if not held:
                    del self._buckets[key]
            if group:
                self._enter(group[0])
        if len(group) == 1:
            del self._group_of[group[0]]
        del self._names[slot]
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

    def _enter(self, slot: int) -> None:
        for key in _keys(self._names[slot]):
            self._buckets.setdefault(key, []).append(slot)

    def _twin(self, slot: int, name: bytes, terms: Numbers) -> int | None:
        near = sorted({other for key in _keys(name) for other in self._buckets.get(key, ())})
        words: frozenset[int] = frozenset()
        for other in near:
            others = self._terms(other)
            if min(len(terms), len(others)) < ALIKE * max(len(terms), len(others)):
                continue
            words = words or frozenset(terms.tolist())
            common = len(words.intersection(others.tolist()))
            if common >= ALIKE * (len(terms) + len(others) - common):
                return other
        return None


def _minima(terms: Numbers) -> bytes:
    numbers = terms.astype(np.uint64)[:, None]
    minima: npt.NDArray[np.uint64] = ((numbers * _FACTORS[0] + _FACTORS[1]) % _PRIME).min(axis=0)
    return minima.astype(np.uint32).tobytes()


def _keys(name: bytes) -> Iterator[bytes]:
    """The names under which texts that say the same meet."""
    kin, minima = name[:4], name[4:]
    width = 4 * _ROWS
    for band in range(_BANDS):
        yield kin + bytes([band]) + minima[band * width : (band + 1) * width]
