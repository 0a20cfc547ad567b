"""Whether Slack would take these blocks or this view, and what it would say if not.

Three sources: the shape by a JSON schema made from Slack's published types, the limits by slack_sdk's own block models,
and here only what neither of them checks (each limit names its documentation page in tests/contract/slack.md).
"""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as ViewModel

from bot.sandbox.elements import element_complaints, say, too_long
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import Json

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MESSAGE_CHARACTERS = 13_200
MAX_VIEW_BYTES = 250_000
ONLY_IN_MESSAGES = frozenset({"markdown", "file", "table", "context_actions", "task_card", "plan"})
#: Characters: section fields, and text inside context elements. The SDK's models leave these unchecked.
FIELD_MAX, TEXT_MAX = 2000, 3000

_SCHEMA = Path(__file__).parent / "schema" / "slack-types.json"


@cache
def _definitions() -> Json:
    definitions: Json = json.loads(_SCHEMA.read_text(encoding="utf-8"))["definitions"]
    return definitions


@cache
def _validators() -> dict[str, Draft7Validator]:
    """One validator for each block type, so that a complaint is about that type and not about all of them."""
    definitions = _definitions()
    found: dict[str, Draft7Validator] = {}
    for reference in definitions["KnownBlock"]["anyOf"]:
        name = reference["$ref"].rsplit("/", 1)[1]
        definition = definitions[name]
        variant = definition.get("anyOf", [definition])[0]
        schema = {"$ref": f"#/definitions/{name}", "definitions": definitions}
        found[variant["properties"]["type"]["const"]] = Draft7Validator(schema)
    return found


def _variants(error: ValidationError) -> list[list[ValidationError]]:
    """The faults of each variant of a choice that was missed."""
    found: dict[Any, list[ValidationError]] = {}
    for fault in error.context or []:
        found.setdefault(fault.relative_schema_path[0], []).append(fault)
    return list(found.values())


def _other_type(faults: list[ValidationError]) -> bool:
    """Whether a variant is for another `type` than the one that is there."""
    return any(
        list(fault.relative_path) == ["type"] or (bool(fault.context) and all(map(_other_type, _variants(fault))))
        for fault in faults
    )


def _nearest(error: ValidationError) -> ValidationError:
    """Of a choice that was missed, what is wrong with the variant that was meant: right `type`, fewest faults."""
    while error.context:
        error = min(_variants(error), key=lambda faults: (_other_type(faults), len(faults)))[0]
    return error


