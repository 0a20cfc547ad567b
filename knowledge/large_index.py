"""An index that moves into the database once it is large; what came lately stays in memory beside it."""

from __future__ import annotations

import logging
import threading
from contextlib import closing

import numpy as np
import psycopg

from knowledge.index import Floats, Ids, Mask, VectorIndex
from knowledge.vector_table import VectorTable, keys_of

_log = logging.getLogger(__name__)

#: To so many vectors flat search in memory is exact and fast enough (some 50 ms).
LIMIT = 300_000
#: Once it has moved, so many newer vectors stay in memory until they follow.
RECENT = 5_000
#: Where the filters leave no more than this, all of them are compared.
FEW = 5_000
#: From this number on copies of vectors that were asked for by id are kept: votes ask for the same ones each time.
MANY = 1_000


class LargeIndex(VectorIndex):
    """Like a VectorIndex, which it is up to `limit` vectors. Beyond, a thread copies them into a table with an HNSW
    index while searches go on in memory; then memory is freed, and a search asks the table and what came since.

    What is found is nearly exact then (bench/RESULTS.md), its inner products are exact. What was removed is not found
    any more at once. Where the database cannot be written to, or has no pgvector, all stays in memory and a warning
    says so. A library that shrinks is kept in memory again from the next start on.
    """

    def __init__(self, dimension: int, table: VectorTable, limit: int = LIMIT, recent: int = RECENT) -> None:
        super().__init__(dimension)
        self._table = table
        self._recent = recent
        self._move_at = limit
        self._keys: dict[int, int] = {}  # of what is in the table, by id
        self._ids_of: dict[int, list[int]] = {}  # equal vectors share a row
        self._stored: Ids | None = None  # the ids of _keys; None: to be listed anew
        self._moving: _Move | None = None
        self._copies = np.zeros(0, dtype=np.int64), np.zeros((0, dimension), dtype=np.float32)

    def __len__(self) -> int:
        return super().__len__() + len(self._keys)

    def __contains__(self, key: int) -> bool:
        return super().__contains__(key) or key in self._keys

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Add vectors; an id that is there already is replaced."""
        self._forget(ids)
        super().add(ids, vectors)
        self._move_on()

    def remove(self, ids: Ids) -> None:
        """Remove vectors; unknown ids are ignored."""
        self._forget(ids)
        super().remove(ids)

    def vectors(self, ids: Ids) -> Floats:
        """Copies of the vectors under these ids, one row each; all ids must be there."""
        found = np.zeros((len(ids), self._table.dimension), dtype=np.float32)
        stored = np.array([int(key) in self._keys for key in ids], dtype=bool)
        found[~stored] = super().vectors(ids[~stored])
        if stored.any():
            found[stored] = self._read(ids[stored])
        return found

    def search(self, vector: Floats, count: int, allowed: Mask | None = None) -> tuple[Ids, Floats]:
        """Up to `count` ids and inner products, best first. `allowed` holds for each id whether it may be found.

        Raises:
            psycopg.Error: the database cannot be reached.
        """
        self._move_on()
        ids, scores = super().search(vector, count, allowed)
        if not self._keys or count < 1:
            return ids, scores
        stored, products = self._in_table(vector, count, allowed)
        ids, scores = np.concatenate([ids, stored]), np.concatenate([scores, products])
        best = np.argsort(-scores, kind="stable")[:count]
        return ids[best], scores[best]

    def settle(self) -> None:
        """Wait until what is on its way into the table has arrived."""
        if self._moving is not None:
            self._moving.thread.join()
        self._move_on()

    def _in_table(self, vector: Floats, count: int, allowed: Mask | None) -> tuple[Ids, Floats]:
        if self._stored is None:
            self._stored = np.fromiter(self._keys, dtype=np.int64, count=len(self._keys))
        may = self._stored[allowed[self._stored]] if allowed is not None else self._stored
        found: list[tuple[int, float]] = []
        if len(may) <= max(FEW, 2 * count):
            wanted = np.array([self._keys[key] for key in may.tolist()], dtype=np.int64)
            for key, product in self._table.products(vector, wanted) if len(wanted) else ():
                found += [(one, product) for one in self._ids_of[key] if allowed is None or allowed[one]]
        else:
            with closing(self._table.nearest(vector)) as rows:
                for key, product in rows:
                    here = self._ids_of.get(key, ())
                    found += [(one, product) for one in here if allowed is None or allowed[one]]
                    if len(found) >= count:
                        break
        ids = np.array([one for one, _ in found], dtype=np.int64)
        return ids, np.array([product for _, product in found], dtype=np.float32)

    def _read(self, ids: Ids) -> Floats:
        known, rows = self._copies
        place = np.minimum(known.searchsorted(ids), max(len(known) - 1, 0))
        here = known[place] == ids if len(known) else np.zeros(len(ids), dtype=bool)
        found = np.zeros((len(ids), self._table.dimension), dtype=np.float32)
        found[here] = rows[place[here]]
        missing = [self._keys[key] for key in ids[~here].tolist()]
        found[~here] = self._table.read(np.array(missing, dtype=np.int64))
        if len(ids) >= MANY:
            order = np.argsort(ids)
            self._copies = ids[order], found[order]
        return found

    def _forget(self, ids: Ids) -> None:
        """Whatever the table holds under these ids is not ours any more."""
        for key in ids.tolist():
            if self._moving is not None:
                self._moving.gone.add(key)
            if (name := self._keys.pop(key, None)) is not None:
                self._stored = None
                self._ids_of[name].remove(key)
                if not self._ids_of[name]:
                    del self._ids_of[name]
                self._copies = self._copies[0][:0], self._copies[1][:0]

    def _move_on(self) -> None:
        """Begin a move where it is time, and end one that is done."""
        move = self._moving
        if move is None:
            if super().__len__() > self._move_at:
                ids = np.array(sorted(self._ids), dtype=np.int64)
                self._moving = _Move(self._table, ids, super().vectors(ids))
        elif not move.thread.is_alive():
            self._moving = None
            if not move.done:  # tried again once there is a tenth more
                self._move_at = super().__len__() + super().__len__() // 10
                return
            kept = [(one, name) for one, name in zip(*move.rows, strict=True) if one not in move.gone]
            for one, name in kept:
                self._keys[one] = name
                self._ids_of.setdefault(name, []).append(one)
            super().remove(np.array([one for one, _ in kept], dtype=np.int64))
            self._stored, self._move_at = None, self._recent


class _Move:
    """Vectors on their way into the table; `gone` are ids that were removed or replaced meanwhile."""

    def __init__(self, table: VectorTable, ids: Ids, vectors: Floats) -> None:
        self.rows: tuple[list[int], list[int]] = ids.tolist(), []
        self.gone: set[int] = set()
        self.done = False
        # A daemon: a program that ends does not wait for an index that is being built.
        self.thread = threading.Thread(target=self._run, args=(table, vectors), name="large index", daemon=True)
        self.thread.start()

    def _run(self, table: VectorTable, vectors: Floats) -> None:
        try:
            keys = keys_of(vectors)
            table.add(keys, vectors)
            self.rows = self.rows[0], keys.tolist()
            self.done = True
        except (psycopg.Error, OSError) as error:
            _log.warning("a large index stays in memory, as it cannot be kept in the database: %s", error)
