"""Past posts to learn from: each answer that cites entries is a post of which the right entries are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from knowledge.citations import Citations, citations
from knowledge.index import Floats, Ids
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.results import Query
from knowledge.signals import Signals, signals


@dataclass(frozen=True)
class PastPost:
    """A post as it was asked: `right` are the slots of the entries that its answer cited, `row` its place among the
    citations."""

    id: str
    row: int
    text: str
    asked: datetime
    vector: Floats
    right: frozenset[int]


@dataclass(frozen=True)
class Example:
    """One search for a past post: what was seen, and which candidates were right."""

    post: PastPost
    seen: Signals
    right: npt.NDArray[np.bool_]


def past_posts(pools: Pools, until: datetime | None = None) -> list[PastPost]:
    """Answers that people wrote and that cite an entry which is here, by the time they were asked, oldest first.

    `until`: only those whose links were all written before it. A draft of ours that was approved as it stood is not
    among them: the model would learn from itself.
    """
    held = citations(pools)
    found: list[PastPost] = []
    for row, slot in enumerate(held.slots.tolist()):
        entry = pools.answers.entry(slot)
        links = np.flatnonzero(held.row == row) if len(held.row) < 1_000 else _links(held, row)
        right = frozenset(int(target) for target in held.target[links] if target >= 0)
        late = until is not None and float(held.since[links].max(initial=0)) >= until.timestamp()
        if not right or late or entry.created_at is None or entry.written_by == "assistant":
            continue
        asked = datetime.fromisoformat(entry.meta["asked_at"]) if entry.meta.get("asked_at") else entry.created_at
        text = entry.question or entry.title
        found.append(PastPost(entry.id, row, text, asked, held.questions[row], right))
    return sorted(found, key=lambda post: (post.asked, post.id))


def _links(held: Citations, row: int) -> Ids:
    links: Ids = np.arange(held.row.searchsorted(row), held.row.searchsorted(row, side="right"))
    return links


def example(pools: Pools, post: PastPost, model: RankingModel, *, without: bool = False) -> Example | None:
    """Search for a post as of its time; `without`: as if the right entries were not in the library. None where nothing
    is found."""
    hidden = {pools.usage.entry(slot).id for slot in post.right} if without else set()
    query = Query(text=post.text, as_of=post.asked, exclude=frozenset({post.id, *hidden}))
    seen = signals(pools, query, post.vector, post.text, model)
    if seen is None:
        return None
    return Example(post, seen, np.isin(seen.slots, list(post.right)))


def link_shares(pools: Pools, until: datetime) -> tuple[Floats, Floats, Floats]:
    """What a metric is learned from, of all links written before `until`: questions, pairs, and how the links of each
    spread over the usage slots (n, slots)."""
    held = citations(pools)
    here = (held.target >= 0) & (held.since < until.timestamp())
    rows, place = np.unique(held.row[here], return_inverse=True)
    shares = np.zeros((len(rows), len(pools.usage.entries)), dtype=np.float32)
    np.add.at(shares, (place, held.target[here]), 1)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return held.questions[rows], held.pairs[rows], shares


def live_passages(pools: Pools) -> tuple[Floats, Ids]:
    """The vectors of all passages and the slots they belong to."""
    owners = np.array(pools.usage.owners, dtype=np.int64)
    live = np.array([entry is not None for entry in pools.usage.entries], dtype=bool)
    numbers = np.flatnonzero(live[owners]) if len(owners) else np.zeros(0, dtype=np.int64)
    return pools.usage.index.vectors(numbers), owners[numbers]
