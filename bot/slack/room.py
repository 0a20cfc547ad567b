"""The review channel as a room: cards are posted, kept up to date, and found again after a crash."""

from __future__ import annotations

import asyncio
import re
import time
from weakref import WeakValueDictionary

from bot.letters import Letter
from bot.review import Card, Place, RoomRefused, RoomUnavailable
from bot.slack import card as cards
from bot.slack import elements as el
from bot.slack import letters, texts
from bot.slack.config import SlackConfig
from bot.slack.workspace import Workspace, calling, error_word
from knowledge.errors import GoodwordError

EVENT_TYPE = "goodword_card"
#: A person's id; others (`cli:anna`) mean nobody here.
PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
#: Slack allows about one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits).
BETWEEN_POSTS = 1.0
#: A lost card is sought in so many messages at most: it was posted just before a crash, so it is among the newest.
FIND_PAGES, FIND_PAGE = 10, 200
#: Of so many cards it is remembered how new the card was that was drawn last.
DRAWN_KEPT = 1000

#: The card is gone or cannot be changed any more: nothing to do, the record is what counts.
_LEFT_ALONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
#: Whom we wanted to tell is not there, or cannot be written to.
_NOBODY_THERE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
    }
)
_CHANNEL_LOST = frozenset({"channel_not_found", "is_archived", "not_in_channel"})


