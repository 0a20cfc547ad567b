"""Block Kit in small pieces: text that stays text, within Slack's limits.

What a person outside wrote goes into `rich_text` elements, where Slack interprets nothing: no mention, no formatting,
no disguised link. Only short labels use `mrkdwn`, and there every stranger's word passes through `escaped`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Block = dict[str, Any]
Element = dict[str, Any]
View = dict[str, Any]

SECTION_MAX = 3000
INPUT_MAX = 3000
LABEL_MAX = 75
URL_MAX = 800

#: Control characters, lone surrogates and direction overrides can break JSON or make a text look like another one.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: mrkdwn has no way to escape its own marks, so in labels they become characters that look alike.
_MARKS = {"*": "∗", "~": "∼", "`": "ˋ", "_": "＿", "|": "¦"}
_LINK = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]’']")


@dataclass(frozen=True)
class Rendered:
    """A message: its blocks and the text that stands for them in notifications and for screen readers."""

    blocks: list[Block]
    text: str


def clean(text: str) -> str:
    """The text without what a screen cannot show; each such character becomes a visible �."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))


def cut(text: str, limit: int) -> str:
    """The text within `limit` characters, cut at a space where one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", max(0, limit - 40))
    return (head[:space] if space > 0 else head).rstrip() + "…"


def escaped(text: str, limit: int) -> str:
    """A stranger's words for a `mrkdwn` label: one line, no markup of any kind, at most `limit` characters as sent."""
    line = " ".join(clean(text[: limit * 4]).split())[: limit + 1]
    safe = [_safe(before, character) for before, character in zip(" " + line, line, strict=False)]
    length = sum(map(len, safe))
    if length <= limit:
        return "".join(safe)
    while length > limit - 1:
        length -= len(safe.pop())
    head = "".join(safe)
    space = head.rfind(" ", max(0, len(head) - 20))
    return (head[:space] if space > 0 else head).rstrip() + "…"


def _safe(before: str, character: str) -> str:
    if character == "_" and before.isalnum():  # within a word it marks nothing, and handles are full of them
        return character
    return _ENTITIES.get(character) or _MARKS.get(character, character)


def harmless(text: str) -> str:
    """A sentence of ours that may name people or quote what a network said: no mention and no link in it works."""
    return "".join(_ENTITIES.get(character, character) for character in clean(text))


def is_web(url: str | None) -> bool:
    """Whether this is a web address that cannot break out of a link."""
    if url is None or len(url.replace("&", "&amp;")) > URL_MAX:
        return False
    return re.fullmatch(r"https?://[^\s<>|\"\x00-\x1f\ud800-\udfff]+", url) is not None


def link(url: str | None, label: str) -> str:
    """A `mrkdwn` link, or the bare label where the address is not a web address."""
    return f"<{url.replace('&', '&amp;')}|{label}>" if url is not None and is_web(url) else label


def moment(at: datetime) -> str:
    """A moment in the reader's own time zone (`mrkdwn`)."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%-d %b %Y, %H:%M} UTC>"


def clock(at: datetime, *, seconds: bool = False) -> str:
    """A time of today in the reader's own time zone (`mrkdwn`)."""
    token, shown = ("{time_secs}", f"{at:%H:%M:%S}") if seconds else ("{time}", f"{at:%H:%M}")
    return f"<!date^{int(at.timestamp())}^{token}|{shown} UTC>"


def mrkdwn(text: str) -> Element:
    """Label text. `verbatim` keeps Slack from making links and mentions of its own."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Element:
    """Text of buttons, titles and field labels: ours only."""
    return {"type": "plain_text", "text": text, "emoji": True}


def section(text: str, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """A paragraph of label text."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    if block_id is not None:
        block["block_id"] = block_id
    return block


def context(*lines: str) -> Block:
    """Small grey lines under one another."""
    return {"type": "context", "elements": [mrkdwn("\n".join(lines))]}


def contexts(lines: Sequence[str]) -> list[Block]:
    """Small grey lines in as few blocks as the limit of their text allows; none at all where there are no lines."""
    return [context(text) for text in packed(lines)]


def packed(lines: Sequence[str], most: int = SECTION_MAX) -> list[str]:
    """The lines joined to as few texts of at most `most` characters as possible, none of them cut."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= most:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def header(text: str) -> Block:
    """A heading of ours."""
    return {"type": "header", "text": plain(text)}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def words(text: str) -> list[Element]:
    """A stranger's text as `rich_text` elements, as written; web addresses can be followed and show themselves."""
    text = clean(text)
    found: list[Element] = []
    at = 0
    for match in _LINK.finditer(text):
        if match.start() > at:
            found.append({"type": "text", "text": text[at : match.start()]})
        found.append({"type": "link", "url": match.group(), "text": match.group()})
        at = match.end()
    if at < len(text):
        found.append({"type": "text", "text": text[at:]})
    return found


def quote(text: str) -> Element:
    """A stranger's text with a bar beside it."""
    return {"type": "rich_text_quote", "elements": words(text)}


def paragraph(text: str, *, bold: str = "") -> Element:
    """A text as written, after an optional bold label of ours."""
    label: list[Element] = [{"type": "text", "text": clean(bold), "style": {"bold": True}}] if bold else []
    return {"type": "rich_text_section", "elements": [*label, *words(text)]}


def rich(elements: Iterable[Element], block_id: str | None = None) -> Block:
    """A block of texts as written."""
    block: Block = {"type": "rich_text", "elements": list(elements)}
    if block_id is not None:
        block["block_id"] = block_id
    return block


def button(text: str, action: str, value: str, *, style: str | None = None, label: str = "") -> Element:
    """A button. `label` is what a screen reader says in place of the text."""
    element: Element = {"type": "button", "text": plain(text), "action_id": action, "value": value}
    if style is not None:
        element["style"] = style
    if label:
        element["accessibility_label"] = cut(clean(label), LABEL_MAX)
    return element


def option(text: str, value: str) -> Element:
    """One choice of a menu."""
    return {"text": plain(text), "value": value}


def size(blocks: Sequence[Block]) -> int:
    """How much the blocks weigh: the characters of their JSON, so never less than what Slack counts."""
    return len(json.dumps(blocks, ensure_ascii=False))
