"""The limits of interactive elements that neither the JSON schema nor slack_sdk's models check.

Each names its documentation page in tests/contract/slack.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from bot.sandbox.workspace import Json

#: Endings of what Slack does not show as a picture; without an ending it looks at what it has fetched.
NO_PICTURES = (".webp", ".svg", ".avif", ".heic", ".tif", ".tiff", ".mp4", ".webm", ".mov", ".mp3", ".html")
MAX_INPUT = 3000
#: Characters of an option's or a group's text, of a value, of an option's address; how many options there may be.
OPTION_TEXT_MAX, OPTION_VALUE_MAX, OPTION_URL_MAX, OPTIONS_MAX = 75, 150, 3000, 100
CHOICES_MAX = 10


def say(message: str, pointer: str) -> str:
    """One complaint in Slack's form."""
    return f"[ERROR] {message} [json-pointer:{pointer}]"


def too_long(text: Json, limit: int, pointer: str) -> Iterator[str]:
    """A complaint where a text object holds more than `limit` characters."""
    if len(text.get("text", "")) > limit:
        yield say(f"must be less than {limit + 1} characters", f"{pointer}/text")


def element_complaints(node: Json, pointer: str) -> Iterator[str]:
    """What is wrong with one element, option or option group."""
    kind = node.get("type")
    if kind == "plain_text_input":
        yield from _plain_text_input(node, pointer)
    elif kind == "number_input":
        yield from _number_input(node, pointer)
    elif kind == "image" and "image_url" in node:
        yield from _image(str(node["image_url"]), pointer)
    options = node.get("options")
    if isinstance(options, list):
        yield from _options(node, options, pointer)
    if "options" in node or "option_groups" in node:
        yield from _initial(node, pointer)
    if node.get("max_selected_items", 1) < 1:
        yield say("must be greater than 0", f"{pointer}/max_selected_items")


def _image(address: str, pointer: str) -> Iterator[str]:
    """The sandbox fetches nothing. It refuses what can be known not to be a picture that anybody can fetch."""
    try:
        url = urlsplit(address)
        host = url.hostname or ""
    except ValueError:
        url, host = urlsplit(""), ""
    unknown = not host or host.endswith(".invalid")  # no name ends so (RFC 2606)
    if url.scheme not in ("http", "https") or unknown or url.path.lower().endswith(NO_PICTURES):
        yield say("downloading image failed", f"{pointer}/image_url")


def _plain_text_input(node: Json, pointer: str) -> Iterator[str]:
    longest = node.get("max_length", MAX_INPUT)
    if not 1 <= longest <= MAX_INPUT:
        yield say(f"must be between 1 and {MAX_INPUT}", f"{pointer}/max_length")
    if len(node.get("initial_value", "")) > longest:
        yield say(f"must be less than {longest + 1} characters", f"{pointer}/initial_value")
    if node.get("min_length", 0) > longest:
        yield say("must not be more than max_length", f"{pointer}/min_length")


def _number_input(node: Json, pointer: str) -> Iterator[str]:
    found: dict[str, Decimal] = {}
    for key in ("min_value", "max_value", "initial_value"):
        if key in node:
            try:
                found[key] = Decimal(node[key])
            except InvalidOperation:
                yield say("must be a number", f"{pointer}/{key}")
    least, most = found.get("min_value"), found.get("max_value")
    if least is not None and most is not None and least > most:
        yield say("must not be more than max_value", f"{pointer}/min_value")
    start = found.get("initial_value")
    if start is not None and ((least is not None and start < least) or (most is not None and start > most)):
        yield say("must be between min_value and max_value", f"{pointer}/initial_value")


def _options(node: Json, options: list[Json], pointer: str) -> Iterator[str]:
    most = CHOICES_MAX if node.get("type") in ("radio_buttons", "checkboxes") else OPTIONS_MAX
    if not options:
        yield say("no less than 1 items allowed", f"{pointer}/options")
    if len(options) > most:
        yield say(f"no more than {most} items allowed", f"{pointer}/options")
    if isinstance(node.get("label"), dict):
        yield from too_long(node["label"], OPTION_TEXT_MAX, f"{pointer}/label")
    for index, option in enumerate(options):
        here = f"{pointer}/options/{index}"
        yield from too_long(option.get("text", {}), OPTION_TEXT_MAX, f"{here}/text")
        yield from too_long(option.get("description", {}), OPTION_TEXT_MAX, f"{here}/description")
        for key, limit in (("value", OPTION_VALUE_MAX), ("url", OPTION_URL_MAX)):
            if len(option.get(key, "")) > limit:
                yield say(f"must be less than {limit + 1} characters", f"{here}/{key}")


def _initial(node: Json, pointer: str) -> Iterator[str]:
    groups = node.get("option_groups", [])
    offered = [*node.get("options", []), *(option for group in groups for option in group.get("options", []))]
    values = {option.get("value") for option in offered}
    first = [node["initial_option"]] if node.get("initial_option") else []
    for option in [*node.get("initial_options", []), *first]:
        if option.get("value") not in values:
            yield say("initial option must match one of the options", pointer)
