"""The state of the stand-in workspace, in memory: people, channels, messages, views and Home tabs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.sandbox.faults import Faults
from bot.sandbox.features import (
    COMMANDS,
    SHORTCUTS,
    SUBSCRIPTIONS,
    Command,
    Shortcut,
    commands_of,
    shortcuts_of,
    subscriptions_of,
)
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.scopes import EVERYTHING

Json = dict[str, Any]
TEAM = "T0SANDBOX01"


class Installed(StrEnum):
    """Whether the app is installed and its bot token works."""

    YES = "installed"
    REVOKED = "revoked"
    REMOVED = "removed"


@dataclass(frozen=True)
class User:
    """A person, or the app's own bot user. `title` is shown beside the name; `colour` is that of the avatar.

    Somebody of another company has another `team`; a deactivated account is `deleted`.
    """

    id: str
    name: str
    real_name: str
    title: str = ""
    colour: str = "#4a154b"
    is_bot: bool = False
    team: str = TEAM
    deleted: bool = False


@dataclass
class Message:
    """One message. `visible_to` is set for an ephemeral one; `version` rises with every change the page must show. A
    `tombstone` stands where a message was deleted below which people had replied."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    visible_to: str | None = None
    edited_ts: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Json] = field(default_factory=dict)
    version: int = 0
    tombstone: bool = False


@dataclass
class Channel:
    """A public channel, or (with `partner`) the direct messages between one person and the app."""

    id: str
    name: str
    topic: str = ""
    members: set[str] = field(default_factory=set)
    partner: str | None = None
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)


