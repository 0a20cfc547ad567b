"""Learning from a library's own past: what is learned helps, what came later is not seen, and only better is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from knowledge.entries import Entry, EntryKind
from knowledge.index import Floats
from knowledge.learning import fit, learn
from knowledge.learning import trial as trials
from knowledge.learning.examples import example, past_posts
from knowledge.learning.fitting import fit_logistic, fit_weights, recalibrate, temper
from knowledge.model import RankingModel
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector

START = datetime(2025, 1, 1, tzinfo=UTC)
SIDE, TOPICS = 16, 12
CHANCE = np.random.default_rng(7)
#: Questions about a topic lie along one axis; another, strong one is chatter that means nothing.
_TOPICS = np.linalg.qr(CHANCE.normal(size=(SIDE, SIDE)))[0].astype(np.float32)


def post(topic: int, chance: np.random.Generator) -> Floats:
    found = _TOPICS[topic] + chance.normal() * 1.5 * _TOPICS[-1] + chance.normal(size=SIDE).astype(np.float32) * 0.25
    unit: Floats = (found / np.linalg.norm(found)).astype(np.float32)
    return unit


def library(past: int, **more: object) -> Pools:
    chance = np.random.default_rng(3)
    made = Pools(SIDE)
    for topic in range(TOPICS):
        entry = Entry(f"e{topic}", EntryKind.USAGE, f"Topic {topic}", f"About {topic}.")
        made.put([(entry, [Vector(PassageKind.PASSAGE, entry.title, entry.text, post(topic, chance))])])
    for number in range(past):
        topic = int(chance.integers(TOPICS))
        values = {"cites": (f"e{topic}",), "created_at": START + timedelta(days=number, hours=1), **more}
        meta = {"asked_at": (START + timedelta(days=number)).isoformat()}
        entry = Entry(f"a{number}", EntryKind.ANSWER, "Help", "So.", question=f"Number {number}", meta=meta, **values)  # type: ignore[arg-type]
        asked = post(topic, chance)
        made.put([(entry, [Vector(PassageKind.QUESTION, "", "", asked), Vector(PassageKind.PAIR, "", "", asked)])])
    return made


def test_past_posts_are_answers_of_people_that_cite_what_is_here_oldest_first() -> None:
    made = library(5)
    first = made.answers.entry(0)
    odd = [
        replace(first, id="drafted", written_by="assistant"),
        replace(first, id="elsewhere", cites=("gone",)),
        replace(first, id="undated", created_at=None),
        replace(first, id="silent", cites=()),
    ]
    vector = Vector(PassageKind.QUESTION, "", "", _TOPICS[0])
    made.put([(entry, [vector, replace(vector, kind=PassageKind.PAIR)]) for entry in odd])
    found = past_posts(made)
    assert [one.id for one in found] == [f"a{number}" for number in range(5)]
    assert [one.asked for one in found] == [START + timedelta(days=number) for number in range(5)]
    assert len(past_posts(made, START + timedelta(days=3))) == 3


def test_an_example_sees_only_what_was_written_before_it() -> None:
    made = library(30)
    for one in past_posts(made):
        seen = example(made, one, RankingModel.default())
        assert seen is not None
        earlier = {f"a{number}" for number in range(int(one.id[1:]))}
        assert {voter for voters in seen.seen.voters.values() for voter in voters} <= earlier
        hidden = example(made, one, RankingModel.default(), without=True)
        assert hidden is not None
        assert not hidden.right.any()


def test_too_little_history_keeps_what_ships_and_says_so() -> None:
    assert fit(library(20)) == RankingModel.default()
    found = learn(library(20), RankingModel.default())
    assert found.model is None
    assert "too little to learn from: 20 past answers" in found.why


def test_what_is_learned_is_taken_when_it_is_better_on_posts_it_never_saw() -> None:
    poor = {"fitted_on": "others", "fitted_at": START.isoformat(), "weights": {"lately": 1.0}}
    found = learn(library(145), RankingModel.default().model_copy(update=poor))
    assert found.model is not None
    assert found.before is not None
    assert found.after is not None
    assert found.after.mrr_10 > found.before.mrr_10 + 0.3
    assert (found.past, found.held_back, found.against) == (145, 40, "the current model")
    assert found.model.fitted_on.startswith("145 past posts of this library, 2025-01-01")
    assert found.as_json()["accepted"] is True


def test_a_new_model_that_is_no_better_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "fit", lambda *_, **__: RankingModel.default())
    found = learn(library(200), RankingModel.default())
    assert found.model is None
    assert found.before == found.after
    assert "not clearly better" in found.why


def test_a_model_that_saw_the_held_back_posts_is_not_the_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "fit", lambda *_, **__: RankingModel.default())
    late = RankingModel.default().model_copy(update={"fitted_at": (START + timedelta(days=190)).isoformat()})
    early = RankingModel.default().model_copy(update={"fitted_at": START.isoformat(), "fitted_on": "others"})
    assert "has learned from posts that are held back" in learn(library(200), late).against
    assert learn(library(200), early).against == "the current model"


def test_learning_twice_gives_the_same() -> None:
    made, until = library(140), START + timedelta(days=135)
    assert fit(made, until) == fit(made, until)


def test_what_came_after_the_moment_changes_nothing() -> None:
    until = START + timedelta(days=130)
    assert fit(library(130), until).weights == fit(library(260), until).weights


def test_weights_need_something_right() -> None:
    made = library(5)
    seen = example(made, past_posts(made)[-1], RankingModel.default(), without=True)
    assert seen is not None
    with pytest.raises(ValueError, match="nothing to learn"):
        fit_weights([seen])


def test_the_logistic_fit_finds_the_slope_and_is_held_where_little_is_known() -> None:
    chance = np.random.default_rng(0)
    values = chance.normal(size=(4_000, 2))
    right = chance.random(4_000) < 1 / (1 + np.exp(-(0.5 + 2 * values[:, 0])))
    free = fit_logistic(values, right, np.ones(4_000), np.zeros(3), hold=0.01)
    np.testing.assert_allclose(free, [0.5, 2, 0], atol=0.2)
    held = fit_logistic(values[:5], right[:5], np.ones(5), np.array([0.0, 0.0, 1.0]), hold=100)
    np.testing.assert_allclose(held[1:], [0, 1], atol=0.05)


def test_recalibration_stretches_and_moves_but_keeps_the_order() -> None:
    chance = np.random.default_rng(0)
    values = chance.normal(size=(4_000, 1))
    right = chance.random(4_000) < 1 / (1 + np.exp(-(values[:, 0] - 1)))
    moved = recalibrate(np.array([0.0, 3.0]), values, right)
    np.testing.assert_allclose(moved, [-1, 1], atol=0.2)


def test_tempering_draws_log_odds_towards_their_mean_and_keeps_the_mean() -> None:
    values = np.array([[-1.0], [0.0], [4.0]])
    weights = np.array([0.5, 2.0])
    before = weights[0] + values @ weights[1:]
    mild = temper(weights, values, 0.5)
    after = mild[0] + values @ mild[1:]
    assert after.mean() == pytest.approx(before.mean())
    assert np.ptp(after) == pytest.approx(np.ptp(before) / 2)
    assert temper(weights, values, 1.0) == pytest.approx(weights)