def _shape(block: Any, pointer: str, where: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield say("must be an object", pointer)
        return
    kind = block.get("type")
    validator = _validators().get(str(kind))
    if validator is None or (where != "message" and kind in ONLY_IN_MESSAGES):
        yield say(f"unsupported type: {kind}", f"{pointer}/type")
        return
    error = next(iter(validator.iter_errors(block)), None)
    if error is not None:
        error = _nearest(error)
        path = "".join(f"/{step}" for step in error.absolute_path)
        of_type = path.endswith("/type")
        yield say(f"unsupported type: {error.instance}" if of_type else error.message[:300], pointer + path)


def _limits(block: Json, pointer: str) -> Iterator[str]:
    try:
        parsed = Block.parse(copy.deepcopy(block))
        if parsed is not None:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        yield say(str(error), pointer)


def _walk(node: Any, pointer: str) -> Iterator[tuple[Json, str]]:
    if isinstance(node, dict):
        yield node, pointer
        for key, value in node.items():
            yield from _walk(value, f"{pointer}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, f"{pointer}/{index}")


def _element(node: Json, pointer: str) -> Iterator[str]:
    kind = node.get("type")
    if kind in ("plain_text", "mrkdwn"):
        if not node.get("text"):
            yield say("must be more than 0 characters", f"{pointer}/text")
        yield from too_long(node, TEXT_MAX, pointer)
    if kind == "text" and node.get("text") == "":
        yield say("must be more than 0 characters", f"{pointer}/text")
    if kind == "section":
        for index, text in enumerate(node.get("fields", [])):
            yield from too_long(text, FIELD_MAX, f"{pointer}/fields/{index}")
    yield from element_complaints(node, pointer)


def elements(block: Json) -> list[Json]:
    """The interactive elements of one block (also those without an action_id yet)."""
    found = [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
    if block.get("type") in ("actions", "context_actions"):
        found += block.get("elements", [])
    return [element for element in found if element.get("type") != "image"]


def _uniqueness(blocks: list[Json], pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    focused = 0
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            yield say(f'`block_id` "{block_id}" already exists for another block', f"{pointer}/{index}/block_id")
        seen.add(block_id or "")
        actions = [element["action_id"] for element in elements(block) if element.get("action_id")]
        for action_id in sorted({action for action in actions if actions.count(action) > 1}):
            yield say(f'`action_id` "{action_id}" already exists for another element', f"{pointer}/{index}")
        focused += sum(1 for element in elements(block) if element.get("focus_on_load"))
    if focused > 1:
        yield say("only one element may set focus_on_load", pointer)


def complaints(blocks: Any, *, where: str = "message", pointer: str = "/blocks") -> list[str]:
    """All that Slack would find wrong with these blocks. `where` is `message`, `modal` or `home`."""
    if not isinstance(blocks, list):
        return [say("must be an array", pointer)]
    most = MAX_MESSAGE_BLOCKS if where == "message" else MAX_VIEW_BLOCKS
    if len(blocks) > most:
        return [say(f"no more than {most} items allowed", pointer)]
    found: list[str] = []
    for index, block in enumerate(blocks):
        here = f"{pointer}/{index}"
        shape = list(_shape(block, here, where))
        # A block of the wrong shape is not measured: the models would trip over it.
        found += shape or [
            *_limits(block, here),
            *(complaint for node, at in _walk(block, here) for complaint in _element(node, at)),
        ]
    return found or list(_uniqueness(blocks, pointer))


def characters(blocks: list[Json]) -> int:
    """How many characters of text the blocks hold in all."""
    return sum(len(node["text"]) for node, _ in _walk(blocks, "") if isinstance(node.get("text"), str))


def accepted(blocks: list[Json]) -> list[Json]:
    """A copy as Slack stores it: every block and element named, text objects with their defaults filled in."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    for node, _ in _walk(kept, ""):
        if node.get("type") == "plain_text":
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
    return kept


def message_blocks(blocks: Any) -> list[Json]:
    """Check a message's blocks and return them as Slack stores them.

    Refused: invalid_blocks with one message for each fault, msg_blocks_too_long.
    """
    found = complaints(blocks)
    if found:
        raise Refused(Word.INVALID_BLOCKS, found)
    if characters(blocks) > MAX_MESSAGE_CHARACTERS:
        raise Refused(Word.MSG_BLOCKS_TOO_LONG)
    return accepted(blocks)


def view_body(view: Any, *, kinds: tuple[str, ...] = ("modal",)) -> Json:
    """Check a view and return it as Slack stores it. Refused: invalid_arguments with messages, view_too_large."""
    if not isinstance(view, dict):
        raise Refused(Word.INVALID_ARGUMENTS, ["[ERROR] must provide an object [json-pointer:/view]"])
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        raise Refused(Word.VIEW_TOO_LARGE)
    found = list(_view_complaints(view, kinds))
    if found:
        raise Refused(Word.INVALID_ARGUMENTS, found)
    return {**copy.deepcopy(view), "blocks": accepted(view["blocks"])}


def _view_complaints(view: Json, kinds: tuple[str, ...]) -> Iterator[str]:
    if view.get("type") not in kinds:
        yield say(f"must be one of: {', '.join(kinds)}", "/view/type")
        return
    name = "ModalView" if view["type"] == "modal" else "HomeView"
    definition = copy.deepcopy(_definitions()[name])
    definition["properties"]["blocks"] = {"type": "array"}
    for error in Draft7Validator({**definition, "definitions": _definitions()}).iter_errors(view):
        yield say(error.message[:300], "/view" + "".join(f"/{step}" for step in error.absolute_path))
        return
    blocks = complaints(view["blocks"], where=view["type"], pointer="/view/blocks")
    yield from blocks
    if blocks:
        return
    try:
        ViewModel(**copy.deepcopy(view)).to_dict()
    except SlackObjectFormationError as error:
        yield say(str(error), "/view")
    if view["type"] == "modal":
        if any(block["type"] == "input" for block in view["blocks"]) and not view.get("submit"):
            yield say("`submit` is required when an `input` block is within the `blocks` array", "/view")
        for key in ("title", "submit", "close"):
            if view.get(key) is not None and not view[key]["text"]:
                yield say("must be more than 0 characters", f"/view/{key}/text")
