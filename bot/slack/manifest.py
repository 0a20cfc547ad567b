"""`manifest.yaml`, made from what the app listens to: `python -m bot.slack.manifest` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.slack.app import ACTIONS, EVENTS, VIEWS

PATH = Path(__file__).with_name("manifest.yaml")

#: Every Web API method that this package calls, with the bot scopes it needs (docs.slack.dev/reference/methods).
#: apps.connections.open needs connections:write on the app-level token, which no manifest grants.
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}

_HEAD = """\
# Made by `python -m bot.slack.manifest` from what the code listens to and calls: do not edit by hand.
# Paste it at https://api.slack.com/apps, Create New App, From a manifest. For Socket Mode, then make an app-level token
# with connections:write. For signed HTTP set socket_mode_enabled to false and fill in the two request URLs in Slack.
"""


def manifest() -> dict[str, Any]:
    """The manifest as data: no event, scope or feature that the code does not use."""
    return {
        "display_information": {
            "name": "Goodword",
            "description": "Drafts replies to public posts; your team approves them here.",
            "background_color": "#1f4d3f",
        },
        "features": {
            "app_home": {"home_tab_enabled": "app_home_opened" in EVENTS, "messages_tab_enabled": False},
            "bot_user": {"display_name": "Goodword", "always_online": True},
        },
        "oauth_config": {"scopes": {"bot": sorted({scope for scopes in SCOPES.values() for scope in scopes})}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": bool(ACTIONS or VIEWS)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def text() -> str:
    """The file as it should be."""
    return _HEAD + yaml.safe_dump(manifest(), sort_keys=False, allow_unicode=True)


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
