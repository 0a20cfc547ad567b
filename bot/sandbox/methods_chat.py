"""The Web API's chat.* and reactions.* methods."""

from __future__ import annotations

import json

from bot.sandbox import blocks as kit
from bot.sandbox.call import Call
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.shapes import message_json
from bot.sandbox.workspace import BOT, Channel, Json, Message

MAX_TEXT = 40_000
MAX_METADATA_BYTES = 8_000


def _content(call: Call) -> tuple[str, list[Json] | None]:
    """The text and blocks of a call; None where no blocks were given."""
    text = call.text("text")
    if len(text) > MAX_TEXT:
        raise Refused(Word.MSG_TOO_LONG)
    given = call.structure("blocks", Word.INVALID_BLOCKS_FORMAT)
    return text, None if given is None else kit.message_blocks(given)


def _metadata(call: Call) -> Json | None:
    """A call's metadata: None where absent, `{}` to remove it. Refused: invalid_metadata_format, metadata_too_large."""
    given: Json | None = call.structure("metadata", Word.INVALID_METADATA_FORMAT)
    if given is None or given == {}:
        return None if given is None else {}
    well_formed = isinstance(given, dict) and isinstance(given.get("event_type"), str)
    if not well_formed or not isinstance(given.get("event_payload"), dict):
        raise Refused(Word.INVALID_METADATA_FORMAT)
    if len(json.dumps(given)) > MAX_METADATA_BYTES:
        raise Refused(Word.METADATA_TOO_LARGE)
    return given


def _open_channel(call: Call) -> Channel:
    """The channel to write in. Refused: channel_not_found, not_in_channel, is_archived."""
    channel = call.workspace.channel(call.required("channel"), member=BOT.id)
    if channel.archived:
        raise Refused(Word.IS_ARCHIVED)
    return channel


def post_message(call: Call) -> Json:
    """chat.postMessage: a message or, with thread_ts, a reply."""
    channel = _open_channel(call)
    text, blocks = _content(call)
    if not text and not blocks:
        raise Refused(Word.NO_TEXT)
    metadata = _metadata(call)
    thread_ts = call.text("thread_ts") or None
    call.rate.spend(channel.id)
    message = Message(
        call.workspace.new_ts(),
        channel.id,
        BOT.id,
        text,
        blocks or [],
        metadata or None,
        thread_ts,
        call.flag("reply_broadcast"),
    )
    call.workspace.add(message)
    if thread_ts and (parent := channel.messages.get(thread_ts)):
        call.workspace.changed(parent, edited=False)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.workspace, message)}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: seen by one person only, gone from every listing."""
    channel = _open_channel(call)
    user = call.workspace.user(call.required("user"))
    if user.id not in channel.members:
        raise Refused(Word.USER_NOT_IN_CHANNEL)
    text, blocks = _content(call)
    if not text and not blocks:
        raise Refused(Word.NO_TEXT)
    thread_ts = call.text("thread_ts") or None
    message = Message(
        call.workspace.new_ts(), channel.id, BOT.id, text, blocks or [], None, thread_ts, visible_to=user.id
    )
    call.workspace.add(message)
    return {"message_ts": message.ts}


def _own(call: Call, otherwise: Word) -> Message:
    message = call.workspace.message(call.required("channel"), call.required("ts"))
    if message.visible_to:
        raise Refused(Word.MESSAGE_NOT_FOUND)
    if message.user != BOT.id:
        raise Refused(otherwise)
    return message


def update(call: Call) -> Json:
    """chat.update: an absent field keeps what was there; `[]` removes blocks, `{}` removes metadata."""
    message = _own(call, Word.CANT_UPDATE_MESSAGE)
    if call.workspace.channels[message.channel].archived:
        raise Refused(Word.IS_INACTIVE)
    text, blocks = _content(call)
    metadata = _metadata(call)
    if not text and blocks is None and metadata is None:
        raise Refused(Word.NO_TEXT)
    message.text = text or message.text
    message.blocks = message.blocks if blocks is None else blocks
    message.metadata = message.metadata if metadata is None else metadata or None
    call.workspace.changed(message)
    body = message_json(call.workspace, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": body}


def delete(call: Call) -> Json:
    """chat.delete: only what the app itself wrote."""
    message = _own(call, Word.CANT_DELETE_MESSAGE)
    call.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: Call) -> Json:
    """chat.getPermalink: an address of the sandbox's own page that leads to the message."""
    message = call.workspace.message(call.required("channel"), call.required("message_ts"))
    address = f"{call.base}archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        address += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return {"channel": message.channel, "permalink": address}


def _reaction(call: Call) -> tuple[Message, str]:
    name = call.required("name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise Refused(Word.INVALID_NAME)
    if call.workspace.channel(call.required("channel")).archived:
        raise Refused(Word.IS_ARCHIVED)
    return call.workspace.message(call.required("channel"), call.required("timestamp")), name


def add_reaction(call: Call) -> Json:
    """reactions.add, as the app."""
    message, name = _reaction(call)
    if BOT.id in message.reactions.get(name, []):
        raise Refused(Word.ALREADY_REACTED)
    message.reactions.setdefault(name, []).append(BOT.id)
    call.workspace.changed(message, edited=False)
    return {}


def remove_reaction(call: Call) -> Json:
    """reactions.remove, as the app."""
    message, name = _reaction(call)
    if BOT.id not in message.reactions.get(name, []):
        raise Refused(Word.NO_REACTION)
    message.reactions[name].remove(BOT.id)
    if not message.reactions[name]:
        del message.reactions[name]
    call.workspace.changed(message, edited=False)
    return {}
