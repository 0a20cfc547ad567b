"""What the app's manifest says: its slash commands, its shortcuts and the events it wants to hear of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Command:
    """A slash command. `name` has its slash; with `escaped`, people and channels in its text arrive as references."""

    name: str
    description: str = ""
    usage_hint: str = ""
    escaped: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A shortcut: `global` ones stand beside the message field, `message` ones in the menu of each message."""

    callback_id: str
    name: str
    kind: Literal["global", "message"]
    description: str = ""


COMMANDS = (Command("/goodword", "See what waits, search, post a notice, pause", "[status | next | search | pause]"),)
SHORTCUTS = (
    Shortcut("draft_link", "Draft reply to this link", "global", "Drafts a reply to a public post"),
    Shortcut("add_knowledge", "Add answer to knowledge", "message", "Keeps an answer for later drafts"),
)
#: Events of the Events API, as `bot_events` of a manifest.
SUBSCRIPTIONS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.im",
        "tokens_revoked",
    }
)


def commands_of(manifest: Mapping[str, Any]) -> tuple[Command, ...]:
    """The commands of a manifest (`features.slash_commands`)."""
    return tuple(
        Command(
            item["command"],
            item.get("description", ""),
            item.get("usage_hint", ""),
            bool(item.get("should_escape", False)),
        )
        for item in manifest.get("features", {}).get("slash_commands", [])
    )


def shortcuts_of(manifest: Mapping[str, Any]) -> tuple[Shortcut, ...]:
    """The shortcuts of a manifest (`features.shortcuts`)."""
    return tuple(
        Shortcut(item["callback_id"], item["name"], item["type"], item.get("description", ""))
        for item in manifest.get("features", {}).get("shortcuts", [])
    )


def subscriptions_of(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The events that a manifest subscribes to (`settings.event_subscriptions.bot_events`)."""
    return frozenset(manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", []))
