"""The systems that are compared: Goodword's own ranking, and plain BM25 and plain dense search beside it.

Each gives ids, best first, for a query as of its own time: nothing that was created at its time or later is ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from knowledge.evaluation.asking import Asked
from knowledge.index import Floats
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.ranking import rank_usage
from knowledge.results import Query
from knowledge.searching import post_text

System = Callable[[Query, Floats], list[str]]

#: So many ids of a ranking are kept (as in TREC); MAP counts what is right beyond as not found.
DEPTH = 1_000


def as_query(asked: Asked, pools: Pools) -> Query:
    """The query as retrieval sees it. Its own thread, where it is among the past answers, is never found."""
    own = frozenset({asked.id}) if asked.id in pools.answers.slot_of else frozenset()
    return Query(
        text=asked.text, title=asked.title, product=asked.product, as_of=asked.created, exclude=own, limit=DEPTH
    )


def usage_systems(pools: Pools, model: RankingModel | None = None) -> Mapping[str, System]:
    """Rankings of the ids of the corpus; ours with the shipped model where none is given."""

    def goodword(query: Query, vector: Floats) -> list[str]:
        ranked, _ = rank_usage(pools, query, vector, post_text(query), model)
        return [pools.usage.entry(item.slot).id for item in ranked[:DEPTH]]

    def bm25(query: Query, vector: Floats) -> list[str]:
        allowed = pools.usage.allowed(query)
        scores = np.where(allowed, pools.usage.bm25.scores(post_text(query), len(pools.usage.entries)), -1.0)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [pools.usage.entry(int(slot)).id for slot in best if scores[slot] > 0]

    def dense(query: Query, vector: Floats) -> list[str]:
        allowed = pools.usage.allowed(query)
        owners = pools.usage.owner_of_passages()
        numbers, _ = pools.usage.index.search(vector, len(owners), allowed[owners])
        slots = dict.fromkeys(int(owners[number]) for number in numbers)  # an entry counts by its best passage
        return [pools.usage.entry(slot).id for slot in slots][:DEPTH]

    return {"goodword": goodword, "bm25": bm25, "dense": dense}
