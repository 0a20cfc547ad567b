"""What Slack refuses, the sandbox refuses; what Slack takes, it takes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.blocks import complaints, message_blocks, view_body
from bot.sandbox.refusals import Refused, Word

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "hello", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def choice(count: int, kind: str = "static_select", **more: Any) -> Json:
    options = [{"text": plain(f"Number {n}"), "value": str(n)} for n in range(count)]
    return {"type": kind, "action_id": "pick", "options": options, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def text_input(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more}
    return {"type": "input", "block_id": "body", "label": plain("Reply"), "element": element}


def picture(address: str) -> Json:
    return {"type": "context", "elements": [{"type": "image", "image_url": address, "alt_text": "a wall"}]}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Write"), "submit": plain("Save"), "blocks": list(blocks), **more}


GOOD = [
    section(accessory=choice(5, "overflow")),
    {"type": "section", "fields": [plain("a"), {"type": "mrkdwn", "text": "*b*"}]},
    {"type": "header", "text": plain("Title")},
    {"type": "divider"},
    {
        "type": "context",
        "elements": [plain("small"), {"type": "image", "image_url": "https://x.example/i", "alt_text": "i"}],
    },
    actions(button(style="primary", confirm={k: plain("x") for k in ("title", "text", "confirm", "deny")}), choice(3)),
    {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a picture", "title": plain("Picture")},
    {"type": "markdown", "text": "**bold**"},
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "hi", "style": {"bold": True}}]}
        ],
    },
    text_input(multiline=True, max_length=3000, initial_value="x"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_blocks_are_taken(block: Json) -> None:
    assert complaints([block]) == []


BAD = {
    "an unknown type": ({"type": "sections"}, "unsupported type"),
    "no type": ({"text": "hello"}, "unsupported type"),
    "not an object": ("hello", "must be an object"),
    "a key that does not exist": (section(colour="red"), "colour"),
    "a header in mrkdwn": ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "unsupported type"),
    "a section without text": ({"type": "section"}, "text or fields"),
    "empty text": (section(""), "more than 0"),
    "long text": (section("x" * 3001), "3000"),
    "a long field": ({"type": "section", "fields": [plain("x" * 2001)]}, "2001"),
    "eleven fields": ({"type": "section", "fields": [plain("x")] * 11}, "10"),
    "a long header": ({"type": "header", "text": plain("x" * 151)}, "150"),
    "long text in a context": ({"type": "context", "elements": [plain("x" * 3001)]}, "3001"),
    "eleven parts in a context": ({"type": "context", "elements": [plain("x")] * 11}, "10"),
    "26 actions": (actions(*(button(action_id=f"a{n}") for n in range(26))), "25"),
    "a long button": (actions(button(text=plain("x" * 76))), "75"),
    "a long action_id": (actions(button(action_id="x" * 256)), "255"),
    "a long block_id": ({"type": "divider", "block_id": "x" * 256}, "255"),
    "a button in an unknown style": (actions(button(style="green")), "style"),
    "an overflow menu with six options": (section(accessory=choice(6, "overflow")), "5"),
    "no options": (actions(choice(0)), "options"),
    "a hundred and one options": (actions(choice(101)), "100"),
    "eleven radio buttons": (actions(choice(11, "radio_buttons")), "no more than 10"),
    "a long option": (actions({**choice(1), "options": [{"text": plain("x" * 76), "value": "1"}]}), "76"),
    "a long option value": (actions({**choice(1), "options": [{"text": plain("x"), "value": "1" * 151}]}), "151"),
    "an initial option that is not on offer": (
        actions(choice(2, initial_option={"text": plain("z"), "value": "z"})),
        "initial option",
    ),
    "an input longer than 3000": (text_input(max_length=3001), "3000"),
    "an initial value longer than the input": (text_input(max_length=3, initial_value="four"), "less than 4"),
    "two actions of one name in a block": (actions(button(), button()), "action_id"),
    "a divider with text": ({"type": "divider", "text": plain("x")}, "text"),
    "a picture at a name that no machine has": (picture("https://files.invalid/1.png"), "downloading image failed"),
    "a picture of a kind that is not shown": (picture("https://x.example/1.webp?small"), "downloading image failed"),
    "a picture that is no web address": (picture("data:image/png;base64,AA=="), "downloading image failed"),
    "a picture whose address is too long": (picture(f"https://x.example/{'i' * 3000}"), "3000"),
    "an image without a description": ({"type": "image", "image_url": "https://x.example/i"}, "alt_text"),
}


@pytest.mark.parametrize(("block", "says"), BAD.values(), ids=BAD)
def test_bad_blocks_are_refused_with_the_place_and_the_reason(block: Any, says: str) -> None:
    found = complaints([{"type": "divider"}, block])
    assert found
    assert says in found[0]
    assert found[0].startswith("[ERROR] ")
    assert "[json-pointer:/blocks/1" in found[0]


def test_a_message_takes_fifty_blocks_and_no_more() -> None:
    assert complaints([{"type": "divider"}] * 50) == []
    assert complaints([{"type": "divider"}] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_block_ids_are_unique_in_a_message() -> None:
    assert "already exists" in complaints([section(block_id="a"), section(block_id="a")])[0]
    assert complaints([actions(button(), block_id="a"), actions(button(), block_id="b")]) == []


def test_too_much_text_in_all_has_its_own_word() -> None:
    with pytest.raises(Refused) as caught:
        message_blocks([section("x" * 2700)] * 5)
    assert caught.value.word is Word.MSG_BLOCKS_TOO_LONG
    assert len(message_blocks([section("x" * 2600)] * 5)) == 5


def test_what_is_taken_gets_its_names_and_defaults_and_the_callers_copy_stays_as_it_was() -> None:
    given = [actions({"type": "button", "text": plain("Go")})]
    kept = message_blocks(given)
    assert kept[0]["block_id"]
    assert kept[0]["elements"][0]["action_id"]
    assert kept[0]["elements"][0]["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
    assert "block_id" not in given[0]


BAD_VIEWS = {
    "a long title": modal(section(), title=plain("x" * 25)),
    "no title": {"type": "modal", "blocks": [section()]},
    "inputs without submit": {k: v for k, v in modal(text_input()).items() if k != "submit"},
    "long private metadata": modal(section(), private_metadata="x" * 3001),
    "a hundred and one blocks": modal(*[{"type": "divider"}] * 101),
    "no blocks": modal(),
    "a bad block": modal(section("")),
    "a markdown block, which only messages take": modal({"type": "markdown", "text": "x"}),
    "an unknown key": modal(section(), colour="red"),
    "a home tab": {"type": "home", "blocks": [section()]},
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_bad_modals_are_refused(view: Json) -> None:
    with pytest.raises(Refused) as caught:
        view_body(view)
    assert caught.value.word is Word.INVALID_ARGUMENTS
    assert "[json-pointer:/view" in caught.value.messages[0]


def test_good_views_are_taken() -> None:
    assert view_body(modal(text_input(), section(), private_metadata="x" * 3000))["blocks"][0]["block_id"] == "body"
    assert view_body({"type": "home", "blocks": [section()]}, kinds=("home",))["type"] == "home"


def test_a_view_that_is_too_large_has_its_own_word() -> None:
    with pytest.raises(Refused) as caught:
        view_body(modal(*[section("x" * 2900) for _ in range(99)]))
    assert caught.value.word is Word.VIEW_TOO_LARGE
