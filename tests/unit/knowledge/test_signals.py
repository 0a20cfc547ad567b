"""What the ranking sees of each entry, with vectors set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.index import Floats
from knowledge.model import Metric, RankingModel
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.ranking import rank_usage
from knowledge.results import Query
from knowledge.searching import search
from knowledge.signals import Signals, signals

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MODEL = RankingModel.default()


def towards(cosine: float, axis: int = 1) -> Floats:
    """A unit vector with this cosine to the post, which points along axis 0."""
    vector = np.zeros(8, dtype=np.float32)
    vector[0], vector[axis] = cosine, np.sqrt(1 - cosine**2)
    return vector


POST = towards(1.0)
Filed = tuple[Entry, list[Vector]]


def usage(key: str, *cosines: float, **more: object) -> Filed:
    entry = Entry(key, EntryKind.USAGE, f"About {key}", f"Text of {key}.", **more)  # type: ignore[arg-type]
    return entry, [Vector(PassageKind.PASSAGE, entry.title, f"Part {c}", towards(c)) for c in cosines]


def answer(key: str, cosine: float, *cites: str, pair: float | None = None, **more: object) -> Filed:
    values = {"question": f"Question {key}", "cites": cites, "created_at": NOW, **more}
    entry = Entry(key, EntryKind.ANSWER, f"Question {key}", f"Answer {key}.", **values)  # type: ignore[arg-type]
    pairs = towards(cosine if pair is None else pair, 2)
    return entry, [
        Vector(PassageKind.QUESTION, "", entry.question, towards(cosine, 2)),
        Vector(PassageKind.PAIR, "", "", pairs),
    ]


def pools(*found: Filed) -> Pools:
    made = Pools(8)
    made.put(found)
    return made


def see(made: Pools, model: RankingModel = MODEL, text: str = "zebra question", **more: object) -> Signals:
    found = signals(made, Query(text=text, **more), POST, text, model)  # type: ignore[arg-type]
    assert found is not None
    return found


def of(made: Pools, seen: Signals, key: str, name: str) -> float:
    return float(seen.column(name)[seen.slots.searchsorted(made.usage.slot_of[key])])


def test_evidence_adds_up_passages_questions_and_answers_as_the_kernel_says() -> None:
    made = pools(usage("x", 0.5, 0.4), answer("a", 0.8, "x", pair=0.7))
    kernel = MODEL.kernel
    by_hand = kernel.passage * sum(np.exp(kernel.sharpness * (c - 1)) for c in (0.5, 0.4))
    by_hand += np.exp(kernel.sharpness * (0.8 - 1)) + kernel.pair * np.exp(kernel.sharpness * (0.7 - 1))
    seen = see(made)
    assert of(made, seen, "x", "evidence") == pytest.approx(np.log(by_hand), abs=1e-3)
    assert of(made, seen, "x", "cosine") == pytest.approx(0.5, abs=1e-5)
    assert of(made, seen, "x", "second_cosine") == pytest.approx(0.45, abs=1e-5)
    assert of(made, seen, "x", "voter") == pytest.approx(0.8, abs=1e-5)


def test_an_answer_with_two_links_gives_each_half_a_vote() -> None:
    made = pools(usage("x", 0.1), usage("y", 0.1), usage("z", 0.1), answer("a", 0.9, "x", "y"), answer("b", 0.9, "z"))
    seen = see(made)
    votes = {key: np.exp(of(made, seen, key, "evidence")) for key in "xyz"}
    assert votes["x"] == pytest.approx(votes["y"])
    assert votes["z"] == pytest.approx(2 * votes["x"], rel=1e-3)


def test_an_old_citation_counts_less_and_is_not_of_late() -> None:
    old = NOW - timedelta(days=400)
    made = pools(usage("x", 0.1), usage("y", 0.1), answer("a", 0.9, "x", created_at=old), answer("b", 0.9, "y"))
    seen = see(made, as_of=NOW + timedelta(days=1))
    gap = of(made, seen, "y", "evidence") - of(made, seen, "x", "evidence")
    assert gap == pytest.approx(400 / MODEL.kernel.memory, abs=0.01)
    for name in ("lately", "this_year"):
        assert of(made, seen, "y", name) > of(made, seen, "x", name)


def test_votes_for_what_is_not_here_go_astray_and_that_lowers_the_confidence() -> None:
    held = [usage(f"u{n}", 0.3) for n in range(5)]
    at_home = pools(*held, answer("a", 0.9, "u0"))
    astray = pools(*held, answer("a", 0.9, "gone"), answer("b", 0.5, "u0"))
    assert see(at_home).homeless == 0
    assert see(astray).homeless > 0.9
    sure = [search(made, Query(text="zebra question"), POST).confidence for made in (at_home, astray)]
    assert sure[0] > sure[1]


def test_without_past_answers_the_entries_alone_decide_and_votes_cost_nothing() -> None:
    made = pools(usage("near", 0.7), usage("far", 0.2))
    seen = see(made)
    for name in ("voter", "lately", "this_year"):
        assert len(set(seen.column(name))) == 1
    assert (seen.nearest, seen.homeless, seen.voters) == (0.0, 0.0, {})
    ranked, _ = rank_usage(made, Query(text="zebra question"), POST, "zebra question")
    assert [made.usage.entry(item.slot).id for item in ranked] == ["near", "far"]


def test_the_only_entry_of_a_library_is_not_thought_right_for_that() -> None:
    ranked, _ = rank_usage(pools(usage("only", 0.1)), Query(text="zebra question"), POST, "zebra question")
    assert ranked[0].fused < 0.2
    close, _ = rank_usage(pools(usage("only", 0.8)), Query(text="zebra question"), POST, "zebra question")
    assert close[0].fused > 0.9


def test_words_of_the_title_count_by_how_rare_they_are() -> None:
    made = pools(usage("zebra", 0.2), usage("horse", 0.2))
    seen = see(made)
    assert of(made, seen, "zebra", "title_words") > of(made, seen, "horse", "title_words") == 0


def test_what_came_or_went_is_seen_at_once() -> None:
    made = pools(usage("x", 0.1), usage("y", 0.1))
    assert see(made).voters == {}
    made.put([answer("a", 0.9, "x")])
    assert see(made).voters == {made.usage.slot_of["x"]: ["a"]}
    made.put([usage("x", 0.3)])  # a new version takes another slot
    assert see(made).voters == {made.usage.slot_of["x"]: ["a"]}
    made.drop(["a"])
    assert see(made).voters == {}


def test_a_metric_turns_what_is_near_and_leaves_the_plain_evidence() -> None:
    made = pools(usage("x", 0.5), usage("y", 0.4), answer("a", 0.5, "y"))
    squeezed = np.eye(8, dtype=np.float32)
    squeezed[2, 2] = 0.1  # along the axis in which the past question differs from the post
    turned = MODEL.with_metric(squeezed, "hand")
    before, after = see(made), see(made, turned)
    np.testing.assert_allclose(before.column("plain_evidence"), after.column("plain_evidence"))
    assert of(made, after, "y", "evidence") > of(made, before, "y", "evidence") + 1
    assert of(made, after, "x", "evidence") == pytest.approx(of(made, before, "x", "evidence"), abs=1e-3)


def test_cosines_under_a_metric_are_those_of_the_mapped_vectors() -> None:
    chance = np.random.default_rng(1)
    matrix, rows, post = (chance.normal(size=size).astype(np.float32) for size in ((8, 8), (5, 8), (8,)))
    metric = Metric(matrix)
    mapped, looked = rows @ matrix.T, matrix @ post
    by_hand = mapped @ looked / np.linalg.norm(mapped, axis=1) / np.linalg.norm(looked)
    np.testing.assert_allclose(rows @ metric.looking(post) / metric.lengths(rows), by_hand, rtol=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["put", "retire", "drop", "cite"])), max_size=25))
def test_what_is_retired_or_excluded_is_never_found(steps: list[tuple[str, str]]) -> None:
    made = pools(usage("kept", 0.2))
    live = {"kept"}
    for number, (key, step) in enumerate(steps):
        if step == "put":
            made.put([usage(key, 0.6)])
            live.add(key)
        elif step == "retire":
            made.put([usage(key, 0.6, status=EntryStatus.RETIRED)])
            live.discard(key)
        elif step == "drop":
            made.drop([key])
            live.discard(key)
        else:
            made.put([answer(f"answer-{number}", 0.9, key)])
    for excluded in (frozenset[str](), frozenset({"a", "kept"})):
        ranked, seen = rank_usage(made, Query(text="zebra", exclude=excluded), POST, "zebra")
        found = {made.usage.entry(item.slot).id for item in ranked}
        assert found == live - excluded
        assert seen is None or {made.usage.entry(slot).id for slot in seen.voters} <= found
