"""What an app says through a response URL or in its acknowledgement of a command."""

from __future__ import annotations

from typing import Any

from bot.sandbox.blocks import message_blocks
from bot.sandbox.handles import ResponsePlace, ResponseUrls
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import BOT, Json, Message, Workspace


class Responses:
    """Writes what came to a response URL into the channel it belongs to."""

    def __init__(self, workspace: Workspace, urls: ResponseUrls) -> None:
        self._workspace = workspace
        self._urls = urls

    def respond(self, key: str, body: Json) -> None:
        """Replace or delete the message that was clicked, or write one beside it.

        Only a click on a message has an original; a command or a shortcut has none, so there it always writes anew.
        Refused: not_found, expired_url, used_url, invalid_blocks, no_text and the like.
        """
        place = self._urls.use(key)
        original = self._workspace.channels[place.channel].messages.get(place.message_ts)
        if _truth(body.get("delete_original")):
            if original is not None:
                self._workspace.remove(original)
            return
        text, blocks = _content(body)
        if _truth(body.get("replace_original")) and original is not None:
            original.text, original.blocks = text, blocks
            self._workspace.changed(original)
            return
        self._write(place, body, text, blocks)

    def acknowledged(self, place: ResponsePlace, body: Json) -> None:
        """What an app answered to a command: nothing, or a message as to a response URL. Refused: invalid_blocks."""
        if body.get("text") or body.get("blocks"):
            self._write(place, body, *_content(body))

    def _write(self, place: ResponsePlace, body: Json, text: str, blocks: list[Json]) -> None:
        only = None if body.get("response_type") == "in_channel" else place.user
        thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
        ts = self._workspace.new_ts()
        self._workspace.add(Message(ts, place.channel, BOT.id, text, blocks, None, thread_ts, visible_to=only))


def _content(body: Json) -> tuple[str, list[Json]]:
    blocks = message_blocks(body["blocks"]) if body.get("blocks") is not None else []
    text = str(body.get("text") or "")
    if not text and not blocks:
        raise Refused(Word.NO_TEXT)
    return text, blocks


def _truth(value: Any) -> bool:
    return value is True or value == "true"
