"""`manifest.yaml`, made from what the app listens to: `python -m bot.slack.manifest` writes it anew.

With the address at which Slack reaches the service, `python -m bot.slack.manifest https://goodword.example` prints the
manifest for signed HTTP instead.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from bot.slack.app import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, VIEWS

PATH = Path(__file__).with_name("manifest.yaml")
#: Where `bot/slack/serve.py` hears signed HTTP: one path for events, clicks and commands.
REQUEST_PATH = "/slack/events"

#: Every Web API method that is called, with the bot scopes it needs (docs.slack.dev/reference/methods).
#: apps.connections.open needs connections:write on the app-level token, which no manifest grants.
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.members": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
#: Every event that is heard, with the bot scopes it needs (docs.slack.dev/reference/events).
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "tokens_revoked": (),
}

#: People are told directly what was handed to them; nobody has to write back, so the tab is for reading only.
_TOLD_DIRECTLY = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}

_HEAD = """\
# Made by `python -m bot.slack.manifest` from what the code listens to and calls: do not edit by hand.
# Paste it at https://api.slack.com/apps, Create New App, From a manifest. For Socket Mode, then make an app-level token
# with connections:write. For signed HTTP `python -m bot.slack.manifest https://YOUR.ADDRESS` prints another one.
"""


def scopes() -> list[str]:
    """The bot scopes that the code needs, sorted: for its calls, its events, its commands and shortcuts."""
    needed = {scope for table in (SCOPES, EVENT_SCOPES) for each in table.values() for scope in each}
    return sorted(needed | ({"commands"} if COMMANDS or SHORTCUTS else set()))


def manifest(address: str = "") -> dict[str, Any]:
    """The manifest as data: no event, scope or feature that the code does not use.

    `address` is where Slack reaches the service over HTTP, without a path; empty means Socket Mode, which needs none.
    """
    url = address.rstrip("/") + REQUEST_PATH if address else ""
    to_us = {"request_url": url} if url else {}
    return {
        "display_information": {
            "name": "Goodword",
            "description": "Drafts replies to public posts; your team approves them here.",
            "background_color": "#1f4d3f",
        },
        "features": {
            "app_home": {"home_tab_enabled": "app_home_opened" in EVENTS, **_TOLD_DIRECTLY},
            "bot_user": {"display_name": "Goodword", "always_online": True},
            **_shortcuts(),
            **_commands(url),
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {**to_us, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": bool(ACTIONS or VIEWS or SHORTCUTS), **to_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _shortcuts() -> dict[str, Any]:
    found = [
        {"name": it.name, "type": it.type, "callback_id": callback_id, "description": it.description}
        for callback_id, it in sorted(SHORTCUTS.items())
    ]
    return {"shortcuts": found} if found else {}


def _commands(url: str) -> dict[str, Any]:
    found = [
        {
            "command": command,
            **({"url": url} if url else {}),
            "description": it.description,
            **({"usage_hint": it.usage_hint} if it.usage_hint else {}),
            "should_escape": False,
        }
        for command, it in sorted(COMMANDS.items())
    ]
    return {"slash_commands": found} if found else {}


def text(address: str = "") -> str:
    """The file as it should be; for `address` see `manifest`."""
    return _HEAD + yaml.safe_dump(manifest(address), sort_keys=False, allow_unicode=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.stdout.write(text(sys.argv[1]))
    else:
        PATH.write_text(text(), encoding="utf-8")
