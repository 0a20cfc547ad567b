"""From a post to the best of both pools: dense and lexical scores, and past answers that vote for what they cited."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from knowledge.index import Floats, Mask
from knowledge.pools import Pools, UsagePool, cited_since
from knowledge.results import Query

#: Weights of the fused scores; found on posts of 2024, stated with what they reach in bench/RESULTS.md.
DENSE, LEXICAL, VOTES = 0.35, 0.15, 0.5
#: How many past answers vote, and how many passages and answers a pool looks at more closely.
VOTERS, DEPTH = 20, 200
#: A vote counts its question's cosine to this power: a near neighbour knows more than the twentieth.
VOTE_POWER = 8
#: Votes count in full once the nearest voter's question is this like the post, and by the fourth power of the part
#: below: where past answers are few, the nearest may be about something else altogether.
NEAR = 0.6


@dataclass
class Ranked:
    """One entry of a pool as it was ranked. `fused` is 0 to 1; `cosine` that of the best passage, or of the mean of
    question and pair; `share` the part of the votes it got and `voters` who gave them."""

    slot: int
    fused: float
    cosine: float
    lexical: float
    share: float = 0.0
    voters: tuple[str, ...] = ()
    passage: int | None = None
    question_cosine: float | None = None  # of an answer


@dataclass
class Votes:
    """Votes for usage entries by slot; they add up to 1, or there are none."""

    share: dict[int, float] = field(default_factory=dict)
    voters: dict[int, list[str]] = field(default_factory=dict)
    nearest: float = 0.0  # cosine of the nearest voter's question


def rank_usage(pools: Pools, query: Query, vector: Floats, words: str) -> tuple[list[Ranked], Votes]:
    """Usage entries, best first: DENSE best passage + LEXICAL BM25 + VOTES, each min-max over the query's candidates.

    The weights are made to add up to 1 again where nobody votes, or only from afar.
    """
    pool = pools.usage
    allowed = pool.allowed(query)
    if not allowed.any():
        return [], Votes()
    cosine, passage = _best_passages(pool, vector, allowed)
    lexical = np.where(allowed, pool.bm25.scores(words, len(pool.entries)), 0.0)
    votes = _votes(pools, query, vector, allowed)
    candidates = sorted({*cosine, *votes.share, *(int(slot) for slot in np.argsort(-lexical)[:DEPTH] if allowed[slot])})
    dense = scale(np.array([cosine.get(slot, np.nan) for slot in candidates], dtype=np.float32))
    sparse = scale(lexical[candidates])
    share = np.array([votes.share.get(slot, 0.0) for slot in candidates], dtype=np.float32)
    weight = VOTES * min(1.0, votes.nearest / NEAR) ** 4
    fused = (DENSE * dense + LEXICAL * sparse + weight * scale(share)) / (DENSE + LEXICAL + weight)
    found = [
        Ranked(
            slot=slot,
            fused=float(fused[row]),
            cosine=cosine.get(slot, 0.0),
            lexical=float(lexical[slot]),
            share=float(share[row]),
            voters=tuple(votes.voters.get(slot, ())),
            passage=passage.get(slot),
        )
        for row, slot in enumerate(candidates)
    ]
    return sorted(found, key=lambda item: (-item.fused, item.slot)), votes


def _best_passages(pool: UsagePool, vector: Floats, allowed: Mask) -> tuple[dict[int, float], dict[int, int]]:
    owners = np.array(pool.owners, dtype=np.int64)
    ids, cosines = pool.index.search(vector, 5 * DEPTH, allowed[owners])
    cosine: dict[int, float] = {}
    passage: dict[int, int] = {}
    for number, value in zip(ids.tolist(), cosines.tolist(), strict=True):
        owner = int(owners[number])
        if owner not in cosine:  # they come best first
            cosine[owner], passage[owner] = value, number
    return cosine, passage


def _votes(pools: Pools, query: Query, vector: Floats, allowed: Mask) -> Votes:
    """The VOTERS nearest past answers vote, by the similarity of their questions, for the usage entries they cite."""
    answers, usage = pools.answers, pools.usage
    may_vote = answers.allowed(query)
    if not len(may_vote):
        return Votes()
    may_vote &= answers.citing()
    slots, cosines = answers.questions.search(vector, VOTERS, may_vote)
    votes = Votes()
    for slot, cosine in zip(slots.tolist(), cosines.tolist(), strict=True):
        entry = answers.entry(slot)
        cited: set[int] = set()
        for name in entry.cites:
            target = usage.cited(name)
            since = cited_since(entry, name)
            late = query.as_of is not None and since is not None and since >= query.as_of
            # A draft of ours that rested on an entry says nothing new about that entry.
            if target is not None and allowed[target] and not late and usage.entry(target).id not in entry.drawn_from:
                cited.add(target)
        if not cited or cosine <= 0:
            continue
        votes.nearest = max(votes.nearest, cosine)
        for target in cited:
            votes.share[target] = votes.share.get(target, 0.0) + cosine**VOTE_POWER / len(cited)
            votes.voters.setdefault(target, []).append(entry.id)
    total = sum(votes.share.values())
    votes.share = {slot: value / total for slot, value in votes.share.items()}
    return votes


def scale(values: Floats) -> Floats:
    """Min-max over the candidates; what is missing counts as the least, and where all are equal all are 0."""
    if not len(values) or np.isnan(values).all():
        return np.zeros_like(values)
    low, high = np.nanmin(values), np.nanmax(values)
    if high <= low:
        return np.zeros_like(values) if high <= 0 else np.ones_like(values)
    scaled: Floats = (np.where(np.isnan(values), low, values) - low) / (high - low)
    return scaled
