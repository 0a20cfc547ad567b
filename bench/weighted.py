"""The ranking that ours is compared with: .35 dense + .15 BM25 + .5 votes, each min-max over a query's candidates.

Votes: the twenty nearest earlier answers that cite an entry, each by the eighth power of its question's cosine. This
was Goodword's own ranking until it learned.
"""

from __future__ import annotations

import numpy as np

from knowledge.answer_ranking import scale
from knowledge.citations import citations
from knowledge.index import Floats
from knowledge.pools import Pools
from knowledge.results import Query
from knowledge.searching import post_text

DENSE, LEXICAL, VOTES = 0.35, 0.15, 0.5
VOTERS, POWER, PASSAGES = 20, 8, 1_000


def weighted(pools: Pools, query: Query, vector: Floats) -> list[str]:
    """The ids of usage entries, best first."""
    usage = pools.usage
    allowed = usage.allowed(query)
    owners = np.array(usage.owners, dtype=np.int64)
    numbers, cosines = usage.index.search(vector, PASSAGES, allowed[owners])
    dense = np.full(len(usage.entries), np.nan, dtype=np.float32)
    for slot, cosine in zip(owners[numbers].tolist(), cosines.tolist(), strict=True):
        if np.isnan(dense[slot]):  # they come best first
            dense[slot] = cosine
    lexical = usage.bm25.scores(post_text(query), len(usage.entries))
    votes = _votes(pools, query, vector)
    fused = DENSE * scale(dense) + LEXICAL * scale(lexical) + VOTES * scale(votes)
    order = np.argsort(-np.where(allowed, fused, -1), kind="stable")
    return [usage.entry(int(slot)).id for slot in order if allowed[slot]]


def _votes(pools: Pools, query: Query, vector: Floats) -> Floats:
    held = citations(pools)
    shares = np.zeros(len(pools.usage.entries), dtype=np.float32)
    may = pools.answers.allowed(query)[held.slots]
    now = query.as_of.timestamp() if query.as_of else np.inf
    links = np.flatnonzero(may[held.row] & (held.target >= 0) & (held.since < now))
    cosine = held.questions @ vector
    rows = np.unique(held.row[links])
    nearest = rows[np.argsort(-cosine[rows], kind="stable")[:VOTERS]]
    for link in links[np.isin(held.row[links], nearest)]:
        shares[held.target[link]] += max(0.0, cosine[held.row[link]]) ** POWER * held.weight[link]
    return shares
