"""What went before a turn, as Rasa is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from actions.proposal import ChannelRules, ThreadPost, TurnContext, Understanding
from bot.nlu.events import events, words

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def turn(**given: Any) -> TurnContext:
    rules = ChannelRules(name="memory", limit=500)
    return TurnContext(**{"turn_id": "1", "text": "It's plasterboard", "as_of": NOON, "channel": rules} | given)


def test_a_first_turn_only_listens() -> None:
    assert events(turn()) == [{"event": "action", "name": "action_listen"}]


def test_the_conversation_is_told_in_order_and_ends_with_listening() -> None:
    asked = ThreadPost(by="asker", text="How do I hang a mirror?", at=NOON)
    answered = ThreadPost(by="ours", text="What is the wall made of?", at=NOON)
    understood = Understanding(intent="get_something_done", intent_confidence=0.9, outcome="hang a mirror")
    told = events(turn(thread=(asked, answered), earlier=understood))
    assert [event["event"] for event in told] == ["slot", "slot", "user", "bot", "action"]
    assert {event["name"]: event["value"] for event in told[:2]} == {
        "outcome": "hang a mirror",
        "earlier_intent": "get_something_done",
    }
    assert told[2]["parse_data"]["intent"] == {"name": "get_something_done", "confidence": 0.9}
    assert told[3]["text"] == "What is the wall made of?"
    assert told[3]["timestamp"] == NOON.timestamp()


def test_only_the_last_post_of_the_asker_is_what_the_earlier_turn_understood() -> None:
    posts = tuple(ThreadPost(by="asker", text=text, at=NOON) for text in ("Hello", "My drill stops"))
    told = events(turn(thread=posts, earlier=Understanding(intent="fix_a_problem", intent_confidence=0.8)))
    intents = [event["parse_data"]["intent"].get("name") for event in told if event["event"] == "user"]
    assert intents == [None, "fix_a_problem"]


def test_what_others_wrote_is_not_the_askers() -> None:
    told = events(turn(thread=(ThreadPost(by="other", text="I am a person, call me!", at=NOON),)))
    assert [event["event"] for event in told] == ["action"]


def test_the_product_of_the_turn_itself_goes_before_the_earlier_one() -> None:
    earlier = Understanding(intent="inform", intent_confidence=0.9, product="H12", platform="One18")
    told = events(turn(product="H18", earlier=earlier))
    slots = {event["name"]: event["value"] for event in told if event["event"] == "slot"}
    assert (slots["product"], slots["platform"]) == ("H18", "One18")


@pytest.mark.parametrize(
    ("title", "text", "read"),
    [
        ("", "  two\n\nlines ", "two lines"),
        ("No sound", "It hums.", "No sound. It hums."),
        ("No sound?", "It hums.", "No sound? It hums."),
        ("No sound", "No sound from my drill", "No sound from my drill"),
        ("Only a title", "", "Only a title. "),
    ],
)
def test_title_and_text_are_read_together(title: str, text: str, read: str) -> None:
    assert words(turn(title=title, text=text)) == read.strip()
