"""How a post lies among the past questions, with vectors made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from knowledge import familiarity as module
from knowledge.entries import Entry, EntryKind
from knowledge.familiarity import HALF, HIGHEST, LOWEST, NEAREST, familiarity
from knowledge.index import Floats
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.results import Query

START = datetime(2025, 1, 1, tzinfo=UTC)
SIDE = 32
ASK = Query(text="x")


def unit(vector: Floats) -> Floats:
    made: Floats = (vector / np.linalg.norm(vector)).astype(np.float32)
    return made


def question(number: int, spread: float = 1.0) -> Floats:
    """One of a world whose questions lie around axis 0."""
    vector = np.random.default_rng(number).normal(size=SIDE) * spread / np.sqrt(SIDE)
    vector[0] += 1.0
    return unit(vector)


def pools(count: int, first: int = 0, **more: object) -> Pools:
    made = Pools(SIDE)
    add(made, count, first, **more)
    return made


def add(made: Pools, count: int, first: int, spread: float = 1.0, **more: object) -> None:
    made.put(
        [
            (
                Entry(  # type: ignore[arg-type]
                    f"a{number}",
                    EntryKind.ANSWER,
                    f"Question {number}",
                    f"Answer {number}.",
                    **{"created_at": START + timedelta(days=number), **more},
                ),
                [Vector(kind, "", "", question(number, spread)) for kind in (PassageKind.QUESTION, PassageKind.PAIR)],
            )
            for number in range(first, first + count)
        ]
    )


def away(made: Pools, vector: Floats, query: Query = ASK) -> float:
    much, typical = familiarity(made.answers, query, vector)
    return typical / much


def test_a_question_of_this_world_is_typical_and_one_of_another_is_not() -> None:
    made = pools(200)
    ours = [away(made, question(1_000 + number)) for number in range(50)]
    assert abs(float(np.mean(ours))) < 0.4
    assert away(made, unit(np.eye(SIDE)[5])) == LOWEST
    assert away(made, unit(np.eye(SIDE)[0])) == HIGHEST


def test_the_scale_is_that_of_the_library_itself() -> None:
    """The same cosines mean another thing where the past questions are more alike."""
    wide, narrow = pools(200, spread=1.5), pools(200, spread=0.5)
    post = question(1_000, spread=1.5)
    assert away(wide, post) > -2
    assert away(narrow, post) == LOWEST


def test_how_much_past_there_is_weighs_it() -> None:
    for count in (NEAREST + 1, 100, 400):
        much, typical = familiarity(pools(count).answers, ASK, question(1_000))
        assert much == pytest.approx(count / (count + HALF))
        assert abs(typical) <= much * -LOWEST


@pytest.mark.parametrize("count", [0, 1, NEAREST])
def test_a_library_with_little_past_says_nothing(count: int) -> None:
    assert familiarity(pools(count).answers, ASK, question(1_000)) == (0.0, 0.0)


def test_by_hand() -> None:
    made = pools(40)
    rows = np.stack([question(number) for number in range(40)])
    post = question(1_000)
    size = max(n for n in (int(1.25**power) for power in range(30)) if n <= 40)  # the scale grows in steps
    cosines = rows[:size] @ rows[:size].T
    np.fill_diagonal(cosines, -1)
    densities = -np.sort(-cosines, axis=1)[:, :NEAREST].mean(axis=1)
    density = np.sort(rows @ post)[-NEAREST:].mean()
    expected = (density - densities.mean()) / densities.std()
    assert away(made, post) == pytest.approx(expected, abs=1e-3)


def test_answers_that_came_later_and_the_own_thread_are_not_looked_at() -> None:
    early, made = pools(60), pools(60)
    add(made, 300, 60, spread=0.1)
    when = Query(text="x", as_of=START + timedelta(days=60))
    post = question(1_000)
    assert familiarity(made.answers, when, post) == familiarity(early.answers, ASK, post)
    own = question(30)
    without = away(early, own, Query(text="x", exclude=frozenset({"a30", "unknown"})))
    assert without < away(early, own)


def test_what_is_for_another_product_is_of_this_world_too() -> None:
    made = pools(60, product="Drill")
    asked = Query(text="x", product="Saw")
    assert familiarity(made.answers, asked, question(1_000)) == familiarity(made.answers, ASK, question(1_000))


def test_what_came_or_went_is_seen_and_the_scale_is_not_taken_at_each_search(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    densities = module._densities
    monkeypatch.setattr(
        module, "_densities", lambda answers, slots: taken.append(len(slots)) or densities(answers, slots)
    )
    made = pools(100)
    post = question(500)
    before = familiarity(made.answers, ASK, post)
    assert familiarity(made.answers, ASK, post) == before
    add(made, 1, 500)  # the very question
    assert familiarity(made.answers, ASK, post)[1] > before[1]
    assert len(taken) == 1
    made.drop(["a500"])
    assert familiarity(made.answers, ASK, post)[1] == pytest.approx(before[1])
    add(made, 100, 100)
    familiarity(made.answers, ASK, post)
    assert taken[-1] > taken[0]


def test_many_questions_are_looked_at_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    made, again = pools(150), pools(150)
    whole = away(made, question(1_000))
    monkeypatch.setattr(module, "_CHUNK", 7)
    assert away(again, question(1_000)) == pytest.approx(whole, abs=1e-5)


def test_very_many_are_searched_instead_of_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made, again = pools(150), pools(150)
    whole = away(made, question(1_000))
    monkeypatch.setattr(module, "LARGE", 100)
    assert away(again, question(1_000)) == pytest.approx(whole, abs=1e-5)
