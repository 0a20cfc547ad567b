"""Ranking, votes and confidence over pools in memory, with vectors set by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from knowledge.confidence import LEFT, RIGHT, UsageSignals, logistic, right_signals, usage_confidence
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.index import Floats
from knowledge.model import RankingModel
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.results import Query
from knowledge.searching import search

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def towards(axis: int, cosine: float = 1.0) -> Floats:
    """A unit vector with this cosine to the post, which points along axis 0; the rest along another axis."""
    vector = np.zeros(8, dtype=np.float32)
    vector[0] = cosine
    vector[axis or 7] += np.sqrt(1 - cosine**2)
    return vector


POST = towards(0)


def usage(key: str, cosine: float, kind: EntryKind = EntryKind.USAGE, **more: object) -> tuple[Entry, list[Vector]]:
    entry = Entry(key, kind, f"About {key}", f"Text of {key}.", **more)  # type: ignore[arg-type]
    return entry, [Vector(PassageKind.PASSAGE, entry.title, entry.text, towards(1, cosine))]


def answer(key: str, cosine: float, *cites: str, **more: object) -> tuple[Entry, list[Vector]]:
    values = {"question": f"Question {key}", "cites": cites, "created_at": NOW, **more}
    entry = Entry(key, EntryKind.ANSWER, f"Question {key}", f"Answer {key}.", **values)  # type: ignore[arg-type]
    vector = towards(2, cosine)
    return entry, [Vector(PassageKind.QUESTION, "", entry.question, vector), Vector(PassageKind.PAIR, "", "", vector)]


def pools(*found: tuple[Entry, list[Vector]]) -> Pools:
    made = Pools(8)
    made.put(found)
    return made


def ask(**more: object) -> Query:
    return Query(text="zebra question", **more)  # type: ignore[arg-type]


def test_votes_lift_what_similar_answers_cited_by_id_or_address() -> None:
    near = usage("near", 0.6)
    cited = usage("cited", 0.5, url="https://www.example.org/help/cited/")
    votes = [answer("a1", 0.8, "cited"), answer("a2", 0.7, "http://example.org/help/cited?x=1#y")]
    plain = search(pools(near, cited), ask(), POST)
    assert [hit.entry.id for hit in plain.usage] == ["near", "cited"]
    found = search(pools(near, cited, *votes), ask(), POST)
    assert [hit.entry.id for hit in found.usage] == ["cited", "near"]
    assert found.usage[0].votes == ("a1", "a2")
    assert "2 similar past answers cite it" in found.why


def test_votes_from_afar_hardly_count() -> None:
    found = search(pools(usage("near", 0.6), usage("cited", 0.5), answer("a", 0.15, "cited")), ask(), POST)
    assert found.usage[0].entry.id == "near"


def test_an_answer_drawn_from_an_entry_does_not_vote_for_it() -> None:
    ours = answer("a", 0.9, "cited", written_by="assistant", drawn_from=("cited",))
    found = search(pools(usage("near", 0.6), usage("cited", 0.5), ours), ask(), POST)
    assert found.usage[0].entry.id == "near"
    assert all(hit.votes == () for hit in found.usage)


def test_a_drafted_answer_weighs_less_than_a_written_one() -> None:
    made = pools(answer("drafted", 0.80, written_by="assistant"), answer("human", 0.78), answer("far", 0.1))
    assert [hit.entry.id for hit in search(made, ask(), POST).answers][:2] == ["human", "drafted"]


def test_a_vote_counts_from_the_moment_its_link_was_written() -> None:
    later = {"cited:cited": (NOW + timedelta(days=3)).isoformat()}
    made = pools(usage("near", 0.6), usage("cited", 0.5), answer("a", 0.9, "cited", meta=later))
    before = search(made, ask(as_of=NOW + timedelta(days=1)), POST)
    assert [hit.entry.id for hit in before.answers] == ["a"]
    assert before.usage[0].votes == ()
    assert search(made, ask(as_of=NOW + timedelta(days=4)), POST).usage[0].votes == ("a",)


def test_as_of_holds_for_dated_notices_and_undated_always_count() -> None:
    made = pools(usage("new", 0.9, EntryKind.NOTICE, created_at=NOW), usage("old", 0.5, EntryKind.CAPABILITY))
    assert [hit.entry.id for hit in search(made, ask(as_of=NOW), POST).usage] == ["old"]
    assert len(search(made, ask(), POST).usage) == 2


@pytest.mark.parametrize(
    "entry",
    [
        usage("x", 0.9, EntryKind.REFERENCE),
        usage("x", 0.9, status=EntryStatus.RETIRED),
        usage("x", 0.9, status=EntryStatus.DRAFT),
        (usage("x", 0.9)[0], []),
    ],
)
def test_references_and_what_is_not_live_are_never_found(entry: tuple[Entry, list[Vector]]) -> None:
    made = pools(usage("x", 0.9))
    made.put([entry])
    assert len(made) == 0
    assert search(made, ask(), POST).top is None


def test_an_entry_that_changes_its_kind_moves() -> None:
    made = pools(usage("x", 0.9))
    made.put([answer("x", 0.9)])
    found = search(made, ask(), POST)
    assert ([*found.usage], [hit.entry.id for hit in found.answers]) == ([], ["x"])


def test_confidence_rises_with_likeness_and_with_agreement() -> None:
    others = [usage(f"other{n}", 0.2) for n in range(3)]
    sure = [search(pools(usage("x", cosine), *others), ask(), POST).confidence for cosine in (0.3, 0.5, 0.7)]
    assert sure == sorted(sure)
    assert sure[0] < 0.35 < sure[2]
    agreed = search(pools(usage("x", 0.5), *others, answer("a", 0.8, "x")), ask(), POST)
    assert agreed.confidence > sure[1]


def test_a_learned_answer_to_the_same_question_is_the_top_source() -> None:
    before = [usage("nearest", 0.4), answer("other", 0.4)]
    assert search(pools(*before), ask(), POST).confidence < 0.35
    found = search(pools(*before, answer("learned", 0.8)), ask(), POST)
    assert found.top is not None
    assert found.top.entry.id == "learned"
    assert found.confidence > 0.35
    assert found.top.score == found.confidence
    assert "very similar question" in found.why


def test_a_post_that_no_past_question_is_like_is_trusted_less_but_never_not_at_all() -> None:
    model = RankingModel.default()
    signals = UsageSignals(2.0, 1.0, 0.5, -8.0, 0.4, 0.0, 0.0, 0.5, past=0.9, typical=0.0)
    sure = [usage_confidence(replace(signals, typical=typical), model) for typical in (0.9, 0.0, -1.8, -3.6)]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > 2 * sure[-1]
    strange = usage_confidence(replace(signals, typical=-1000.0), model)
    assert strange == pytest.approx(LEFT * logistic(right_signals(signals), weights(model.confidence, RIGHT)))


def test_a_model_learned_before_the_past_was_looked_at_goes_on_as_it_was() -> None:
    default = RankingModel.default()
    old = {name: value for name, value in default.familiar.items() if name not in ("past", "typical")}
    model = default.model_copy(update={"familiar": old})
    signals = UsageSignals(2.0, 1.0, 0.5, -8.0, 0.4, 0.0, 0.0, 0.5, past=0.9, typical=-3.0)
    assert usage_confidence(signals, model) == usage_confidence(replace(signals, past=0.0, typical=0.0), model)


def weights(held: dict[str, float], names: tuple[str, ...]) -> tuple[float, ...]:
    return held["intercept"], *(held[name] for name in names)


def test_limit_holds_for_each_pool() -> None:
    made = pools(*(usage(f"u{n}", 0.5) for n in range(9)), *(answer(f"a{n}", 0.5) for n in range(9)))
    found = search(made, ask(limit=3), POST)
    assert (len(found.usage), len(found.answers)) == (3, 3)


def test_what_writers_of_similar_posts_were_asked_comes_with_the_result() -> None:
    made = Pools(8)
    meta = {"asked_back": "Which one is it?\nSince when?"}
    made.put([answer("near", 0.9, meta=meta), answer("far", 0.2, meta=meta), answer("silent", 0.8)])
    found = search(made, ask(), POST).asked_back
    assert [(one.question, one.entry_id) for one in found] == [
        ("Which one is it?", "near"),
        ("Since when?", "near"),
        ("Which one is it?", "far"),
        ("Since when?", "far"),
    ]
    assert found[0].similarity == pytest.approx(0.9, abs=1e-3)
    assert 0.5 < found[0].weight < 1  # the silent one takes part of it
    assert found[2].weight < 0.01
