"""What part of a title a post holds, also after entries came and went."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.bm25 import words
from knowledge.entries import Entry, EntryKind
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.titles import title_words

POST = "How do I hang a heavy shelf on brick?"


def put(pools: Pools, **titles: str) -> None:
    vector = np.eye(4, dtype=np.float32)[0]
    for key, title in titles.items():
        entry = Entry(key, EntryKind.USAGE, title, "Words of its text.")
        pools.put([(entry, [Vector(PassageKind.PASSAGE, title, part, vector) for part in ("one", "two")])])


def by_hand(pools: Pools, key: str) -> float:
    usage = pools.usage
    title = set(words(usage.entry(usage.slot_of[key]).title))
    whole = sum(usage.bm25.idf(word) for word in title)
    return sum(usage.bm25.idf(word) for word in title & set(words(POST))) / whole if whole else 0.0


def test_each_word_counts_by_its_idf_whatever_came_and_went() -> None:
    pools = Pools(4)
    put(pools, shelf="Hang a shelf, a heavy shelf", paint="Paint a brick", empty="What is it?")
    for step in range(4):
        if step == 1:
            put(pools, brick="Brick, brick and brick")
        elif step == 2:
            put(pools, shelf="Take down a shelf")  # a new version takes another slot
        elif step == 3:
            pools.drop(["paint"])
        keys = sorted(pools.usage.slot_of)
        found = title_words(pools.usage, np.array([pools.usage.slot_of[key] for key in keys]), POST)
        assert found.tolist() == pytest.approx([by_hand(pools, key) for key in keys])
    assert dict(zip(keys, found.tolist(), strict=True)) == pytest.approx(
        {"brick": 1.0, "empty": 0.0, "shelf": by_hand(pools, "shelf")}
    )


def test_passages_and_their_owners_follow_the_pool() -> None:
    pools = Pools(4)
    put(pools, one="One", two="Two")
    assert pools.usage.owner_of_passages().tolist() == [0, 0, 1, 1]
    put(pools, one="One, again")
    assert pools.usage.owner_of_passages().tolist() == [0, 0, 1, 1, 2, 2]
    assert pools.usage.passages_of(pools.usage.slot_of["one"]).tolist() == [4, 5]
