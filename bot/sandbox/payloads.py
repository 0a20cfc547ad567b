"""What a delivery says: the interaction payloads and the event envelope, in Slack's shapes."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.blocks import elements
from bot.sandbox.shapes import answer, message_json, state_values, view_json
from bot.sandbox.workspace import APP, BOT, TEAM, Channel, Json, Message, User, View, Workspace


def _common(workspace: Workspace, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": APP,
        "token": workspace.settings.verification_token,
        "team": {"id": TEAM, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.partner else channel.name


def _in_view(workspace: Workspace, kind: str, user: User) -> Json:
    """From a window the team is that of the person; where the app is installed stands in the view."""
    body = _common(workspace, kind, user)
    return body if user.team == TEAM else {**body, "team": {"id": user.team, "domain": "another-company"}}


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """The interactive element that a click names, or None."""
    for block in blocks:
        if block["block_id"] == block_id:
            return next((element for element in elements(block) if element.get("action_id") == action_id), None)
    return None


def action(element: Json, block_id: str, raw: Any, ts: str) -> Json:
    """One item of `actions`. A button carries its own text, value and style; the others what was chosen."""
    body: Json = {"action_id": element["action_id"], "block_id": block_id, **answer(element, raw)}
    if element["type"] == "button":
        body |= {key: element[key] for key in ("text", "value", "style") if key in element}
    elif "placeholder" in element:
        body["placeholder"] = element["placeholder"]
    return {**body, "action_ts": ts}


def message_action(
    workspace: Workspace, user: User, message: Message, action_body: Json, *, trigger_id: str, response_url: str
) -> Json:
    """`block_actions` from a message."""
    channel = workspace.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = {
        **_common(workspace, "block_actions", user),
        "container": container,
        "trigger_id": trigger_id,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": {"values": state_values(message.blocks, message.values.get(user.id, {}))},
        "response_url": response_url,
        "actions": [action_body],
    }
    # Slack leaves the message out where it was ephemeral.
    return body if message.visible_to else {**body, "message": message_json(workspace, message, metadata=False)}


def view_action(workspace: Workspace, user: User, view: View, action_body: Json, *, trigger_id: str) -> Json:
    """`block_actions` from a modal or the Home tab."""
    shown = view_json(view, user.team)
    return {
        **_in_view(workspace, "block_actions", user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "view": shown,
        "state": shown["state"],
        "actions": [action_body],
    }


def view_submission(workspace: Workspace, user: User, view: View, *, trigger_id: str) -> Json:
    """`view_submission`, with all that was typed and chosen in `view.state.values`."""
    body = _in_view(workspace, "view_submission", user)
    return {**body, "trigger_id": trigger_id, "view": view_json(view, user.team), "response_urls": []}


def view_closed(workspace: Workspace, user: User, view: View, *, cleared: bool) -> Json:
    """`view_closed`, sent where the view asked for it."""
    shown = view_json(view, user.team)
    return {**_in_view(workspace, "view_closed", user), "view": shown, "is_cleared": cleared}


def event_callback(workspace: Workspace, event: Json) -> Json:
    """The envelope that every event comes in."""
    return {
        "token": workspace.settings.verification_token,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(4).upper(),
        "event_time": int(workspace.clock()),
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT.id, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": _shared(workspace, event.get("channel")),
        "event_context": secrets.token_urlsafe(12),
    }


def _shared(workspace: Workspace, channel: Any) -> bool:
    """Whether a channel has members of another company."""
    found = workspace.channels.get(channel) if isinstance(channel, str) else None
    return found is not None and any(workspace.users[member].team != TEAM for member in found.members)


def home_opened(workspace: Workspace, user: User) -> Json:
    """`app_home_opened` for the Home tab, with the view where one was published before."""
    view = workspace.home(user.id)
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": "D" + user.id[1:],
        "tab": "home",
        "event_ts": workspace.new_ts(),
    }
    return {**event, "view": view_json(view)} if view else event


def message_event(workspace: Workspace, message: Message) -> Json:
    """`message` for what a person wrote in a channel or to the app."""
    channel = workspace.channels[message.channel]
    event = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "client_msg_id": secrets.token_hex(16),
        "team": workspace.users[message.user].team,
        "channel": channel.id,
        "channel_type": "im" if channel.partner else "channel",
        "event_ts": message.ts,
    }
    if event["team"] != TEAM:
        event |= {"user_team": event["team"], "source_team": event["team"]}
    return {**event, "thread_ts": message.thread_ts} if message.thread_ts else event


def message_deleted(workspace: Workspace, message: Message) -> Json:
    """`message` of subtype `message_deleted`, with the message as it was."""
    channel, ts = workspace.channels[message.channel], workspace.new_ts()
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": channel.id,
        "channel_type": "im" if channel.partner else "channel",
        "deleted_ts": message.ts,
        "ts": ts,
        "event_ts": ts,
        "previous_message": message_json(workspace, message, metadata=False),
    }


def buried(workspace: Workspace, stone: Message, deleted: Json) -> Json:
    """`message` of subtype `message_changed`: replies stand below what was `deleted`, so a tombstone does, too."""
    kept = {key: value for key, value in deleted.items() if key != "deleted_ts"}
    return {**kept, "subtype": "message_changed", "message": message_json(workspace, stone)}


def slash_command(
    workspace: Workspace, user: User, channel: Channel, command: str, text: str, *, trigger_id: str, response_url: str
) -> Json:
    """A slash command: flat, all values text, as it is sent in a form."""
    return {
        "token": workspace.settings.verification_token,
        "team_id": TEAM,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def _shortcut(workspace: Workspace, kind: str, user: User, callback_id: str, trigger_id: str) -> Json:
    return {
        "type": kind,
        "token": workspace.settings.verification_token,
        "action_ts": workspace.new_ts(),
        "team": {"id": TEAM, "domain": workspace.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": trigger_id,
    }


def global_shortcut(workspace: Workspace, user: User, callback_id: str, *, trigger_id: str) -> Json:
    """`shortcut`: no channel, no message, no response URL."""
    return _shortcut(workspace, "shortcut", user, callback_id, trigger_id)


def message_shortcut(
    workspace: Workspace, user: User, message: Message, callback_id: str, *, trigger_id: str, response_url: str
) -> Json:
    """`message_action`, with the message whole and where it stands."""
    channel = workspace.channels[message.channel]
    return {
        **_shortcut(workspace, "message_action", user, callback_id, trigger_id),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message_ts": message.ts,
        "message": message_json(workspace, message, metadata=False),
        "response_url": response_url,
    }
