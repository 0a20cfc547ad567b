"""The demo's people: their rules can be used, and each role shows something that another may not do."""

from __future__ import annotations

from bot.demo import sample, team
from bot.demo.sample import RULES
from bot.review import Reviewer, Verb
from bot.rules.file import read_rules
from bot.rules.rules import Rules
from bot.sandbox.workspace import PEOPLE, User


def test_everybody_in_the_stand_in_slack_has_the_role_that_stands_there() -> None:
    rules = read_rules(RULES).over(Rules())
    assert {person.id: person.real_name for person in PEOPLE} == rules.names
    said = dict(team.roles(rules))
    for person in PEOPLE:
        assert person.title in said[person.real_name]
    may = {
        person.title: [verb for verb in (Verb.APPROVE, Verb.EDIT, Verb.OVERRIDE) if rules.may(_reviewer(person), verb)]
        for person in PEOPLE
    }
    assert may == {
        "reviewer": [Verb.APPROVE, Verb.EDIT],
        "editor": [Verb.EDIT],
        "lead": [Verb.APPROVE, Verb.EDIT, Verb.OVERRIDE],
    }
    assert [person.title for person in PEOPLE if rules.may_resume(_reviewer(person))] == ["lead"]


def test_rights_that_no_role_has_are_named_one_by_one() -> None:
    rules = Rules(reviewers=frozenset({"a"}), editors=frozenset({"b"}), names={"a": "Ann", "c": "Cy"})
    assert team.roles(rules) == [("Ann", "approve"), ("Cy", "looks on")]


def test_who_speaks_in_the_script_is_known_to_the_square() -> None:
    script = sample.read()
    assert len(script.idle) >= 2
    assert {said.person for said in script.idle} <= set(script.people)


def _reviewer(person: User) -> Reviewer:
    return Reviewer(person.id, person.real_name)
