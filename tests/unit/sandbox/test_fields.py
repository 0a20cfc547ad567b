"""Every kind of field: its first value, what the app is told, what Slack's own client stops, what an update keeps."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import methods_views as stack
from bot.sandbox.blocks import complaints, view_body
from bot.sandbox.forms import unfilled
from bot.sandbox.interactions import Use
from bot.sandbox.refusals import Stale
from bot.sandbox.shapes import view_json
from tests.unit.sandbox.hands import ANNA, TOM, Hands, hands

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(word), "value": word} for word in ("one", "two", "three")]
GROUPS = [{"label": plain("Group"), "options": OPTIONS}]


def field(kind: str, *, block_id: str = "b", dispatch: bool = False, **more: Any) -> Json:
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain("Label"),
        "element": {"type": kind, "action_id": "a", **more},
    }
    return {**block, "dispatch_action": True} if dispatch else block


def modal(*blocks: Json) -> Json:
    return view_body({"type": "modal", "title": plain("Form"), "submit": plain("Save"), "blocks": list(blocks)})


# kind, what it is made with, what it starts with in the state, a choice, the same in the state
KINDS: dict[str, tuple[Json, Json, Any, Json]] = {
    "static_select": ({"options": OPTIONS}, {"selected_option": None}, "two", {"selected_option": "two"}),
    "static_select in groups": (
        {"option_groups": GROUPS},
        {"selected_option": None},
        "two",
        {"selected_option": "two"},
    ),
    "radio_buttons": ({"options": OPTIONS}, {"selected_option": None}, "two", {"selected_option": "two"}),
    "checkboxes": ({"options": OPTIONS}, {"selected_options": []}, ["one"], {"selected_options": ["one"]}),
    "multi_static_select": (
        {"options": OPTIONS, "initial_options": OPTIONS[:1]},
        {"selected_options": ["one"]},
        ["two", "three"],
        {"selected_options": ["two", "three"]},
    ),
    "users_select": ({"initial_user": TOM}, {"selected_user": TOM}, ANNA, {"selected_user": ANNA}),
    "multi_users_select": ({}, {"selected_users": []}, [ANNA, TOM], {"selected_users": [ANNA, TOM]}),
    "conversations_select": (
        {},
        {"selected_conversation": None},
        "C0REVIEWS01",
        {"selected_conversation": "C0REVIEWS01"},
    ),
    "channels_select": ({}, {"selected_channel": None}, "C0REVIEWS01", {"selected_channel": "C0REVIEWS01"}),
    "multi_channels_select": ({}, {"selected_channels": []}, ["C0REVIEWS01"], {"selected_channels": ["C0REVIEWS01"]}),
    "datepicker": (
        {"initial_date": "2025-01-02"},
        {"selected_date": "2025-01-02"},
        "2025-07-01",
        {"selected_date": "2025-07-01"},
    ),
    "timepicker": ({"timezone": "Europe/London"}, {"selected_time": None}, "09:30", {"selected_time": "09:30"}),
    "datetimepicker": (
        {"initial_date_time": 1_700_000_000},
        {"selected_date_time": 1_700_000_000},
        "1700003600",
        {"selected_date_time": 1_700_003_600},
    ),
    "plain_text_input": ({"initial_value": "x"}, {"value": "x"}, "y", {"value": "y"}),
    "number_input": ({"is_decimal_allowed": False}, {"value": None}, "7", {"value": "7"}),
    "email_text_input": ({}, {"value": None}, "a@b.example", {"value": "a@b.example"}),
    "url_text_input": ({}, {"value": None}, "https://b.example/", {"value": "https://b.example/"}),
}


def values(state: Json) -> Json:
    """A state with options as their values only, and without the type."""

    def short(value: Any) -> Any:
        if isinstance(value, list):
            return [short(item) for item in value]
        return value["value"] if isinstance(value, dict) else value

    return {key: short(value) for key, value in state.items() if key not in ("type", "timezone")}


@pytest.mark.parametrize("name", KINDS)
async def test_a_field_is_taken_shown_and_told(name: str) -> None:
    its, kind = hands(), name.split()[0]
    made, first, chosen, then = KINDS[name]
    view = stack.show(its.workspace, ANNA, modal(field(kind, dispatch=True, **made)))
    assert values(view_json(view)["state"]["values"]["b"]["a"]) == first
    assert (await its.interactions.click_view(ANNA, view.id, Use("b", "a", chosen))).ok
    body = its.app.seen[0][1]
    assert body["actions"][0]["type"] == kind
    assert {key: values(body["actions"][0])[key] for key in then} == then
    assert values(body["view"]["state"]["values"]["b"]["a"]) == then
    assert body["state"] == body["view"]["state"]


async def test_a_field_that_waits_for_its_form_sends_nothing_by_itself() -> None:
    its = hands()
    view = stack.show(its.workspace, ANNA, modal(field("plain_text_input")))
    with pytest.raises(Stale):
        await its.interactions.click_view(ANNA, view.id, Use("b", "a", "typed"))
    assert its.app.seen == []


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (field("static_select", dispatch=True, options=OPTIONS), "four"),
        (field("multi_static_select", dispatch=True, options=OPTIONS), ["one", "four"]),
        (field("multi_static_select", dispatch=True, options=OPTIONS), "one"),
        (field("multi_static_select", dispatch=True, options=OPTIONS, max_selected_items=1), ["one", "two"]),
        (field("users_select", dispatch=True), "U0NOBODY000"),
        (field("multi_users_select", dispatch=True), [ANNA, "U0NOBODY000"]),
        (field("channels_select", dispatch=True), "C0NOWHERE00"),
        (field("datepicker", dispatch=True), "1 July"),
        (field("timepicker", dispatch=True), "half past"),
        (field("datetimepicker", dispatch=True), "2025-07-01"),
    ],
)
async def test_what_no_hand_could_choose_is_stale(block: Json, value: Any) -> None:
    its = hands()
    view = stack.show(its.workspace, ANNA, modal(block))
    with pytest.raises(Stale):
        await its.interactions.click_view(ANNA, view.id, Use("b", "a", value))
    assert its.app.seen == []


@pytest.mark.parametrize(
    ("block", "value", "says"),
    [
        (field("number_input", is_decimal_allowed=False, min_value="1", max_value="9"), "x", "a number"),
        (field("number_input", is_decimal_allowed=False, min_value="1", max_value="9"), "2.5", "whole"),
        (field("number_input", is_decimal_allowed=True, min_value="1", max_value="9"), "0.5", "at least 1"),
        (field("number_input", is_decimal_allowed=True, min_value="1", max_value="9"), "9.5", "at most 9"),
        (field("number_input", is_decimal_allowed=True), "NaN", "a number"),
        (field("number_input", is_decimal_allowed=True), "2.5", ""),
        (field("email_text_input"), "anna", "email"),
        (field("email_text_input"), "anna@mail.example", ""),
        (field("url_text_input"), "mail.example", "web address"),
        (field("url_text_input"), "https://mail.example/x", ""),
        (field("plain_text_input", max_length=3), "four", "less than 4"),
        (field("plain_text_input", min_length=3), "no", "at least 3"),
        (field("multi_users_select", max_selected_items=1), [ANNA, TOM], "at most 1"),
        (field("multi_users_select"), [], "required"),
        (field("plain_text_input"), None, "required"),
        ({**field("plain_text_input"), "optional": True}, None, ""),
    ],
)
def test_slacks_own_client_stops_what_cannot_be_sent(block: Json, value: Any, says: str) -> None:
    its = hands()
    view = stack.show(its.workspace, ANNA, modal(block))
    view.values = {"b": {"a": value}}
    found = unfilled(view)
    assert says in found["b"] if says else not found


class TestUpdates:
    """What stays in a window that its app updates."""

    @pytest.fixture
    def its(self) -> Hands:
        return hands()

    def after(self, its: Hands, old: Json, new: Json, typed: Json) -> Json:
        view = stack.show(its.workspace, ANNA, modal(old))
        view.values = typed
        stack.replace(its.workspace, view, modal(new))
        shown: Json = view_json(view)["state"]["values"]
        return shown

    def test_what_was_typed_stays_where_block_and_action_stay(self, its: Hands) -> None:
        old, new = field("plain_text_input"), field("plain_text_input", initial_value="new")
        assert self.after(its, old, new, {"b": {"a": "typed"}})["b"]["a"]["value"] == "typed"
        assert self.after(its, old, new, {"b": {"a": None}})["b"]["a"]["value"] is None

    def test_a_first_value_stays_too_and_an_untouched_empty_field_takes_the_new_one(self, its: Hands) -> None:
        first, new = field("plain_text_input", initial_value="old"), field("plain_text_input", initial_value="new")
        assert self.after(its, first, new, {})["b"]["a"]["value"] == "old"
        assert self.after(its, field("plain_text_input"), new, {})["b"]["a"]["value"] == "new"

    def test_with_another_block_id_the_new_value_stands_and_the_old_is_forgotten(self, its: Hands) -> None:
        old = field("plain_text_input")
        new = field("plain_text_input", block_id="b2", initial_value="new")
        view = stack.show(its.workspace, ANNA, modal(old))
        view.values = {"b": {"a": "typed"}}
        stack.replace(its.workspace, view, modal(new))
        assert view_json(view)["state"]["values"] == {"b2": {"a": {"type": "plain_text_input", "value": "new"}}}
        stack.replace(its.workspace, view, modal(old))
        assert view_json(view)["state"]["values"]["b"]["a"]["value"] is None

    def test_another_kind_of_field_starts_anew(self, its: Hands) -> None:
        old, new = field("plain_text_input"), field("number_input", is_decimal_allowed=False)
        assert self.after(its, old, new, {"b": {"a": "typed"}})["b"]["a"]["value"] is None


WRONG = {
    "a long group label": (
        field("static_select", option_groups=[{"label": plain("x" * 76), "options": OPTIONS}]),
        "less than 76",
    ),
    "a group of too many": (field("static_select", option_groups=[{**GROUPS[0], "options": OPTIONS * 34}]), "100"),
    "too many groups": (field("static_select", option_groups=GROUPS * 101), "100"),
    "an initial option in no group": (
        field("static_select", option_groups=GROUPS, initial_option={"text": plain("z"), "value": "z"}),
        "initial option",
    ),
    "initial options that are not on offer": (
        field("checkboxes", options=OPTIONS, initial_options=[{"text": plain("z"), "value": "z"}]),
        "initial option",
    ),
    "options and groups": (field("static_select", options=OPTIONS, option_groups=GROUPS), "cannot both"),
    "a long description": (
        field("radio_buttons", options=[{**OPTIONS[0], "description": plain("x" * 76)}]),
        "less than 76",
    ),
    "a long address in a menu": (
        {
            "type": "actions",
            "elements": [{"type": "overflow", "action_id": "a", "options": [{**OPTIONS[0], "url": "x" * 3001}]}],
        },
        "less than 3001",
    ),
    "nobody may be chosen": (field("multi_users_select", max_selected_items=0), "greater than 0"),
    "a date that is none": (field("datepicker", initial_date="1.2.2025"), "YYYY-MM-DD"),
    "a time that is none": (field("timepicker", initial_time="25:77"), "HH:mm"),
    "a moment in milliseconds": (field("datetimepicker", initial_date_time=1_700_000_000_000), "initial_date_time"),
    "a date and time beside a section": (
        {"type": "section", "text": plain("x"), "accessory": {"type": "datetimepicker", "action_id": "a"}},
        "unsupported type",
    ),
    "a number that is none": (field("number_input", is_decimal_allowed=False, initial_value="x"), "a number"),
    "bounds the wrong way round": (
        field("number_input", is_decimal_allowed=False, min_value="9", max_value="1"),
        "max_value",
    ),
    "a first number out of bounds": (
        field("number_input", is_decimal_allowed=False, max_value="1", initial_value="2"),
        "between",
    ),
    "no word on decimals": (field("number_input"), "is_decimal_allowed"),
    "a trigger that does not exist": (
        field("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
        "on_blur",
    ),
    "a long placeholder": (field("static_select", options=OPTIONS, placeholder=plain("x" * 151)), "150"),
    "a long question before a choice": (
        {
            "type": "actions",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "a",
                    "options": OPTIONS,
                    "confirm": {
                        "title": plain("x" * 101),
                        "text": plain("x"),
                        "confirm": plain("x"),
                        "deny": plain("x"),
                    },
                }
            ],
        },
        "100",
    ),
}


@pytest.mark.parametrize(("block", "says"), WRONG.values(), ids=WRONG)
def test_fields_that_slack_would_not_take(block: Json, says: str) -> None:
    found = complaints([block], where="modal")
    assert found
    assert says in found[0]
