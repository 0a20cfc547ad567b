from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.understanding import NoTurn, turn_of, understand

Make = Callable[..., Any]


def _tracker(intent: str = "get_something_done", **more: Any) -> dict[str, Any]:
    return {"latest_message": {"intent": {"name": intent, "confidence": 0.8}, "entities": []} | more, "slots": {}}


def test_intent_entities_and_outcome(turn: Make) -> None:
    entities = [{"entity": "product", "value": "H18"}, {"entity": "feature", "value": "chuck"}]
    found = understand(_tracker(entities=entities), turn("How do I free the bit?"))
    assert (found.intent, found.intent_confidence) == ("get_something_done", 0.8)
    assert (found.product, found.platform, found.feature) == ("H18", None, "chuck")
    assert found.outcome == "free the bit"


def test_what_the_message_does_not_name_comes_from_the_slots_and_the_turn(turn: Make, understood: Make) -> None:
    tracker = _tracker() | {"slots": {"platform": "iOS"}}
    assert understand(tracker, turn(product="H12")).product == "H12"
    assert understand(tracker, turn()).platform == "iOS"
    assert understand(_tracker(), turn(earlier=understood(product="HX"))).product == "HX"


@pytest.mark.parametrize("intent", ["inform", "it_did_not_work", "it_worked", "thank"])
def test_a_turn_about_the_one_before_keeps_its_outcome(intent: str, turn: Make, understood: Make) -> None:
    assert (
        understand(_tracker(intent), turn("the 18 volt one", earlier=understood("hang a shelf"))).outcome
        == "hang a shelf"
    )
    by_slot = _tracker(intent) | {"slots": {"outcome": "sand a deck"}}
    assert understand(by_slot, turn("the 18 volt one")).outcome == "sand a deck"


def test_a_new_need_has_its_own_outcome(turn: Make, understood: Make) -> None:
    found = understand(_tracker(), turn("How do I sand a table?", earlier=understood("hang a shelf")))
    assert found.outcome == "sand a table"


def test_a_bare_tracker_is_a_fallback(turn: Make) -> None:
    found = understand({}, turn())
    assert (found.intent, found.intent_confidence) == ("nlu_fallback", 0.0)


def test_the_turn_travels_as_an_object_or_as_json(turn: Make) -> None:
    given = turn()
    for sent in (given.model_dump(mode="json"), given.model_dump_json()):
        assert turn_of({"latest_message": {"metadata": {"turn": sent}}}) == given


@pytest.mark.parametrize("metadata", [None, {}, {"turn": "{"}, {"turn": {"turn_id": "1"}}])
def test_a_missing_or_broken_turn_is_said_so(metadata: Any) -> None:
    with pytest.raises(NoTurn) as caught:
        turn_of({"latest_message": {"metadata": metadata}})
    assert caught.value.hint
