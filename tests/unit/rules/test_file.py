"""The rules file: what may stand in it, and what somebody is told who got it wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review import Reviewer, Verb
from bot.rules.file import RulesError, read_rules, rules_in, rules_text
from bot.rules.rules import Group, Right, Rules
from bot.rules.team_rules import TeamRules
from bot.settings import Settings

EXAMPLE = Path(__file__).resolve().parents[3] / "data" / "rules.example.toml"
SETTINGS = Rules.of(Settings(reviewers=("U9",), leads=("U8",), threshold=0.7))


def told(text: str) -> list[str]:
    """What somebody is told of a file with this text, a line for each thing that is wrong."""
    with pytest.raises(RulesError) as raised:
        rules_in(text, "rules.toml")
    assert "docs/rules.md" in raised.value.hint
    return str(raised.value).splitlines()


def test_the_example_says_everything_there_is() -> None:
    found = read_rules(EXAMPLE)
    assert [name for name in TeamRules.model_fields if getattr(found, name) is None] == []
    rules = found.over(SETTINGS)
    assert (rules.threshold, rules.cards_per_hour, rules.undo) == (0.5, 20, timedelta(seconds=20))
    assert (rules.lease, rules.digest_at, rules.signed) == (timedelta(minutes=15), time(9), True)
    assert rules.rights("U012AB3CD") == frozenset(Right)
    assert rules.rights("cli:anna") == frozenset(Right)  # the same person on the command line
    assert rules.rights("U034EF5GH") == {Right.APPROVE, Right.EDIT}
    assert rules.rights("U056IJ7KL") == {Right.EDIT}
    assert rules.rights("U9") == frozenset()  # the settings named this one, the team's rules do not
    assert rules.group("electronics") == Group("electronics", frozenset({"U078MN9OP"}), "electronics-help")
    assert rules.group("leads") == Group("leads", frozenset({"U012AB3CD"}))
    assert [route.channel for route in rules.routes] == ["reviews-power-tools", "reviews-de"]
    assert (rules.hours.start, rules.hours.end, rules.hours.zone) == (time(8), time(18), "Europe/Berlin")
    assert date(2026, 12, 25) in rules.hours.off
    assert rules.escalation.groups == ("service",)
    assert rules.escalation.expire == timedelta(hours=8)


def test_what_is_left_out_is_as_the_settings_say() -> None:
    rules = rules_in("cards_per_hour = 5", "rules.toml").over(SETTINGS)
    assert rules == replace(SETTINGS, cards_per_hour=5)
    assert rules.settings is SETTINGS
    assert rules_in("", "rules.toml") == TeamRules()


@pytest.mark.parametrize(
    "rules",
    [
        SETTINGS,
        Rules.of(Settings()),
        Rules.of(Settings(leads=("U2",))),
        Rules.of(Settings(reviewers=("U1",))),
        read_rules(EXAMPLE).over(SETTINGS),
    ],
)
def test_what_is_written_reads_as_the_same(rules: Rules) -> None:
    written = rules_text(TeamRules.of(rules))
    for settings in (SETTINGS, Rules.of(Settings())):
        again = rules_in(written, "rules.toml").over(settings)
        everybody = ("U1", "U2", "U8", "U9", "U012AB3CD", "U056IJ7KL", "cli:anna")
        assert [again.rights(one) for one in everybody] == [rules.rights(one) for one in everybody]
        assert TeamRules.of(again) == TeamRules.of(rules)


@given(
    name=st.text(st.characters(exclude_categories=["Cs", "Zl", "Zp"], exclude_characters="\n\r"), max_size=20),
    channel=st.text(st.characters(codec="ascii", exclude_characters="\n\r"), min_size=1, max_size=20),
)
def test_any_name_is_written_so_that_it_reads_as_the_same(name: str, channel: str) -> None:
    group, person = f"{name} x", {"name": name.strip(), "may": ["edit"]}
    body = {"people": {"U1A": person}, "groups": {group.strip(): {"channel": f"{channel}y".strip()}}}
    rules = TeamRules.model_validate(body)
    assert rules_in(rules_text(rules), "rules.toml") == rules


def test_every_mistake_is_named_with_its_line_and_how_to_mend_it() -> None:
    text = """\
thresold = 0.5
cards_per_hour = "20"
two_people = ["complain",
   "legal"]
[people]
U1A = { name = "Anna", mey = ["approve"] }
[people."U 2"]
may = ["aprove"]
[[channels]]
lane = "deep"
[[channels]]
channel = "x"
lane = ["light",
        "depe"]
