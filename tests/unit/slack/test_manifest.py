"""The committed manifest is what the code listens to and calls, no more and no less."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml

from bot.slack import card as cards
from bot.slack import home, manifest, modals
from bot.slack.app import ACTIONS, MORE, VIEWS
from bot.slack.offers import OFFERS
from tests.unit.slack.samples import card, every_shape

FAMILIES = ("apps_", "auth_", "chat_", "conversations_", "users_", "views_", "files_", "reactions_")


def test_the_committed_file_is_what_the_code_makes() -> None:
    assert manifest.PATH.read_text(encoding="utf-8") == manifest.text(), "run python -m bot.slack.manifest"
    assert yaml.safe_load(manifest.text()) == manifest.manifest()


def test_scopes_are_named_for_exactly_the_methods_that_are_called() -> None:
    called = set()
    for path in Path(manifest.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith(FAMILIES):
                called.add(node.attr.replace("_", ".", 1))  # the SDK's chat_postMessage is Slack's chat.postMessage
    assert called == set(manifest.SCOPES)


def test_every_button_that_is_drawn_is_heard_and_every_form_is_answered() -> None:
    drawn = set()
    for shape in every_shape().values():
        for block in (*cards.card(shape).blocks, *home.home([shape], {})["blocks"]):
            elements = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
            drawn |= {element["action_id"] for element in elements if "action_id" in element}
    assert drawn == {*ACTIONS, "more"}
    assert {offer.key for offer in OFFERS} == set(MORE)
    forms = (modals.edit_modal, modals.write_modal, modals.reject_modal, modals.hand_over_modal, modals.override_modal)
    assert {form(card())["callback_id"] for form in forms} == set(VIEWS)
