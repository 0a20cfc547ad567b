"""A reply: the proposal as it would be sent, and the hash that a decision is bound to."""

from __future__ import annotations

import hashlib
import json
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
        body: str,
        *,
        handle: str,
        signature: str,
        channel: str,
        parent: str,
        visibility: Visibility,
        language: str = "en",
    ) -> Reply:
        """Put the mention before and the signature behind a body, as the channel will get it.

        What no reviewer sees on the card does not go out either: characters without a form are left out.
        """
        text = envelope(handle, signature).replace("\0", visible(body).strip())
        return cls((text,), channel=channel, parent=parent, visibility=visibility, language=language)

    def hash(self) -> str:
        """SHA-256 (hex) of the canonical form: JSON with sorted keys, no spaces, UTF-8."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def envelope(handle: str, signature: str) -> str:
    """What stands around a body (marked by one NUL): composing must leave room for it."""
    return f"@{handle} \0" + (f"\n{signature}" if signature else "")