[hours]
time_zone = "Europe/Berlinn"
from = 9
to = "09:61"
off = ["christmas"]
[escalation]
remind_minutes = true
"""
    said = told(text)
    assert [line.split(": ")[0].removeprefix("rules.toml, ") for line in said] == [
        "line 1, column 1",
        "line 2, column 1",
        "line 3, column 15",
        "line 6, column 24",
        "line 7, column 2",
        "line 8, column 8",
        "line 9, column 3",
        "line 14, column 9",
        "line 16, column 1",
        "line 17, column 1",
        "line 18, column 1",
        "line 19, column 8",
        "line 21, column 1",
    ]
    for line, words in zip(
        said,
        (
            "thresold: unknown key, did you mean “threshold”?",
            "cards_per_hour: write a whole number",
            "“complain”, did you mean “complaint”?",
            "people.U1A.mey: unknown key, did you mean “may”?",
            "people.U 2",
            "'approve', 'edit' or 'lead'",
            "channels[1].channel: this key has to be there",
            "“depe”, did you mean “deep”?",
            "did you mean “Europe/Berlin”?",
            'hours.from: write a time as "09:00"',
            'hours.to: write a time as "09:00"',
            "write a date as 2026-12-31",
            "write a whole number",
        ),
        strict=True,
    ):
        assert words in line


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a = \n", "line 1, column 5", "this is not TOML"),
        ("[people]\nanna = {}\n", "line 2, column 1", "Slack's, such as U012AB3CD, or “cli:”"),
        ('[people]\nU1A = {also = ["U2A"]}\nU2A = {}\n', "line 2, column 16", "an id belongs to one person"),
        ('two_people = ["complaint"]\n[people.U1A]\n', "line 1, column 1", "two people have to be named"),
        ('[hours]\nfrom = "09:00"\n', "line 1, column 2", "give both"),
        ("[hours]\ndays = []\n", "line 2, column 1", "one day"),
        ("[groups.leads]\nmembers = []\n", "line 1, column 2", "name this one otherwise"),
        ("[groups.it]\n", "line 1, column 2", "nobody could be told"),
        (
            '[escalation]\nnext_minutes = 5\ngroups = ["itt"]\n[groups.it]\nchannel = "it"\n',
            "line 3, column 11",
            "“it”",
        ),
        ("[escalation]\nnext_minutes = 5\n", "line 1, column 2", "to whom"),
        (
            '[hours]\ndays = ["monday"]\nfrom = "09:00"\nto = "09:01"\n[escalation]\nexpire_minutes = 90\n',
            "line 6, column 1",
            "a week has 1 minutes of service",
        ),
        ("[escalation]\nlead_minutes = 5\n", "line 2, column 1", "there is no lead"),
        ("cards_per_hour = 0\n", "line 1, column 1", "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_only_together_or_not_read_at_all(text: str, where: str, words: str) -> None:
    (said,) = told(text)
    assert where in said
    assert words in said


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="No such file"):
        read_rules(tmp_path / "rules.toml")
    (tmp_path / "rules.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RulesError, match="UTF-8"):
        read_rules(tmp_path / "rules.toml")


def test_a_file_made_elsewhere_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_bytes(b"\xef\xbb\xbfcards_per_hour = 5\r\n")
    assert read_rules(tmp_path / "rules.toml").cards_per_hour == 5


def test_no_rule_lets_a_reply_go_out_by_itself() -> None:
    """There is no such key, under any name, and nobody is given a right that is not a person's."""
    for key in ("auto_publish", "autopublish", "auto_approve", "publish_above", "trusted", "approve_after_minutes"):
        (line,) = told(f"{key} = true\n")
        assert f"{key}: unknown key" in line
    names = " ".join((*TeamRules.model_fields, *Rules.__dataclass_fields__))
    assert "auto" not in names
    assert "publish" not in names


def test_each_right_is_needed_for_what_it_is_called() -> None:
    rules = read_rules(EXAMPLE).over(SETTINGS)
    carla, ben = Reviewer("U056IJ7KL", "Carla"), Reviewer("U034EF5GH", "Ben")
    assert not rules.may(carla, Verb.APPROVE)
    assert not rules.may(carla, Verb.WITHDRAW)
    assert rules.may(carla, Verb.EDIT)
    assert rules.may(carla, Verb.REJECT)
    assert rules.may(ben, Verb.APPROVE)
    assert not rules.may(ben, Verb.OVERRIDE)
    approves = replace(rules, editors=frozenset())
    assert approves.may(ben, Verb.APPROVE)
    assert not approves.may(ben, Verb.EDIT)
    assert not any(rules.may(Reviewer("U9", "Eve"), verb) for verb in Verb)


def test_who_may_see_what_waits() -> None:
    rules = read_rules(EXAMPLE).over(SETTINGS)
    assert rules.insiders == {"U012AB3CD", "U034EF5GH", "U056IJ7KL", "U078MN9OP", "cli:anna"}
    assert Rules.of(Settings(leads=("U2",))).insiders == frozenset()  # leads alone shut nobody out
