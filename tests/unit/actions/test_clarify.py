from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.clarify import asked_already, missing_fact, missing_outcome
from actions.proposal import ThreadPost
from actions.propose import Proposer

Make = Callable[..., Any]


def _pair(hit: Make, entry: Make, **second: Any) -> list[Any]:
    one = entry("a", title="Pair a battery with the app on Android", platform="Android")
    two = entry("b", **({"title": "Pair a battery with the app on iOS", "platform": "iOS"} | second))
    return [hit(one, 0.9), hit(two, 0.85)]


def test_the_fact_is_asked_for_by_name(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    question = missing_fact(turn("How do I pair the battery?"), understood("pair the battery"), _pair(hit, entry))
    assert question == "Which one are you using: Android or iOS? The steps differ."


def test_products_too(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    hits = [hit(entry("a", product="H18"), 0.9), hit(entry("b", product="H12"), 0.88)]
    assert "H18 or H12" in str(missing_fact(turn(), understood(), hits))


def test_nothing_is_asked_that_the_post_says(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    assert missing_fact(turn("pair the battery on my android phone"), understood(), _pair(hit, entry)) is None
    assert missing_fact(turn("pair the battery"), understood(platform="iOS"), _pair(hit, entry)) is None


def test_nothing_is_asked_where_the_answer_does_not_depend_on_it(
    turn: Make, understood: Make, hit: Make, entry: Make
) -> None:
    assert missing_fact(turn(), understood(), _pair(hit, entry, platform="Android")) is None
    assert missing_fact(turn(), understood(), _pair(hit, entry, title="Lock a stolen tool")) is None
    general = [hit(entry("g", title="Pair a battery"), 0.95), *_pair(hit, entry)]
    assert missing_fact(turn(), understood(), general) is None


def test_a_weaker_source_does_not_make_the_answer_uncertain(
    turn: Make, understood: Make, hit: Make, entry: Make
) -> None:
    one, two = _pair(hit, entry)
    assert missing_fact(turn(), understood(), [one, hit(two.entry, 0.5)]) is None


def test_it_is_asked_once(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    asked = ThreadPost(by="ours", text="Which one are you using: Android or iOS?", at=turn().as_of)
    worked = ThreadPost(by="ours", text="1. Press it.\nDid that help?", at=turn().as_of)
    theirs = ThreadPost(by="asker", text="Which one is better?", at=turn().as_of)
    assert asked_already(turn(thread=(asked,)), understood())
    assert not asked_already(turn(thread=(worked, theirs)), understood())
    assert missing_fact(turn(thread=(asked,)), understood(), _pair(hit, entry)) is None


async def test_the_proposal_asks_and_offers_the_best_answer_beside(
    turn: Make, understood: Make, hit: Make, entry: Make, searcher: Make
) -> None:
    library = searcher(usage=tuple(_pair(hit, entry)))
    proposal = await Proposer(library).advise(
        turn("How do I pair a new battery with the app?"), understood("pair a battery")
    )
    assert (proposal.kind, proposal.reason) == ("clarify", "missing_fact")
    assert [candidate.label for candidate in proposal.candidates] == ["ask", "best"]
    assert "Android or iOS" in proposal.text


def test_trouble_that_is_only_named_is_asked_what_happens(turn: Make, understood: Make) -> None:
    meaning = understood("cannot send mail", "fix_a_problem")
    asked = missing_outcome(turn("I cannot send mail from my account today"), meaning, 0.45)
    assert asked is not None
    assert "What happens" in asked
    # answered well enough, or told in full: nothing to ask
    assert missing_outcome(turn("I cannot send mail from my account today"), meaning, 0.8) is None
    told = (
        "I cannot send mail. The server says relay denied, port 587, since the update of Tuesday, on the office network"
    )
    assert missing_outcome(turn(told), meaning, 0.45) is None
    assert missing_outcome(turn("How do I send mail from my other account?"), understood("send mail"), 0.45) is None