class Pace:
    """Lets one through at a time, at least `seconds` apart."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0
        self._lock = asyncio.Lock()

    async def wait(self) -> None:
        """Return when it is our turn."""
        async with self._lock:
            await asyncio.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + self._seconds


class SlackRoom:
    """Implements `bot.review.Room` on one channel of a workspace."""

    name = "slack"

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._pace = Pace(BETWEEN_POSTS)
        self._drawn: dict[Place, tuple[int, int]] = {}
        self._locks: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def of(cls, config: SlackConfig) -> SlackRoom:
        """The room that a configuration names."""
        return cls(Workspace(config))

    async def post(self, card: Card) -> Place:
        """Show a new card. Raises RoomUnavailable, CardRefused."""
        channel = await self.workspace.channel_id()
        drawn = cards.card(card)
        await self._pace.wait()
        try:
            with calling("chat.postMessage"):
                said = await self.workspace.web.chat_postMessage(
                    channel=channel,
                    text=drawn.text,
                    blocks=drawn.blocks,
                    metadata=_metadata(card),
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except GoodwordError as error:
            raise self._told(error) from error.__cause__
        return Place(str(said["channel"]), str(said["ts"]))

    async def update(self, place: Place, card: Card) -> None:
        """Show the card as it stands now; one that was deleted is left alone. Raises RoomUnavailable, CardRefused."""
        async with self._locks.setdefault(place, asyncio.Lock()):
            # A click and the journey both bring cards up to date: what was drawn later must not be overtaken.
            age = (card.version, len(card.steps))
            if age < self._drawn.get(place, age):
                return
            await self._update(place, card)
            self._drawn.pop(place, None)
            self._drawn[place] = age
            if len(self._drawn) > DRAWN_KEPT:
                del self._drawn[next(iter(self._drawn))]

    async def _update(self, place: Place, card: Card) -> None:
        drawn = cards.card(card)
        try:
            with calling("chat.update"):
                await self.workspace.web.chat_update(
                    channel=place.channel,
                    ts=place.message,
                    text=drawn.text,
                    blocks=drawn.blocks,
                    metadata=_metadata(card),
                )
        except GoodwordError as error:
            if error_word(error.__cause__) not in _LEFT_ALONE:
                raise self._told(error) from error.__cause__

    async def remark(self, place: Place, sentence: str, people: tuple[str, ...] = ()) -> None:
        """Say a sentence below a card, calling people by their ids. Raises RoomUnavailable."""
        called = " ".join(f"<@{person}>" for person in people if PERSON.fullmatch(person))
        await self._pace.wait()
        try:
            with calling("chat.postMessage"):
                await self.workspace.web.chat_postMessage(
                    channel=place.channel,
                    thread_ts=place.message,
                    text=f"{called} {el.escaped(sentence, 1500)}".strip(),
                    unfurl_links=False,
                )
        except GoodwordError as error:
            if error_word(error.__cause__) not in _LEFT_ALONE:
                raise self._told(error) from error.__cause__

    async def tell(self, to: str, letter: Letter, place: Place | None) -> None:
        """Tell a person, a channel or (empty) the review channel. Raises RoomUnavailable, RoomRefused, CardRefused."""
        drawn = letters.letter(letter, await self.permalink(place))
        channel = to or await self.workspace.channel_id()
        if not to:
            await self._pace.wait()
        try:
            with calling("chat.postMessage"):
                await self.workspace.web.chat_postMessage(
                    channel=channel, text=drawn.text, blocks=drawn.blocks, unfurl_links=False, unfurl_media=False
                )
        except GoodwordError as error:
            if not to:
                raise self._told(error) from error.__cause__
            if error_word(error.__cause__) in _NOBODY_THERE:
                sentence = texts.NOT_REACHED.format(to=to, error=error_word(error.__cause__))
                raise RoomRefused(sentence, hint=texts.REACH_HINT) from error.__cause__
            raise

    async def redraw_letter(self, place: Place, drawn: cards.Rendered) -> None:
        """Show a letter as things stand now; one that was deleted is left alone. Raises RoomUnavailable."""
        try:
            with calling("chat.update"):
                await self.workspace.web.chat_update(
                    channel=place.channel, ts=place.message, text=drawn.text, blocks=drawn.blocks
                )
        except GoodwordError as error:
            if error_word(error.__cause__) not in _LEFT_ALONE:
                raise

    async def permalink(self, place: Place | None) -> str:
        """Where a card can be seen; empty where it is gone or Slack does not say: nothing depends on it."""
        if place is None:
            return ""
        try:
            with calling("chat.getPermalink"):
                said = await self.workspace.web.chat_getPermalink(channel=place.channel, message_ts=place.message)
        except GoodwordError:
            return ""
        return str(said["permalink"])

    async def find(self, turn_id: int) -> Place | None:
        """The place of a turn's card among the newest messages, by the metadata that only our bot can have written.

        Raises:
            RoomUnavailable: Slack does not answer: nobody knows whether the card is there.
        """
        channel = await self.workspace.channel_id()
        ours = (await self.workspace.identity()).bot_id
        cursor = ""
        for _ in range(FIND_PAGES):
            try:
                with calling("conversations.history"):
                    page = await self.workspace.web.conversations_history(
                        channel=channel, include_all_metadata=True, limit=FIND_PAGE, cursor=cursor
                    )
            except GoodwordError as error:
                raise self._told(error) from error.__cause__
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                ours_too = message.get("bot_id") == ours and metadata.get("event_type") == EVENT_TYPE
                if ours_too and payload.get("turn_id") == turn_id:
                    return Place(channel, str(message["ts"]))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return None

    async def healthy(self) -> str | None:
        """None when cards can be posted, else what is wrong and what to do."""
        try:
            await self.workspace.identity(fresh=True)
            channel = await self.workspace.channel_id()
            with calling("conversations.info"):
                info = (await self.workspace.web.conversations_info(channel=channel))["channel"]
        except GoodwordError as error:
            return str(self._told(error))
        name = self.workspace.config.channel
        if info.get("is_archived"):
            return texts.ARCHIVED.format(channel=name)
        return None if info.get("is_member", True) else texts.NOT_IN_CHANNEL.format(channel=name)

    def _told(self, error: GoodwordError) -> GoodwordError:
        """The same error, in words about the review channel where it is about that."""
        word = error_word(error.__cause__)
        if word not in _CHANNEL_LOST:
            return error
        self.workspace.forget_channel()
        sentence = {"is_archived": texts.ARCHIVED, "not_in_channel": texts.NOT_IN_CHANNEL}.get(
            word, texts.NO_SUCH_CHANNEL
        )
        return RoomUnavailable(sentence.format(channel=self.workspace.config.channel))


def _metadata(card: Card) -> dict[str, object]:
    return {"event_type": EVENT_TYPE, "event_payload": {"turn_id": card.turn_id}}
