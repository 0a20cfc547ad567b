"""Whose an entry is: whatever its owner is written as, the rules say who that is, and nobody is guessed."""

from __future__ import annotations

import pytest

from bot.rules import owners
from bot.rules.rules import Rules
from bot.rules.team_rules import Department, Person, TeamRules

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


@pytest.fixture
def with_groups(rules: Rules) -> Rules:
    groups = {
        "Workshop": Department(members=(BEN, KIM), channel="#workshop"),
        "tools": Department(members=(BEN, "cli:lee", KIM)),
        "kim": Department(members=(BEN,)),
    }
    return TeamRules(groups=groups).over(rules)


@pytest.mark.parametrize("written", ["Workshop", "workshop", "group:workshop", " Group:Workshop "])
def test_a_group_is_told_in_its_channel(with_groups: Rules, written: str) -> None:
    assert owners.told(written, with_groups) == ("#workshop",)
    assert owners.called(written, with_groups) == "Workshop"
    assert owners.is_theirs(written, BEN, with_groups)
    assert not owners.is_theirs(written, ANNA, with_groups)


def test_a_group_without_a_channel_is_told_one_by_one_in_slack(with_groups: Rules) -> None:
    assert owners.told("tools", with_groups) == (BEN, "U099LEE01")  # Kim is not in Slack
    assert owners.told("leads", with_groups) == (ANNA,)


def test_a_person_comes_before_a_group_of_that_name(with_groups: Rules) -> None:
    assert owners.told("kim", with_groups) == ()
    assert owners.called("kim", with_groups) == "Kim"
    assert owners.told("group:kim", with_groups) == (BEN,)


@pytest.mark.parametrize("written", [None, "", "group:", "group:garden", "garden"])
def test_a_group_nobody_named_is_nobody(with_groups: Rules, written: str | None) -> None:
    assert owners.told(written, with_groups) == ()
    assert owners.group(written, with_groups) is None
    assert not owners.is_theirs(written, ANNA, with_groups)
