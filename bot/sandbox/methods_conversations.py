"""The Web API's conversations.* and users.* methods."""

from __future__ import annotations

from bot.sandbox.call import Call
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.shapes import channel_json, message_json, user_json
from bot.sandbox.workspace import BOT, Json, Message


def _next(cursor: str) -> Json:
    return {"response_metadata": {"next_cursor": cursor}}


def list_channels(call: Call) -> Json:
    """conversations.list: `types` holds public_channel (the default) and im; there are no private channels."""
    types = set((call.text("types") or "public_channel").split(","))
    wanted = [c for c in call.workspace.channels.values() if ("im" if c.partner else "public_channel") in types]
    if call.flag("exclude_archived"):
        wanted = [channel for channel in wanted if not channel.archived]
    page, cursor = call.page(wanted, 100, 1000)
    return {"channels": [channel_json(channel) for channel in page], **_next(cursor)}


def info(call: Call) -> Json:
    """conversations.info."""
    return {"channel": channel_json(call.workspace.channel(call.required("channel")))}


def members(call: Call) -> Json:
    """conversations.members."""
    page, cursor = call.page(sorted(call.workspace.channel(call.required("channel")).members), 100, 1000)
    return {"members": page, **_next(cursor)}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")

    def inside(message: Message) -> bool:
        if inclusive and message.ts in (oldest, latest):
            return True
        ts = float(message.ts)
        return (not oldest or ts > float(oldest)) and (not latest or ts < float(latest))

    try:
        return [message for message in messages if inside(message)]
    except ValueError:
        raise Refused(Word.INVALID_ARGUMENTS, ["[ERROR] oldest and latest must be timestamps"]) from None


def _page_of(call: Call, messages: list[Message], default: int) -> Json:
    page, cursor = call.page(messages, default, 999 if default == 100 else 1000)
    with_metadata = call.flag("include_all_metadata")
    shown = [message_json(call.workspace, message, metadata=with_metadata) for message in page]
    return {"messages": shown, "has_more": bool(cursor), **(_next(cursor) if cursor else {})}


def history(call: Call) -> Json:
    """conversations.history: newest first, without replies (unless broadcast) and ephemeral messages."""
    channel = call.workspace.channel(call.required("channel"), member=BOT.id)
    shown = [
        message
        for message in reversed(channel.messages.values())
        if message.visible_to is None and (message.thread_ts in (None, message.ts) or message.broadcast)
    ]
    return {**_page_of(call, _between(call, shown), 100), "pin_count": 0}


def replies(call: Call) -> Json:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = call.workspace.channel(call.required("channel"), member=BOT.id)
    parent = channel.messages.get(call.required("ts"))
    if parent is None or parent.visible_to:
        raise Refused(Word.THREAD_NOT_FOUND)
    thread = [parent, *call.workspace.replies(channel, parent.ts)]
    return _page_of(call, [parent, *_between(call, thread[1:])], 1000)


def join(call: Call) -> Json:
    """conversations.join: the app becomes a member of a public channel."""
    channel = call.workspace.channel(call.required("channel"))
    if channel.archived:
        raise Refused(Word.IS_ARCHIVED)
    warned = {"warning": "already_in_channel"} if BOT.id in channel.members else {}
    channel.members.add(BOT.id)
    call.workspace.touch()
    return {"channel": channel_json(channel), **warned}


def open_im(call: Call) -> Json:
    """conversations.open: the direct messages with one person. Group messages are not built."""
    users = [user for user in call.text("users").split(",") if user]
    if not users and call.text("channel"):
        return {"channel": channel_json(call.workspace.channel(call.text("channel")))}
    if len(users) != 1:
        raise Refused(Word.USERS_LIST_NOT_SUPPLIED)
    user = call.workspace.user(users[0])
    if user.deleted:
        raise Refused(Word.USER_DISABLED)
    return {"channel": {"id": call.workspace.channel(user.id).id}}


def user_info(call: Call) -> Json:
    """users.info."""
    return {"user": user_json(call.workspace.user(call.required("user")))}


def list_users(call: Call) -> Json:
    """users.list."""
    page, cursor = call.page(list(call.workspace.users.values()), 1000, 1000)
    return {"members": [user_json(user) for user in page], **_next(cursor)}
