"""What a person has typed and chosen in a message or view, and what Slack's own client says of a form not yet sent."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.blocks import elements
from bot.sandbox.elements import MAX_INPUT
from bot.sandbox.refusals import Stale
from bot.sandbox.shapes import MANY, VALUE_KEYS, current
from bot.sandbox.workspace import Json, View

#: How the page writes dates, times of day, and moments (seconds since 1970).
_WRITTEN = {
    "datepicker": r"\d{4}-\d\d-\d\d",
    "timepicker": r"[0-2]\d:[0-5]\d",
    "datetimepicker": r"\d{9,10}",
}


def merge(held: dict[str, Json], blocks: list[Json], given: Any) -> dict[str, Json]:
    """Note what a person typed, for elements that are there; everything else given is ignored."""
    if isinstance(given, dict):
        for block in blocks:
            for element in elements(block):
                typed = given.get(block["block_id"])
                if isinstance(typed, dict) and element["action_id"] in typed:
                    hold(held, block["block_id"], element, typed[element["action_id"]])
    return held


def hold(held: dict[str, Json], block_id: str, element: Json, raw: Any) -> None:
    """Note what one element holds now. Buttons and overflow menus hold nothing. Raises Stale where it is no date."""
    form = _WRITTEN.get(element["type"])
    if form is not None and raw not in (None, "") and not re.fullmatch(form, str(raw)):
        raise Stale(f"{raw} is not what a {element['type']} gives")
    if element["type"] in VALUE_KEYS and element["type"] != "overflow":
        clean = [str(item) for item in raw or []] if element["type"] in MANY else (None if raw is None else str(raw))
        held.setdefault(block_id, {})[element["action_id"]] = clean


def kept(old: list[Json], new: list[Json], held: dict[str, Json]) -> dict[str, Json]:
    """What stays in a view that is updated: by block_id and action_id, and only where the kind stays too.

    An element keeps what it showed, its first value too; one that was empty takes the new initial value.
    """
    before = {
        (block["block_id"], element["action_id"], element["type"]): current(element, held.get(block["block_id"], {}))
        for block in old
        for element in elements(block)
        if element["type"] in VALUE_KEYS and element["type"] != "overflow"
    }
    stays: dict[str, Json] = {}
    for block in new:
        for element in elements(block):
            block_id, action_id = block["block_id"], element["action_id"]
            shown = before.get((block_id, action_id, element["type"]))
            if shown not in (None, "", []) or action_id in held.get(block_id, {}):
                stays.setdefault(block_id, {})[action_id] = shown
    return stays


def dispatched(block: Json) -> str:
    """What a person does in a text field that the app hears of at once; empty where it waits for the form."""
    if not block.get("dispatch_action") or not block.get("element", {}).get("type", "").endswith("_input"):
        return ""
    config = block["element"].get("dispatch_action_config", {})
    return " ".join(config.get("trigger_actions_on") or ["on_enter_pressed"])


def unfilled(view: View) -> dict[str, str]:
    """What Slack's own client says of a form before the app is asked, by block_id."""
    errors: dict[str, str] = {}
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        raw = current(block["element"], view.values.get(block["block_id"], {}))
        if raw in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif wrong := _wrong(block["element"], raw):
            errors[block["block_id"]] = wrong
    return errors


def _wrong(element: Json, raw: Any) -> str:
    """What is wrong with a filled field; empty where nothing is."""
    kind = element["type"]
    if kind == "plain_text_input":
        longest = element.get("max_length", MAX_INPUT)
        if len(raw) > longest:
            return f"Must be less than {longest + 1} characters."
        if len(raw) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
    if kind == "number_input":
        return _wrong_number(element, raw)
    if kind == "email_text_input" and not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", raw):
        return "Must be an email address."
    if kind == "url_text_input" and not re.fullmatch(r"https?://[^\s/]+\S*", raw):
        return "Must be a web address."
    if kind in MANY and len(raw) > element.get("max_selected_items", len(raw)):
        return f"Choose at most {element['max_selected_items']}."
    return ""


def _wrong_number(element: Json, raw: str) -> str:
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return "Must be a number."
    if not number.is_finite() or (not element["is_decimal_allowed"] and number != number.to_integral_value()):
        return "Must be a whole number." if number.is_finite() else "Must be a number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return ""
