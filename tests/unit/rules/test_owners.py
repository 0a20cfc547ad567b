"""Whose an entry is: whatever its owner is written as, the rules say who that is, and nobody is guessed."""

from __future__ import annotations

import pytest

from bot.rules import owners
from bot.rules.rules import Rules
from bot.rules.team_rules import Person, TeamRules

ANNA, BEN, KIM = "U012AB3CD", "U034EF5GH", "cli:kim"


@pytest.fixture
def rules() -> Rules:
    people = {
        ANNA: Person(name="Anna Berg", may=("lead",), also=("cli:anna", "Anna@Holloway.example")),
        BEN: Person(name="Ben Okafor"),
        "U078PQ9RS": Person(name="Ben Ruiz"),
        KIM: Person(name="Kim"),
        "cli:lee": Person(name="Lee Ward", also=("U099LEE01",)),
    }
    return TeamRules(people=people).over(Rules())


@pytest.mark.parametrize(
    "written",
    [
        ANNA,
        f" {ANNA} ",
        "cli:anna",
        "anna@holloway.example",
        "Anna Berg",
        "anna berg",
        "Anna",
        "Anna Berg <anna@holloway.example>",
        "Anna Berg <anna@elsewhere.example>",
        "A. Berg <anna@holloway.example>",
    ],
)
def test_a_name_an_address_or_an_id_is_the_person_in_the_rules(rules: Rules, written: str) -> None:
    assert owners.person(written, rules) == ANNA
    assert owners.slack_id(written, rules) == ANNA
    assert owners.called(written, rules) == "Anna Berg"


@pytest.mark.parametrize("written", [None, "", "  ", "Ben", "Berg", "olga@holloway.example", "Olga", "<>", "Ben <x>"])
def test_whom_the_rules_do_not_know_or_know_twice_is_nobody(rules: Rules, written: str | None) -> None:
    assert owners.person(written, rules) == ""
    assert owners.slack_id(written, rules) == ""
    assert owners.called(written, rules) == (written or "").strip()


def test_who_has_several_ids_is_told_by_the_one_of_slack(rules: Rules) -> None:
    assert owners.slack_id("Lee", rules) == "U099LEE01"
    assert owners.person("Kim", rules) == KIM
    assert owners.slack_id("Kim", rules) == ""


def test_a_member_id_needs_no_rules() -> None:
    assert owners.slack_id("U0OWNER1", Rules()) == "U0OWNER1"
    assert owners.called("U0OWNER1", Rules()) == "U0OWNER1"
