"""The form in which a lead changes the rules: what it shows is what is read back, and errors stand at their fields."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.views import View

from bot.rules.checks import read
from bot.rules.rules import Rules
from bot.rules.team_rules import TeamRules
from bot.settings import Settings
from bot.slack import rules_home

OWN = TeamRules.model_validate(
    {
        "people": {
            "U1": {"name": "Anna", "may": ["lead"], "also": ["cli:anna"]},
            "U2": {"may": ["approve"]},
            "cli:cron": {"may": ["edit"]},
        },
        "hours": {
            "time_zone": "Europe/Berlin",
            "days": ["monday"],
            "from": "09:00",
            "to": "17:00",
            "off": ["2026-12-25"],
        },
        "cards_per_hour": 7,
    }
)
RULES = TeamRules.of(OWN.over(Rules.of(Settings())))

INITIAL = {
    "multi_users_select": ("initial_users", "selected_users"),
    "number_input": ("initial_value", "value"),
    "plain_text_input": ("initial_value", "value"),
    "timepicker": ("initial_time", "selected_time"),
    "checkboxes": ("initial_options", "selected_options"),
}


def sent(view: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """The values that Slack sends of a form nobody has touched, but for `typed`."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            initial, name = INITIAL[block["element"]["type"]]
            value = typed.get(block["block_id"], block["element"].get(initial))
            values[block["block_id"]] = {"value": {"type": block["element"]["type"], name: value}}
    return values


def test_an_untouched_form_changes_nothing() -> None:
    said = rules_home.typed(sent(rules_home.modal(RULES)), RULES)
    form, problems = read(said)
    assert problems == ()
    assert form is not None
    again = TeamRules.of(form.over(Rules.of(Settings())))
    assert (again.people, again.hours) == (RULES.people, RULES.hours)
    assert (again.cards_per_hour, again.threshold) == (RULES.cards_per_hour, RULES.threshold)


def test_whom_slack_does_not_know_keeps_what_they_have() -> None:
    said = rules_home.typed(sent(rules_home.modal(RULES), approve=["U3"], edit=[]), RULES)
    assert said["people"]["cli:cron"]["may"] == ["edit"]
    assert said["people"]["U1"] == {"name": "Anna", "may": ["lead"], "also": ["cli:anna"]}
    assert said["people"]["U3"]["may"] == ["approve"]
    assert "U2" not in said["people"]


def test_each_error_stands_at_its_field() -> None:
    typed = {
        "threshold": "much",
        "cards_per_hour": "0",
        "time_zone": "Mars",
        "days": [],
        "off": "christmas",
        "to": None,
    }
    _, problems = read(rules_home.typed(sent(rules_home.modal(RULES), **typed), RULES))
    errors = rules_home.at_fields(problems)
    assert set(errors) == {"threshold", "cards_per_hour", "time_zone", "off"}
    _, problems = read(rules_home.typed(sent(rules_home.modal(RULES), to=None), RULES))
    assert set(rules_home.at_fields(problems)) == {"from"}
    _, problems = read(rules_home.typed(sent(rules_home.modal(RULES), days=[]), RULES))
    assert set(rules_home.at_fields(problems)) == {"days"}


def test_slack_takes_the_form() -> None:
    view = rules_home.modal(RULES)
    View(**view).validate_json()
    assert len(view["title"]["text"]) <= 24
    assert len(view["private_metadata"]) <= 3000
    assert view["private_metadata"] != rules_home.seen(OWN)
