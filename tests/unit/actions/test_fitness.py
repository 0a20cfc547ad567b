from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from typing import Any

from actions.compose import compose
from actions.fitness import ALIKE, ENOUGH, LEAST_FIT, WEIGHTS, Surroundings, fitness, signs
from actions.material import material
from knowledge.entries import Entry, EntryKind
from knowledge.results import Hit

Make = Callable[..., Any]

DOMAINS = ("holloway.example",)
WAX = "Rub a little wax on every screw before you drive it into the wood."


def answer(entry: Make, key: str, text: str, similarity: float = 0.8, score: float = 0.6) -> Hit:
    made: Entry = entry(key, kind=EntryKind.ANSWER, title="my screws snap", question="my screws snap", text=text)
    return Hit(entry=made, score=score, quote="", cosine=similarity, question_similarity=similarity)


def many(entry: Make, text: str, count: int = ENOUGH) -> list[Hit]:
    return [answer(entry, f"a{number}", text) for number in range(count)]


def weigh(hit: Hit, around: Surroundings) -> float:
    lent = material(hit, "my screws snap", DOMAINS)
    assert lent is not None
    return fitness(signs(hit, lent, around))


def test_what_others_were_told_as_well_is_fitter_than_what_nobody_was(
    turn: Make, understood: Make, entry: Make
) -> None:
    alone = answer(entry, "alone", "Polish the chuck of your drill with a soft cloth every single week.")
    hits = [alone, *many(entry, WAX)]
    around = Surroundings(turn("My screws snap"), understood("my screws snap"), hits)
    assert around.agreement("a0", WAX) > 0.7
    assert around.agreement("alone", alone.entry.text) < 0.1
    assert weigh(hits[1], around) > weigh(alone, around)


def test_words_that_the_post_says_itself_are_no_agreement(turn: Make, understood: Make, entry: Make) -> None:
    around = Surroundings(turn(WAX), understood("wax"), many(entry, WAX))
    assert around.agreement("a0", WAX) == 0


def test_a_source_by_itself_agrees_with_nobody(turn: Make, understood: Make, entry: Make) -> None:
    around = Surroundings(turn("My screws snap"), understood("screws"), many(entry, WAX, 1))
    assert around.agreement("a0", WAX) == 0


def test_there_is_a_weight_for_every_sign(turn: Make, understood: Make, entry: Make) -> None:
    hits = many(entry, WAX)
    around = Surroundings(turn("My screws snap"), understood("screws"), hits)
    lent = material(hits[0], "my screws snap", DOMAINS)
    assert lent is not None
    assert len(astuple(signs(hits[0], lent, around))) == len(WEIGHTS)


def test_past_answers_speak_only_where_enough_people_asked_much_the_same(
    turn: Make, understood: Make, entry: Make
) -> None:
    hits = many(entry, WAX)
    assert Surroundings(turn(), understood(), hits).answered_before
    assert not Surroundings(turn(), understood(), hits[1:]).answered_before
    far = [replace(hit, question_similarity=ALIKE - 0.01) for hit in hits]
    assert not Surroundings(turn(), understood(), far).answered_before


def test_where_others_were_answered_the_agreed_answer_is_drafted_and_the_odd_one_is_not(
    turn: Make, understood: Make, entry: Make
) -> None:
    odd = answer(entry, "odd", "The moon was full when mine broke, so perhaps wait until it wanes again.", 0.56, 0.9)
    candidates = compose(turn("My screws snap"), understood("my screws snap"), [odd, *many(entry, WAX)])
    assert WAX in candidates[0].text
    assert all(candidate.fitness is not None and candidate.fitness >= LEAST_FIT for candidate in candidates)
    assert not any("moon" in candidate.text for candidate in candidates)


def test_elsewhere_nothing_tells_how_fit_a_draft_is(turn: Make, understood: Make, hit: Make) -> None:
    assert compose(turn(), understood(), [hit()])[0].fitness is None
