"""The review channel as a room: cards are posted, kept up to date, and found again after a crash."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any
from weakref import WeakValueDictionary

from bot.cards.letters import Letter
from bot.cards.overview import Digest
from bot.health import Remark
from bot.review import Card, CardGone, Place, RoomRefused, RoomUnavailable, Step
from bot.slack import card as cards
from bot.slack import digest_blocks, health_texts, letter_texts, letters, thread
from bot.slack import elements as el
from bot.slack.config import SlackConfig
from bot.slack.elements import Rendered
from bot.slack.pace import Pace
from bot.slack.workspace import Workspace, calling, error_word, patiently
from knowledge.errors import GoodwordError

EVENT_TYPE = "goodword_card"
DIGEST = "goodword_digest"
#: A person's id; others (`cli:anna`) mean nobody here.
PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
#: Slack allows about one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits).
BETWEEN_POSTS = 1.0
#: A lost card is sought in so many messages at most: it was posted just before a crash, so it is among the newest.
FIND_PAGES, FIND_PAGE = 10, 200
#: Of so many cards it is remembered how new the card was that was drawn last.
DRAWN_KEPT = 1000

#: The card is gone, or is not ours to change any more.
_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})
#: It stands there and cannot be changed any more: nothing to do, the record is what counts.
_LEFT_ALONE = frozenset({"edit_window_closed"})
#: Whom we wanted to write to is not there, or cannot be written to.
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
_CHANNEL_LOST = frozenset({"channel_not_found", "is_archived", "is_inactive", "not_in_channel"})


class SlackRoom:
    """Implements `bot.review.Room` on one channel of a workspace."""

    name = "slack"

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._pace = Pace(BETWEEN_POSTS)
        self._drawn: dict[Place, tuple[tuple[int, int], str]] = {}
        self._locks: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def of(cls, config: SlackConfig) -> SlackRoom:
        """The room that a configuration names."""
        return cls(Workspace(config))

    async def post(self, card: Card) -> Place:
        """Show a new card. Raises RoomUnavailable, CardRefused."""
        channel = await self.workspace.channel_id(card.stands_in)
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
            raise self._told(error, card.stands_in) from error.__cause__
        return Place(str(said["channel"]), str(said["ts"]))

    async def update(self, place: Place, card: Card, drawing: str = "") -> None:
        """Show the card as it stands now; `drawing` (see `card`) stays until there is another. Raises RoomUnavailable,
        CardGone, CardRefused."""
        async with self._locks.setdefault(place, asyncio.Lock()):
            # A click and the journey both bring cards up to date: what was drawn later must not be overtaken.
            age = (card.version, len(card.steps))
            newest, drawn = self._drawn.get(place, (age, ""))
            if age < newest:
                return
            await self._update(place, card, drawing or drawn)
            self._drawn.pop(place, None)
            self._drawn[place] = (age, drawing or drawn)
            if len(self._drawn) > DRAWN_KEPT:
                del self._drawn[next(iter(self._drawn))]

    async def _update(self, place: Place, card: Card, drawing: str) -> None:
        drawn = cards.card(card, drawing=drawing)
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
            word = error_word(error.__cause__)
            if word in _GONE or (word in _CHANNEL_LOST and await self._elsewhere(place, card.stands_in)):
                raise CardGone(health_texts.CARD_GONE) from error.__cause__
            if word not in _LEFT_ALONE:
                raise self._told(error) from error.__cause__

    async def _elsewhere(self, place: Place, name: str) -> bool:
        """Whether the channel of that name is another one now than that of this place."""
        self.workspace.forget_channel()
        return await self.workspace.channel_id(name) != place.channel

    async def tell(self, place: Place, turn_id: int, steps: Sequence[Step]) -> None:
        """Tell these steps in one message in the thread below the card. Raises RoomUnavailable, CardRefused."""
        drawn = thread.told(steps)
        await self._pace.wait(last=True)
        try:
            with calling("chat.postMessage"):
                await self.workspace.web.chat_postMessage(
                    channel=place.channel,
                    thread_ts=place.message,
                    text=drawn.text,
                    blocks=drawn.blocks,
                    metadata=thread.metadata(turn_id, steps),
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except GoodwordError as error:
            raise self._told(error) from error.__cause__

    async def told(self, place: Place) -> int:
        """The newest step that the thread tells, by the metadata that only our bot can have written.

        Raises:
            RoomUnavailable: Slack does not answer: nobody knows what stands there.
        """
        ours = (await self.workspace.identity()).bot_id
        newest, cursor = 0, ""
        for _ in range(FIND_PAGES):
            try:
                with calling("conversations.replies"):
                    page = await self.workspace.web.conversations_replies(
                        channel=place.channel,
                        ts=place.message,
                        include_all_metadata=True,
                        limit=FIND_PAGE,
                        cursor=cursor,
                    )
            except GoodwordError as error:
                if error_word(error.__cause__) in _GONE:
                    return 0
                raise self._told(error) from error.__cause__
            newest = max([newest, *(thread.newest(one) for one in page["messages"] if one.get("bot_id") == ours)])
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return newest

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
            if error_word(error.__cause__) not in _GONE:
                raise self._told(error) from error.__cause__

    async def write(self, to: str, letter: Letter, place: Place | None) -> None:
        """Write to a person, a channel or (empty) the review channel.

        Raises:
            RoomUnavailable: not now.
            RoomRefused: they cannot be reached.
            CardRefused: Slack does not take the letter.
        """
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
                sentence = letter_texts.NOT_REACHED.format(to=to, error=error_word(error.__cause__))
                raise RoomRefused(sentence, hint=letter_texts.REACH_HINT) from error.__cause__
            raise

    async def redraw_letter(self, place: Place, drawn: Rendered) -> None:
        """Show a letter as things stand now; one that was deleted is left alone. Raises RoomUnavailable."""
        try:
            with calling("chat.update"):
                await self.workspace.web.chat_update(
                    channel=place.channel, ts=place.message, text=drawn.text, blocks=drawn.blocks
                )
        except GoodwordError as error:
            if error_word(error.__cause__) not in _LEFT_ALONE | _GONE:
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
        for name in ("", *(await self.workspace.team()).channels):
            if place := await self._find_in(name, EVENT_TYPE, "turn_id", turn_id):
                return place
        return None

    async def post_digest(self, digest: Digest) -> Place:
        """Tell of the posts of a day that no reply was proposed for. Raises RoomUnavailable, CardRefused."""
        channel = await self.workspace.channel_id()
        await self._pace.wait()
        with calling("chat.postMessage"):
            said = await self.workspace.web.chat_postMessage(
                channel=channel, **_digest(digest), unfurl_links=False, unfurl_media=False
            )
        return Place(str(said["channel"]), str(said["ts"]))

    async def update_digest(self, place: Place, digest: Digest) -> None:
        """Show the digest as its posts stand now. Raises RoomUnavailable, CardRefused."""
        web, drawn = self.workspace.web, _digest(digest)
        await patiently("chat.update", lambda: web.chat_update(channel=place.channel, ts=place.message, **drawn))

    async def find_digest(self, day: date) -> Place | None:
        """The place of a day's digest among the newest messages. Raises RoomUnavailable."""
        return await self._find_in("", DIGEST, "day", str(day))

    async def lost(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Which of these cards are not in their channel any more, or went with it. One that is older than the newest
        messages that are read (`FIND_PAGES` pages) counts as there, and so does one where we may not read.

        Raises:
            RoomUnavailable: Slack does not answer: nobody knows what is there.
        """
        missing: list[Place] = []
        for channel in {place.channel for place in places}:
            try:
                missing += await self._lost_in(channel, [place for place in places if place.channel == channel])
            except RoomUnavailable as error:
                # a channel of earlier rules may be gone, or we are not in it: the other channels' cards are missed all
                # the same
                word = error_word(error.__cause__)
                if word not in _CHANNEL_LOST:
                    raise
                if word == "channel_not_found":
                    missing += [place for place in places if place.channel == channel]
        return tuple(missing)

    async def _lost_in(self, channel: str, places: Sequence[Place]) -> list[Place]:
        sought = {place.message: place for place in places}
        read_from = "0"
        async for messages, since in self._ours(channel, oldest=min(sought, key=float)):
            read_from = since
            for message in messages:
                sought.pop(str(message["ts"]), None)
        return [place for place in sought.values() if float(place.message) >= float(read_from)]

    async def _find_in(self, name: str, event_type: str, key: str, value: object) -> Place | None:
        channel = await self.workspace.channel_id(name)
        async for messages, _ in self._ours(channel, name):
            for message in messages:
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == event_type and payload.get(key) == value:
                    return Place(channel, str(message["ts"]))
        return None

    async def _ours(
        self, channel: str, name: str = "", oldest: str = "0"
    ) -> AsyncIterator[tuple[list[dict[str, Any]], str]]:
        """What our bot wrote in a channel since `oldest`, page by page from the newest, and from when on all was read.
        What was deleted is not there; where replies stood below it, Slack leaves a line in its own name."""
        ours = (await self.workspace.identity()).bot_id
        cursor = ""
        for _ in range(FIND_PAGES):
            try:
                with calling("conversations.history"):
                    page = await self.workspace.web.conversations_history(
                        channel=channel,
                        include_all_metadata=True,
                        limit=FIND_PAGE,
                        cursor=cursor,
                        oldest=oldest,
                        inclusive=True,
                    )
            except GoodwordError as error:
                raise self._told(error, name) from error.__cause__
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            messages = page["messages"]
            yield [one for one in messages if one.get("bot_id") == ours], messages[-1]["ts"] if cursor else oldest
            if not cursor:
                break

    async def healthy(self) -> str | None:
        """None when cards can be posted, else what is wrong and what to do: in each channel that the rules name."""
        try:
            await self.workspace.identity(fresh=True)
        except GoodwordError as error:
            return str(error)
        names = ("", *(await self.workspace.team()).channels)
        said = [wrong for name in names if (wrong := await self._wrong_with(name))]
        if not said:
            return None
        return Remark(" ".join(said)) if all(isinstance(one, Remark) for one in said) else " ".join(said)

    async def _wrong_with(self, named: str) -> str | None:
        try:
            channel = await self.workspace.channel_id(named)
            with calling("conversations.info"):
                info = (await self.workspace.web.conversations_info(channel=channel))["channel"]
        except GoodwordError as error:
            return str(self._told(error, named))
        name = named or self.workspace.config.channel
        if info.get("is_archived"):
            return health_texts.ARCHIVED.format(channel=name)
        if not info.get("is_member", True):
            return health_texts.NOT_IN_CHANNEL.format(channel=name)
        wanted = name.strip().lstrip("#")
        if wanted not in (channel, info.get("name")):
            return Remark(health_texts.RENAMED.format(channel=name, name=info.get("name", "?"), id=channel))
        return None

    def _told(self, error: GoodwordError, channel: str = "") -> GoodwordError:
        """The same error, in words about the channel (empty: the review channel) where it is about that."""
        word = error_word(error.__cause__)
        if word not in _CHANNEL_LOST:
            return error
        self.workspace.forget_channel()
        archived = {"is_archived": health_texts.ARCHIVED, "is_inactive": health_texts.ARCHIVED}
        sentence = {**archived, "not_in_channel": health_texts.NOT_IN_CHANNEL}.get(word, health_texts.NO_SUCH_CHANNEL)
        return RoomUnavailable(sentence.format(channel=channel or self.workspace.config.channel))


def _metadata(card: Card) -> dict[str, object]:
    return {"event_type": EVENT_TYPE, "event_payload": {"turn_id": card.turn_id}}


def _digest(digest: Digest) -> dict[str, Any]:
    metadata = {"event_type": DIGEST, "event_payload": {"day": str(digest.day)}}
    return {"text": digest_blocks.fallback(digest), "blocks": digest_blocks.blocks(digest), "metadata": metadata}
