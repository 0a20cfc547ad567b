"""How Slack writes users, channels, messages and views in JSON."""

from __future__ import annotations

from typing import Any

from bot.sandbox.blocks import elements
from bot.sandbox.workspace import APP, BOT, BOT_ID, TEAM, Channel, Json, Message, User, View, Workspace


def user_json(user: User) -> Json:
    """A user as users.info gives it."""
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "Europe/London",
        "is_bot": user.is_bot,
        "is_app_user": False,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.real_name,
            "title": user.title,
            "team": user.team,
            **({"api_app_id": APP, "bot_id": BOT_ID} if user.is_bot else {}),
        },
    }


def channel_json(channel: Channel) -> Json:
    """A conversation as conversations.info gives it."""
    common = {"id": channel.id, "created": 1700000000, "is_archived": channel.archived, "context_team_id": TEAM}
    if channel.partner:
        return {**common, "is_im": True, "is_channel": False, "user": channel.partner}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_private": False,
        "is_general": channel.name == "general",
        "is_member": BOT.id in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def message_json(workspace: Workspace, message: Message, *, metadata: bool = True) -> Json:
    """A message as chat.* and conversations.* give it. Metadata only where asked for."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.tombstone:
        body |= {"subtype": "tombstone", "hidden": True, "parent_user_id": message.user}
    else:
        body["team"] = workspace.users[message.user].team
    if message.user == BOT.id:
        profile = {"id": BOT_ID, "app_id": APP, "name": BOT.real_name, "team_id": TEAM, "deleted": False}
        body |= {"bot_id": BOT_ID, "app_id": APP, "bot_profile": profile}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.metadata and metadata:
        body["metadata"] = message.metadata
    if message.edited_ts:
        body["edited"] = {"user": BOT_ID if message.user == BOT.id else message.user, "ts": message.edited_ts}
    if message.reactions:
        body["reactions"] = [{"name": n, "users": who, "count": len(who)} for n, who in message.reactions.items()]
    if message.visible_to:
        body["is_ephemeral"] = True
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    replies = list(workspace.replies(workspace.channels[message.channel], message.ts))
    if replies:
        body |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
        }
    return body


def view_json(view: View, team: str = TEAM) -> Json:
    """A view as views.* and the deliveries give it, with what was typed in so far. `team` is its person's."""
    body = view.body
    return {
        "id": view.id,
        "team_id": team,
        "type": view.kind,
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": state_values(body["blocks"], view.values)},
        "hash": view.hash,
        "title": body.get("title"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }


#: Where an element's state and an action's answer keep the value, by element type.
VALUE_KEYS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
#: With what an element starts, by where it keeps its value.
_INITIAL = {
    "value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_date_time": "initial_date_time",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
}
MANY = frozenset(
    {"multi_static_select", "checkboxes", "multi_users_select", "multi_conversations_select", "multi_channels_select"}
)


def options(element: Json) -> list[Json]:
    """All options of an element, those in groups too."""
    return [*element.get("options", []), *(o for group in element.get("option_groups", []) for o in group["options"])]


def initial(element: Json) -> Any:
    """The raw value an element starts with: text, an option's value, an id, or a list of these."""
    start = element.get(_INITIAL.get(VALUE_KEYS.get(element["type"], ""), ""))
    if element["type"] in MANY:
        return [item["value"] if isinstance(item, dict) else item for item in start or []]
    if element["type"] == "datetimepicker":
        return None if start is None else str(int(start))
    return start["value"] if isinstance(start, dict) else start


def answer(element: Json, raw: Any) -> Json:
    """What a delivery says of an element that holds the raw value: `{"type": …, "selected_option": {…}}` or alike."""
    kind = element["type"]
    key = VALUE_KEYS.get(kind)
    if key is None:
        return {"type": kind}
    if key == "selected_option":
        chosen = next((option for option in options(element) if option.get("value") == raw), None)
        return {"type": kind, key: chosen}
    if key == "selected_options":
        return {"type": kind, key: [option for option in options(element) if option.get("value") in (raw or [])]}
    if key == "selected_date_time":
        return {"type": kind, key: int(raw) if raw else None}
    if kind in MANY:
        return {"type": kind, key: list(raw or [])}
    if kind == "timepicker" and "timezone" in element:
        return {"type": kind, key: raw or None, "timezone": element["timezone"]}
    return {"type": kind, key: raw if raw not in ("", None) else None}


def current(element: Json, values: Json) -> Any:
    """The raw value an element holds now: what was typed or chosen, else what it started with."""
    return values[element["action_id"]] if element["action_id"] in values else initial(element)


def state_values(blocks: list[Json], values: dict[str, Json]) -> dict[str, Json]:
    """`state.values`: block_id -> action_id -> what the element holds. Buttons and overflow menus hold nothing."""
    state: dict[str, Json] = {}
    for block in blocks:
        for element in elements(block):
            if element["type"] in VALUE_KEYS and element["type"] != "overflow":
                held = answer(element, current(element, values.get(block["block_id"], {})))
                state.setdefault(block["block_id"], {})[element["action_id"]] = held
    return state