@dataclass
class View:
    """A modal or Home tab of one person. `values`: what was typed or chosen so far, block_id -> action_id -> value."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.body["type"])


@dataclass(frozen=True)
class Settings:
    """What an administrator of the workspace and the author of the app would have set on Slack's own pages.

    `request_url` takes signed HTTP deliveries where no socket is connected. `scopes` are those of the bot token.
    `retry_delays` (seconds) is when an event
    that was not acknowledged is sent again. `burst` is how many messages a channel takes at once
    before one a second holds. `commands`, `shortcuts` and `subscriptions` are what the app's manifest
    says.
    """

    bot_token: str = field(default_factory=lambda: "xoxb-" + secrets.token_hex(12), repr=False)
    app_token: str = field(default_factory=lambda: "xapp-1-" + secrets.token_hex(12), repr=False)
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
    request_url: str | None = None
    scopes: frozenset[str] = EVERYTHING
    rate_limit: bool = True
    burst: int = 20
    ack_seconds: float = 3.0
    leave_seconds: float = 10.0
    trigger_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    subscriptions: frozenset[str] = SUBSCRIPTIONS
    commands: tuple[Command, ...] = COMMANDS
    shortcuts: tuple[Shortcut, ...] = SHORTCUTS

    @classmethod
    def of(cls, manifest: Mapping[str, Any], **more: Any) -> Settings:
        """Those of an app with this manifest: its commands, shortcuts, subscriptions and scopes, and nothing else."""
        granted = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
        return cls(
            commands=commands_of(manifest),
            shortcuts=shortcuts_of(manifest),
            subscriptions=subscriptions_of(manifest),
            scopes=frozenset(granted),
            **more,
        )


APP = "A0GOODWORD1"
BOT_ID = "B0GOODWORD1"
BOT = User("U0GOODWORD1", "goodword", "Goodword", colour="#4a154b", is_bot=True)
#: In whose name Slack itself writes.
SLACKBOT = User("USLACKBOT", "slackbot", "Slackbot")
GONE = "This message was deleted."
PEOPLE = (
    User("U0ANNAREYES", "anna", "Anna Reyes", "reviewer", "#1264a3"),
    User("U0TOMOKAFOR", "tom", "Tom Okafor", "lead", "#b45309"),
    User("U0MIALINDQV", "mia", "Mia Lindqvist", "editor", "#0b7a5e"),
)
#: Of another company: comes into a channel that is shared with it.
OUTSIDER = User("U0OLLIPARKX", "olli", "Olli Park", "of Parkside Shelves", "#7a3e9d", team="T0PARKSIDE1")


def _sample_channels() -> tuple[Channel, ...]:
    people = {person.id for person in PEOPLE}
    return (
        Channel("C0REVIEWS01", "reviews", "Drafts to approve, edit or reject", {*people, BOT.id}),
        Channel("C0KNOWLEDGE", "knowledge", "Gaps, corrections and new entries", {*people, BOT.id}),
        Channel("C0GENERAL01", "general", "Everybody, about everything", people),
    )


class Workspace:
    """All that the stand-in remembers. Touched by one event loop only; `revision` rises with every visible change."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        name: str = "Holloway Tools",
        domain: str = "holloway-tools",
        people: Iterable[User] = PEOPLE,
        channels: Iterable[Channel] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings or Settings()
        self.name = name
        self.domain = domain
        self.clock = clock
        self.request_url = self.settings.request_url
        self.faults = Faults()
        self.installed = Installed.YES
        self.socket_mode = True
        self.users: dict[str, User] = {user.id: user for user in (*people, BOT)}
        self.channels: dict[str, Channel] = {c.id: c for c in (_sample_channels() if channels is None else channels)}
        for person in self.people:
            im = "D" + person.id[1:]
            self.channels[im] = Channel(im, person.name, members={person.id, BOT.id}, partner=person.id)
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.revision = 0
        self._last_ts = 0

    @property
    def people(self) -> list[User]:
        """Those who can act on the page, in order."""
        return [user for user in self.users.values() if not user.is_bot and not user.deleted]

    def touch(self) -> int:
        """Note that something visible changed."""
        self.revision += 1
        return self.revision

    def new_ts(self) -> str:
        """A message timestamp: seconds with six decimals, strictly rising, as Slack's are unique in a channel."""
        # In whole microseconds: at this size a float's last digit is coarser than that.
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def user(self, user_id: str) -> User:
        """A user by id. Refused: user_not_found."""
        if user_id not in self.users:
            raise Refused(Word.USER_NOT_FOUND)
        return self.users[user_id]

    def channel(self, key: str, *, member: str | None = None) -> Channel:
        """A channel by id, or by name with or without `#`; a person's id means their direct messages with the app.

        Refused: channel_not_found, and not_in_channel where `member` has not joined.
        """
        found = self.channels.get(key) or self.channels.get("D" + key[1:] if key in self.users else "")
        if found is None:
            found = next((c for c in self.channels.values() if not c.partner and c.name == key.removeprefix("#")), None)
        if found is None:
            raise Refused(Word.CHANNEL_NOT_FOUND)
        if member and member not in found.members:
            raise Refused(Word.NOT_IN_CHANNEL)
        return found

    def message(self, channel: str, ts: str) -> Message:
        """A message by its place. Refused: channel_not_found, message_not_found."""
        found = self.channel(channel).messages.get(ts)
        if found is None or found.tombstone:
            raise Refused(Word.MESSAGE_NOT_FOUND)
        return found

    def channel_of(self, ts: str) -> str:
        """The channel that holds a message: timestamps here are unique over all of them. Refused: message_not_found."""
        for channel in self.channels.values():
            if ts in channel.messages:
                return channel.id
        raise Refused(Word.MESSAGE_NOT_FOUND)

    def add(self, message: Message) -> Message:
        """Put a message in its channel."""
        message.version = self.touch()
        self.channels[message.channel].messages[message.ts] = message
        return message

    def changed(self, message: Message, *, edited: bool = True) -> None:
        """Note that a message now reads differently."""
        message.version = self.touch()
        if edited:
            message.edited_ts = self.new_ts()
        if message.thread_ts and (parent := self.channels[message.channel].messages.get(message.thread_ts)):
            parent.version = message.version

    def remove(self, message: Message) -> Message | None:
        """Take a message away. Replies stay, as in Slack, below a line in Slack's own name that is returned; with the
        last of them it goes, too."""
        channel = self.channels[message.channel]
        if message.ts in channel.messages and next(self.replies(channel, message.ts), None) is not None:
            stone = Message(message.ts, channel.id, SLACKBOT.id, GONE, tombstone=True)
            channel.messages[message.ts] = stone  # where it stood: they are kept in order
            stone.version = self.touch()
            return stone
        channel.messages.pop(message.ts, None)
        parent = channel.messages.get(message.thread_ts or "")
        if parent is not None and parent.tombstone and next(self.replies(channel, parent.ts), None) is None:
            del channel.messages[parent.ts]
        self.touch()
        return None

    def author(self, message: Message) -> User:
        """Who wrote a message: Slack itself what stands for a deleted one."""
        return SLACKBOT if message.tombstone else self.users[message.user]

    def replies(self, channel: Channel, thread_ts: str) -> Iterator[Message]:
        """The replies of a thread, oldest first, without the parent and without ephemeral ones."""
        for message in channel.messages.values():
            if message.thread_ts == thread_ts and message.ts != thread_ts and message.visible_to is None:
                yield message

    def open_view(self, user_id: str) -> View | None:
        """The modal on top of a person's stack."""
        stack = self.modals.get(user_id)
        return self.views[stack[-1]] if stack else None

    def home(self, user_id: str) -> View | None:
        """What the app published for a person's Home tab."""
        return self.views.get(self.homes.get(user_id, ""))
