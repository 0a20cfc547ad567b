"""Libraries whose titles ask, and how like a post their questions are."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.entries import Entry, EntryKind
from knowledge.index import Floats
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.questions import TITLE_WORDS, WORDS, are_questions, asks, likeness
from knowledge.ranking import rank_usage
from knowledge.results import Query


def towards(cosine: float) -> Floats:
    return np.array([cosine, np.sqrt(1 - cosine**2), 0, 0], dtype=np.float32)


def entry(key: str, title: str, face: tuple[float, float] | None = (0.5, 0.5)) -> tuple[Entry, list[Vector]]:
    """Cosines to the post: of the passage .1, of title and opening as given."""
    vectors = [Vector(PassageKind.PASSAGE, title, "text", towards(0.1))]
    if face:
        vectors.append(Vector(PassageKind.TITLE, "", title, towards(face[0])))
        vectors.append(Vector(PassageKind.OPENING, "", title, towards(face[1])))
    return Entry(key, EntryKind.USAGE, title, "text"), vectors


def pools(*found: tuple[Entry, list[Vector]]) -> Pools:
    made = Pools(4)
    made.put(found)
    return made


POST = np.array([1, 0, 0, 0], dtype=np.float32)


@pytest.mark.parametrize("title", ["How do I hang it", "can I paint it", "Dowel too loose?", "怎么挂？", "IS it safe"])
def test_titles_that_ask(title: str) -> None:
    assert asks(title)


@pytest.mark.parametrize("title", ["Hang a shelf", "Cannot drill", "However it is", "Canvas", "Isolation", ""])
def test_titles_that_name(title: str) -> None:
    assert not asks(title)


def test_half_of_the_titles_must_ask_and_all_must_have_their_vectors() -> None:
    assert are_questions(pools(entry("a", "How?"), entry("b", "Why?"), entry("c", "Shelf")).usage)
    assert not are_questions(pools(entry("a", "How?"), entry("b", "Wall"), entry("c", "Shelf")).usage)
    assert not are_questions(pools(entry("a", "How?"), entry("b", "Why?", None)).usage)
    assert not are_questions(pools().usage)


def test_what_comes_and_goes_is_seen() -> None:
    made = pools(entry("a", "How?"), entry("b", "Why?"))
    assert are_questions(made.usage)
    made.put([entry(f"s{n}", "Shelf") for n in range(5)])
    assert not are_questions(made.usage)
    made.drop([f"s{n}" for n in range(5)])
    assert are_questions(made.usage)


def test_likeness_is_the_mean_of_title_and_opening_and_a_little_for_words() -> None:
    made = pools(entry("a", "How?", (0.8, 0.4)), entry("b", "Why?", (0.2, 0.2)))
    slots = np.array([0, 1], dtype=np.int64)
    found = likeness(made.usage, slots, POST, np.array([0.0, 10.0]), np.array([0.0, 1.0]))
    assert found == pytest.approx([0.6, 0.2 + 10 * WORDS + TITLE_WORDS])


def test_titles_and_openings_are_no_passages_and_survive_a_snapshot() -> None:
    made = pools(entry("a", "How?", (0.8, 0.4)), entry("n", "Wall", None), entry("b", "Why?", (0.2, 0.2)))
    made.drop(["a"])
    again = Pools.restore(4, made.export()())
    for kept in (made, again):
        assert len(kept.usage.index) == 2
        assert len(kept.usage.faces) == 1
        slot = kept.usage.slot_of["b"]
        assert likeness(kept.usage, np.array([slot]), POST, np.zeros(1), np.zeros(1)) == pytest.approx([0.2])


def test_a_library_of_questions_is_ranked_by_them_as_long_as_no_past_answer_votes() -> None:
    near = (Entry("near", EntryKind.USAGE, "How?", "text"), [Vector(PassageKind.PASSAGE, "How?", "text", towards(0.9))])
    near[1].extend(Vector(kind, "", "How?", towards(0.2)) for kind in (PassageKind.TITLE, PassageKind.OPENING))
    made = pools(near, entry("asked", "Why?", (0.8, 0.8)))
    query = Query(text="zebra")
    found, _ = rank_usage(made, query, POST, "zebra")
    assert [made.usage.entry(item.slot).id for item in found] == ["asked", "near"]
    assert found[0].fused > found[1].fused
    vectors = [Vector(kind, "", "zebra", towards(0.9)) for kind in (PassageKind.QUESTION, PassageKind.PAIR)]
    made.put([(Entry("a", EntryKind.ANSWER, "zebra", "x", question="zebra", cites=("near",)), vectors)])
    found, _ = rank_usage(made, query, POST, "zebra")
    assert made.usage.entry(found[0].slot).id == "near"
