"""Exact nearest neighbours by inner product, with removal and filters."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

_faiss: Any = import_module("faiss")  # its own types are those of the C++ face, not of the Python one

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class VectorIndex:
    """Vectors under whole numbers that the caller hands out. Flat: exact, and fast enough to some 300,000 vectors."""

    def __init__(self, dimension: int) -> None:
        self._index = _faiss.IndexIDMap2(_faiss.IndexFlatIP(dimension))
        self._ids: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, key: int) -> bool:
        return key in self._ids

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Add vectors; an id that is there already is replaced."""
        # FAISS would keep both: `add_with_ids` does not look whether the id is taken.
        taken = [int(key) for key in ids if int(key) in self._ids]
        if taken:
            self.remove(np.array(taken, dtype=np.int64))
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.ascontiguousarray(ids))
        self._ids.update(int(key) for key in ids)

    def remove(self, ids: Ids) -> None:
        """Remove vectors; unknown ids are ignored."""
        if len(ids):
            self._index.remove_ids(np.ascontiguousarray(ids, dtype=np.int64))
            self._ids.difference_update(int(key) for key in ids)

    def vectors(self, ids: Ids) -> Floats:
        """Copies of the vectors under these ids, one row each; all ids must be there."""
        wanted = np.ascontiguousarray(ids, dtype=np.int64)
        found: Floats = (
            self._index.reconstruct_batch(wanted) if len(wanted) else np.zeros((0, self._index.d), np.float32)
        )
        return found

    def search(self, vector: Floats, count: int, allowed: Mask | None = None) -> tuple[Ids, Floats]:
        """Up to `count` ids and inner products, best first. `allowed` holds for each id whether it may be found."""
        if not self._ids or count < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        parameters = None
        if allowed is not None:
            bitmap = np.packbits(allowed, bitorder="little")
            selector = _faiss.IDSelectorBitmap(bitmap)
            parameters = _faiss.SearchParameters(sel=selector)
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        scores, ids = self._index.search(query, min(count, len(self._ids)), params=parameters)
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]


def highest(values: npt.NDArray[np.floating], count: int) -> Ids:
    """The places of the `count` highest values, highest first; of equal ones the first. None may be NaN."""
    if not 0 < count < len(values):
        return np.argsort(-values, kind="stable")[:count]
    least = np.partition(values, len(values) - count)[len(values) - count]
    over = np.flatnonzero(values >= least)
    found: Ids = over[np.argsort(-values[over], kind="stable")][:count]
    return found
