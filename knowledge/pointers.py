"""Which past threads were pointed at, from where and when: what helped once is pointed at again."""

from __future__ import annotations

import threading
from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from knowledge.index import Ids
from knowledge.pools import AnswerPool

_LINKED = "linked:"
_known: WeakKeyDictionary[AnswerPool, Pointers] = WeakKeyDictionary()
_lock = threading.Lock()


class Pointers:
    """The pointers between the entries of a pool (`meta["linked:ID"]`, see reading.threads), kept up with it."""

    def __init__(self) -> None:
        self._read = 0  # slots that were looked at
        self._links: list[tuple[int, str, float]] = []

    def before(self, pool: AnswerPool, moment: datetime | None) -> tuple[Ids, Ids, npt.NDArray[np.float64]]:
        """Slots that point, slots they point at, and when (seconds since 1970), of what was written before `moment`
        (None: all). Pointers from and to what is no longer in the pool are left out."""
        with _lock:
            self._read_on(pool)
            links = [
                (source, pool.slot_of[name], when)
                for source, name, when in self._links
                if name in pool.slot_of and pool.entries[source] is not None
            ]
        limit = moment.timestamp() if moment else float("inf")
        kept = [link for link in links if link[2] < limit and link[0] != link[1]]
        table = np.array(kept, dtype=np.float64).reshape(-1, 3)
        return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]

    def _read_on(self, pool: AnswerPool) -> None:
        # Slots only ever grow, and each is used once.
        for slot in range(self._read, len(pool.entries)):
            entry = pool.entries[slot]
            for key, when in entry.meta.items() if entry else ():
                if key.startswith(_LINKED):
                    self._links.append((slot, key.removeprefix(_LINKED), datetime.fromisoformat(when).timestamp()))
        self._read = len(pool.entries)


def pointers_of(pool: AnswerPool) -> Pointers:
    """The pointers of a pool; the same object as long as the pool lives."""
    with _lock:
        return _known.setdefault(pool, Pointers())
