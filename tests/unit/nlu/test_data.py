"""Rasa's training data keeps what the design says of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

from bot.nlu.training import DATA

#: Rasa's own, for what is like none of the examples.
FALLBACK = "nlu_fallback"


def load(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text())


def examples() -> dict[str, list[str]]:
    blocks = [block for path in (DATA / "nlu").glob("*.yml") for block in load(f"nlu/{path.name}")["nlu"]]
    return {
        block["intent"]: [line.removeprefix("- ") for line in block["examples"].splitlines()]
        for block in blocks
        if "intent" in block
    }


def rules() -> list[tuple[str, str]]:
    return [tuple(value for step in rule["steps"] for value in step.values()) for rule in load("rules.yml")["rules"]]


def test_each_intent_leads_to_exactly_one_action() -> None:
    domain = load("domain.yml")
    assert Counter(intent for intent, _ in rules()) == Counter([*domain["intents"], FALLBACK])
    assert {action for _, action in rules()} == set(domain["actions"])


def test_each_intent_has_35_examples_and_none_stands_twice() -> None:
    by_intent = examples()
    assert set(by_intent) == set(load("domain.yml")["intents"])
    assert {intent: len(lines) for intent, lines in by_intent.items() if len(lines) < 35} == {}
    counted = Counter(line.lower() for lines in by_intent.values() for line in lines)
    assert [line for line, times in counted.items() if times > 1] == []


def test_every_entity_is_annotated_somewhere_or_its_lookups_are_ignored() -> None:
    text = "\n".join(line for lines in examples().values() for line in lines)
    assert [entity for entity in load("domain.yml")["entities"] if f"]({entity})" not in text] == []


def test_no_slot_changes_what_is_done() -> None:
    assert [name for name, slot in load("domain.yml")["slots"].items() if slot["influence_conversation"]] == []


def test_the_stories_follow_the_rules() -> None:
    action_of = dict(rules())
    for story in load("stories.yml")["stories"]:
        steps = [value for step in story["steps"] for value in step.values()]
        assert [action_of[intent] for intent in steps[::2]] == steps[1::2], story["story"]
