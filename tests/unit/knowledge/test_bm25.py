from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.bm25 import BM25, words

_TEXTS = st.lists(
    st.lists(st.sampled_from(["drill", "wall", "wood", "oil", "saw", "plug"]), max_size=12).map(" ".join), max_size=8
)


def test_words_keep_versions_and_codes_whole() -> None:
    assert words("The drill's 115.4.2 shows 0x80070005, screws don't fit; Löcher") == [
        "drill's",
        "115.4.2",
        "shows"[:-1],
        "0x80070005",
        "screw",
        "fit",
        "löcher",
    ]


def test_scores_are_the_formula() -> None:
    index = BM25()
    for slot, text in enumerate(["wall wall drill", "wood oil", "wall"]):
        index.add(slot, text)
    idf = np.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    norm = 1.5 * (1 - 0.75 + 0.75 * 3 / 2)
    assert index.scores("wall", 3)[0] == pytest.approx(idf * 2 * 2.5 / (2 + norm), rel=1e-5)
    assert index.scores("wall", 3)[1] == 0


@given(_TEXTS, _TEXTS, st.data())
def test_after_changes_it_scores_as_if_built_anew(kept: list[str], gone: list[str], data: st.DataObject) -> None:
    order = data.draw(st.permutations([(text, True) for text in kept] + [(text, False) for text in gone]))
    changed, fresh, slots = BM25(), BM25(), []
    for slot, (text, _) in enumerate(order):
        changed.add(slot, text)
    for slot, (text, stays) in enumerate(order):
        if stays:
            fresh.add(len(slots), text)
            slots.append(slot)
        else:
            changed.remove(slot)
    for query in ("drill wall", "oil", "plug plug saw"):
        scores = changed.scores(query, len(order))
        assert scores[slots] == pytest.approx(fresh.scores(query, len(slots)), rel=1e-5)
        assert scores.sum() == pytest.approx(scores[slots].sum())


def test_an_empty_index_scores_nothing() -> None:
    assert BM25().scores("wall", 0).tolist() == []
