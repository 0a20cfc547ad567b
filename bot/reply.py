"""A reply: the proposal as it would be sent, and the hash that a decision is bound to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from actions.visible import visible


class Visibility(StrEnum):
    """Who sees a post, from most to least public. A reply is never more visible than the post it answers."""

    PUBLIC = "public"
    UNLISTED = "unlisted"


@dataclass(frozen=True)
class Reply:
    """What would be sent: the parts in order (mention, text and signature in place), to which parent, how visible."""

    parts: tuple[str, ...]
    channel: str
    parent: str
    visibility: Visibility = Visibility.PUBLIC
    content_warning: str = ""
    language: str = "en"

    @classmethod
    def build(
        cls,
        body: Sequence[str],
        *,
        around: Around,
        channel: str,
        parent: str,
        visibility: Visibility,
        language: str = "en",
    ) -> Reply:
        """Put what stands around it to a body, as the channel will get it. `body` has one text for each part."""
        return cls(around.put(body), channel=channel, parent=parent, visibility=visibility, language=language)

    def hash(self) -> str:
        """SHA-256 (hex) of the canonical form: JSON with sorted keys, no spaces, UTF-8."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Around:
    """What stands around a body: the mention, the greeting and the signature. Composing must leave room for it."""

    handle: str
    greeting: str = ""
    signature: str = ""

    def put(self, body: Sequence[str]) -> tuple[str, ...]:
        """The parts as they are sent: each mentions the person, so that all of them reach the same people; the first
        greets, the last is signed. What no reviewer sees on the card does not go out either: characters without a form
        are left out."""
        texts = [visible(part).strip() for part in body]
        if self.greeting:
            # a list begins on a line of its own, and so does what follows "Dear Noor,"
            apart = "\n" if self.greeting.endswith(",") or texts[0][:1].isdigit() else " "
            texts[0] = f"{self.greeting}{apart}{texts[0]}"
        if self.signature:
            texts[-1] = f"{texts[-1]}\n{self.signature}"
        return tuple(f"@{self.handle} {text}" for text in texts)

    @property
    def text(self) -> str:
        """All of it without a body: what it takes of the channel's limit."""
        return self.put([""])[0]
