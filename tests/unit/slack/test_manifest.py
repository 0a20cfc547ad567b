"""The committed manifest is what the code listens to and calls, no more and no less."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.letters import Disputed
from bot.cards.overview import Look
from bot.record.disputes import Dispute
from bot.review import HandOver, Publishing
from bot.slack import (
    afterwards,
    disputes,
    editing,
    handing_over,
    home,
    home_rows,
    letters,
    manifest,
    modals,
    redrafting,
    sharing,
    snoozing,
)
from bot.slack import card as cards
from bot.slack.app import ACTIONS, COMMANDS, EVENTS, HOME, MORE, SHORTCUTS, VIEWS, Command, Shortcut
from bot.slack.clicks import Clicks
from bot.slack.offers import OFFERS
from bot.states import State
from tests.unit.slack.samples import AT, card, every_shape, overview

#: What the SDK's client calls Slack's methods: chat_postMessage for chat.postMessage.
OF_THE_SDK = {name for name in vars(AsyncWebClient) if "_" in name[1:-1] and not name.startswith("_")} - {"api_call"}


async def nothing(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
    """A handler."""


@pytest.fixture
def more(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app that has a shortcut of each type and a command, whatever the real one has."""
    monkeypatch.setitem(SHORTCUTS, "test_file", Shortcut(nothing, "message", "File this", "Files a message away"))
    monkeypatch.setitem(SHORTCUTS, "test_ask", Shortcut(nothing, "global", "Ask this", "Asks a question"))
    monkeypatch.setitem(COMMANDS, "/test", Command(nothing, "Tests things", "[this|that]"))


def calls_in(folder: Path) -> set[str]:
    """Slack's names of all methods that the code below a folder calls, through the SDK or by name."""
    called = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in OF_THE_SDK:
                called.add(node.attr.replace("_", "."))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "api_call":
                if ast.unparse(node.func) == "super().api_call":  # passed on: it is counted where it was called
                    continue
                named = node.args[0] if node.args else None
                assert isinstance(named, ast.Constant), f"{path.name}:{node.lineno} hides which method it calls"
                called.add(str(named.value))
    return called


def test_the_committed_file_is_what_the_code_makes() -> None:
    assert manifest.PATH.read_text(encoding="utf-8") == manifest.text(), "run python -m bot.slack.manifest"
    assert yaml.safe_load(manifest.text()) == manifest.manifest()


def test_scopes_are_named_for_exactly_the_methods_that_are_called() -> None:
    assert calls_in(Path(manifest.__file__).parent) == set(manifest.SCOPES)


def test_connecting_and_the_doctor_need_no_scope_of_their_own() -> None:
    beside = Path(manifest.__file__).parents[1]
    called = calls_in(beside / "connecting") | calls_in(beside / "doctor")
    assert "auth.test" in called
    assert called - set(manifest.SCOPES) <= {"apps.connections.open"}


def test_scopes_are_named_for_exactly_the_events_that_are_heard() -> None:
    assert set(manifest.EVENT_SCOPES) == set(EVENTS)
    assert manifest.manifest()["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


def test_every_scope_that_is_asked_for_is_needed() -> None:
    needed = {s for table in (manifest.SCOPES, manifest.EVENT_SCOPES) for each in table.values() for s in each}
    needed |= {"commands"} if SHORTCUTS or COMMANDS else set()
    assert set(manifest.manifest()["oauth_config"]["scopes"]["bot"]) == needed


def test_shortcuts_and_commands_are_named_as_they_are_heard(more: None) -> None:
    made = manifest.manifest()
    shortcuts = {it["callback_id"]: it for it in made["features"]["shortcuts"]}
    assert set(shortcuts) == set(SHORTCUTS)
    assert shortcuts["test_file"]["type"] == "message"
    assert shortcuts["test_ask"] == {
        "name": "Ask this", "type": "global", "callback_id": "test_ask", "description": "Asks a question"
    }  # fmt: skip
    commands = {it["command"]: it for it in made["features"]["slash_commands"]}
    assert set(commands) == set(COMMANDS)
    assert commands["/test"]["usage_hint"] == "[this|that]"
    assert "commands" in made["oauth_config"]["scopes"]["bot"]


def test_addresses_are_named_only_where_slack_sends_over_http(more: None) -> None:
    assert "url" not in str(manifest.manifest()["features"])
    assert "request_url" not in str(manifest.manifest())
    http = manifest.manifest("https://goodword.example/")
    url = "https://goodword.example/slack/events"
    assert {command["url"] for command in http["features"]["slash_commands"]} == {url}
    assert http["settings"]["event_subscriptions"]["request_url"] == url
    assert http["settings"]["interactivity"]["request_url"] == url
    assert http["settings"]["socket_mode_enabled"] is False


def test_names_fit_where_slack_shows_them() -> None:
    """The limits of the manifest's reference: shortcut name 24, description 150; command 32, hint 1,000."""
    for callback_id, shortcut in SHORTCUTS.items():
        assert len(callback_id) <= 255
        assert 0 < len(shortcut.name) <= 24
        assert 0 < len(shortcut.description) <= 150
    for name, command in COMMANDS.items():
        assert name.startswith("/")
        assert len(name) <= 32
        assert name == name.lower()
        assert 0 < len(command.description) <= 2000
        assert len(command.usage_hint) <= 1000


def test_every_button_that_is_drawn_is_heard_and_every_form_is_answered() -> None:
    drawn = set()
    page = overview(look=Look(lane="deep", page=1), matching=90)
    blocks = [block for shape in every_shape().values() for block in cards.card(shape).blocks]
    told = Dispute(1, "plugs", 12, "wrong", "", "Anna", AT, None, None, None)
    handed = card(state=State.HANDED_OVER, handed=HandOver("Rob", "Anna", AT, "Which anchor?"))
    letters_ = (letters.disputed(Disputed(told, None, None)), letters.handed_over(handed))
    blocks += [block for letter in letters_ for block in letter.blocks if block["type"] == "actions"]
    switches = [block for on in (True, False) for block in home_rows.switch(Publishing(on=on), lead=True)]
    for block in (*blocks, *switches, *home.home(page, me="U1")["blocks"]):
        elements = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        drawn |= {element["action_id"] for element in elements if "action_id" in element}
    assert drawn | {"choose"} == {*ACTIONS, *HOME, "more"}  # that one stands in the modal of versions
    assert {offer.key for offer in OFFERS} == set(MORE)
    forms = (
        editing.edit_modal,
        editing.write_modal,
        disputes.reject_modal,
        lambda card: handing_over.hand_over_modal(card, []),
        handing_over.write_modal,
        snoozing.snooze_modal,
        redrafting.redraft_modal,
        modals.override_modal,
        afterwards.correct_modal,
        afterwards.withdraw_modal,
    )
    several = sharing.shared_modal([card()])["callback_id"]
    assert {several, *(form(card())["callback_id"] for form in forms)} == set(VIEWS)
