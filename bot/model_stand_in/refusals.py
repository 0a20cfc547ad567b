"""What the endpoint refuses, in the words and with the codes that clients of the real one meet.

The evidence for each is in tests/contract/model.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import regex
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

#: Every parameter that the published client can send.
KNOWN = frozenset(CompletionCreateParamsNonStreaming.__annotations__)
#: JSON Schema that every strict endpoint takes. Limits of numbers, strings and lists are not: some refuse them.
STRICT = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const"}
    | {"title", "description", "$defs", "$ref"}
)
_NAME = regex.compile(r"[A-Za-z0-9_-]{1,64}")
_ROLES = frozenset({"developer", "system", "user", "assistant", "tool", "function"})


class Refusal(Exception):
    """An answer that is no completion: status, the error object's fields, headers."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


def refuse_request(body: Any, model: str) -> None:
    """Refuse what is no request for a chat completion of this model.

    Raises:
        Refusal: 400, or 404 for a model that is not there.
    """
    if not isinstance(body, dict):
        raise Refusal(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in KNOWN and name != "stream":
            raise Refusal(400, f"Unrecognized request argument supplied: {name}")
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise Refusal(400, "you must provide a model parameter")
    if body["model"] != model:
        message = f"The model `{body['model']}` does not exist or you do not have access to it."
        raise Refusal(404, message, code="model_not_found")
    _refuse_messages(body.get("messages"))
    _refuse_numbers(body)
    if body.get("stream"):
        raise Refusal(400, "This stand-in does not stream", param="stream", code="unsupported_value")
    form = body.get("response_format")
    if form is not None:
        _refuse_form(form)


def _refuse_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise Refusal(
            400, "Invalid 'messages': empty array. Expected at least 1.", param="messages", code="empty_array"
        )
    for n, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            raise Refusal(400, f"Invalid value for 'messages[{n}].role'", param=f"messages[{n}].role")
        if not isinstance(message.get("content"), str):
            raise Refusal(400, f"Invalid type for 'messages[{n}].content'", param=f"messages[{n}].content")


def _refuse_numbers(body: dict[str, Any]) -> None:
    heat, most = body.get("temperature"), body.get("max_tokens")
    if heat is not None and not (isinstance(heat, int | float) and 0 <= heat <= 2):
        raise Refusal(400, "Invalid 'temperature': expected a number from 0 to 2", param="temperature")
    if most is not None and not (isinstance(most, int) and most >= 1):
        raise Refusal(400, "Invalid 'max_tokens': expected an integer of at least 1", param="max_tokens")


def _refuse_form(form: Any) -> None:
    kinds = ("text", "json_object", "json_schema")
    if not isinstance(form, dict) or form.get("type") not in kinds:
        raise Refusal(400, f"Invalid value. Supported values are: {kinds}", param="response_format.type")
    if form["type"] != "json_schema":
        return
    asked = form.get("json_schema")
    if not isinstance(asked, dict) or not _NAME.fullmatch(str(asked.get("name", ""))):
        raise Refusal(400, "Invalid 'response_format.json_schema.name'", param="response_format.json_schema.name")
    schema = asked.get("schema")
    if not isinstance(schema, dict):
        raise _bad_schema(asked["name"], "schema must be an object")
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise _bad_schema(asked["name"], error.message) from None
    if asked.get("strict"):
        for fault in strict_faults(schema):
            raise _bad_schema(asked["name"], fault)


def _bad_schema(name: str, why: str) -> Refusal:
    return Refusal(400, f"Invalid schema for response_format '{name}': {why}", param="response_format")


def strict_faults(schema: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """What a strict form may not hold, each with where it stands."""
    if not path and schema.get("type") != "object":
        yield "schema must be a JSON Schema of 'type: \"object\"'"
    for name in schema:
        if name not in STRICT:
            yield f"In context={path}, '{name}' is not permitted."
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            yield f"In context={path}, 'additionalProperties' is required to be supplied and to be false."
        if sorted(schema.get("required", [])) != sorted(properties):
            yield f"In context={path}, 'required' is required to be an array including every key in properties."
        for name, inner in properties.items():
            yield from strict_faults(inner, (*path, "properties", name))
    for name, inner in schema.get("$defs", {}).items():
        yield from strict_faults(inner, (*path, "$defs", name))
    if isinstance(schema.get("items"), dict):
        yield from strict_faults(schema["items"], (*path, "items"))
