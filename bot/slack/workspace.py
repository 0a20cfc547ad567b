"""The workspace as we know it: who we are there, which channel the cards go to, who is who. Asked once and kept."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import zones
from bot.review import Reviewer, RoomUnavailable, Team
from bot.slack import health_texts, texts
from bot.slack.config import SlackConfig, client
from knowledge.errors import GoodwordError

#: Seconds for which it is believed who is in the review channel.
MEMBERS_KEPT = 60.0
NAMES_KEPT = 3600.0
#: Pages of 200 that are read of any list, so that a huge workspace cannot keep us reading for ever.
PAGES_MAX = 50

#: Seconds for which a person is left waiting where Slack asks us to.
PATIENCE = 30.0

_TOKEN_ERRORS = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
_OURS_TO_MEND = ("invalid_arg", "invalid_blocks", "invalid_metadata", "metadata_", "msg_", "no_text", "view_too_large")
_ID = re.compile(r"[CG][A-Z0-9]{7,}")


class CardRefused(GoodwordError):
    """Slack will not take what we drew, now or later: a fault of ours."""

    code = "card_refused"


T = TypeVar("T")


@dataclass(frozen=True)
class Identity:
    """Who our token belongs to."""

    team_id: str
    enterprise_id: str | None
    bot_id: str
    user_id: str


@dataclass(frozen=True)
class _Known:
    """What Slack says of a person, and until when (seconds of the monotonic clock) it is believed."""

    until: float = 0.0
    name: str = ""
    zone: str = ""
    human: bool = True


class Workspace:
    """One workspace, reached with one bot token."""

    def __init__(self, config: SlackConfig) -> None:
        self.config = config
        self.web: AsyncWebClient = client(config)
        self._identity: Identity | None = None
        self._learning: asyncio.Task[Identity] | None = None
        self._channels: dict[str, str] = {}
        self._people: dict[str, _Known] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        #: Asks the record who the team's rules name, at this moment.
        self.team: Callable[[], Awaitable[Team]] = self._configured

    async def _configured(self) -> Team:
        return Team(self.config.reviewers)

    async def identity(self, *, fresh: bool = False) -> Identity:
        """Who we are, learned from auth.test. Raises RoomUnavailable.

        Deliveries cannot be acknowledged before it is known: those that come at once wait for one call, not for a row.
        """
        if self._identity is not None and not fresh:
            return self._identity
        if self._learning is None or self._learning.done():
            self._learning = asyncio.create_task(self._learn_identity())
            self._learning.add_done_callback(lambda task: task.cancelled() or task.exception())  # all may have left
        return await asyncio.shield(self._learning)

    async def _learn_identity(self) -> Identity:
        with calling("auth.test"):
            said = await self.web.auth_test()
        self._identity = Identity(said["team_id"], said.get("enterprise_id"), said.get("bot_id", ""), said["user_id"])
        return self._identity

    async def channel_id(self, name: str = "") -> str:
        """The id of a channel that is given by name or id (empty: the review channel). Raises RoomUnavailable."""
        wanted = (name or self.config.channel).strip().lstrip("#")
        if _ID.fullmatch(wanted):
            return wanted
        if wanted not in self._channels:
            self._channels[wanted] = await self._find_channel(wanted)
        return self._channels[wanted]

    def forget_channel(self) -> None:
        """Look the channels up anew next time: one was renamed, deleted or made again."""
        self._channels.clear()

    def forget_members(self) -> None:
        """Ask anew who is in the review channel."""
        self._members.clear()

    async def _find_channel(self, name: str) -> str:
        cursor = ""
        for _ in range(PAGES_MAX):
            with calling("conversations.list"):
                page = await self.web.conversations_list(
                    types="public_channel,private_channel", exclude_archived=False, limit=200, cursor=cursor
                )
            for channel in page["channels"]:
                if channel["name"] == name:
                    return str(channel["id"])
            cursor = _next_cursor(page.data)
            if not cursor:
                break
        raise RoomUnavailable(health_texts.NO_SUCH_CHANNEL.format(channel=name), hint="GOODWORD_SLACK_CHANNEL names it")

    async def reviewer(self, user_id: str) -> Reviewer:
        """The person with the name that colleagues know; without one (Slack does not answer) their id stands for it."""
        known = await self._known(user_id)
        return Reviewer(user_id, known.name or user_id, known.zone)

    async def is_human(self, user_id: str) -> bool:
        """Whether this is a person who is still here: no app, and not deactivated. Believed where Slack does not
        answer."""
        return (await self._known(user_id)).human

    async def _known(self, user_id: str) -> _Known:
        known = self._people.get(user_id, _Known())
        if time.monotonic() < known.until:
            return known
        try:
            with calling("users.info"):
                user = (await self.web.users_info(user=user_id))["user"]
        except GoodwordError:
            return known
        profile = user.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user["name"]
        zone = user.get("tz") or ""
        if not zones.is_zone(zone):
            zone = zones.offset(int(user.get("tz_offset") or 0))
        human = not (user.get("is_bot") or user.get("deleted"))
        self._people[user_id] = _Known(time.monotonic() + NAMES_KEPT, str(name), zone, human)
        return self._people[user_id]

    async def outsider(self, team_id: str) -> str:
        """A sentence for somebody of another workspace (a shared channel has guests); empty for our own."""
        us = await self.identity()
        return texts.OTHER_WORKSPACE if team_id not in ("", us.team_id) and us.enterprise_id is None else ""

    async def time_zone(self, user_id: str) -> str:
        """The person's time zone as Slack names it (`Europe/London`); UTC where it does not say. Raises
        RoomUnavailable."""
        with calling("users.info"):
            user = (await self.web.users_info(user=user_id))["user"]
        return str(user.get("tz") or "UTC")

    async def refusal(self, user_id: str, *, team_id: str = "", seen_in: str = "") -> str:
        """Why this person's clicks do not count, as a sentence; empty where they do.

        `team_id` is the workspace the person belongs to (a shared channel has guests of others), `seen_in` the channel
        of the card they clicked (empty: App Home).

        Raises:
            RoomUnavailable: it has to be asked who is in the channel, and Slack does not answer.
        """
        if no := await self.outsider(team_id):
            return no
        team = await self.team()
        if team.insiders:
            return "" if user_id in team.insiders else texts.NOT_A_REVIEWER
        channel = await self.channel_id()
        if seen_in == channel or user_id in await self._in_channel(channel):
            return ""
        for name in team.channels:
            with contextlib.suppress(GoodwordError):  # one that is missing is told of elsewhere, and shuts nobody out
                further = await self.channel_id(name)
                if seen_in == further or user_id in await self._in_channel(further):
                    return ""
        return texts.NOT_A_REVIEWER

    async def _in_channel(self, channel: str) -> frozenset[str]:
        until, members = self._members.get(channel, (0.0, frozenset()))
        if time.monotonic() < until:
            return members
        found: set[str] = set()
        cursor = ""
        for _ in range(PAGES_MAX):
            with calling("conversations.members"):
                page = await self.web.conversations_members(channel=channel, limit=200, cursor=cursor)
            found.update(page["members"])
            cursor = _next_cursor(page.data)
            if not cursor:
                break
        self._members[channel] = (time.monotonic() + MEMBERS_KEPT, frozenset(found))
        return frozenset(found)


def _next_cursor(page: Any) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


@contextlib.contextmanager
def calling(method: str) -> Iterator[None]:
    """Turn what may go wrong in a call to Slack into errors that people can read.

    Raises:
        RoomUnavailable: the same call may succeed later, or once somebody has mended what the sentence names.
        CardRefused: it never will.
    """
    try:
        yield
    except SlackApiError as error:
        raise _readable(method, error) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise RoomUnavailable(health_texts.UNREACHABLE.format(error=type(error).__name__)) from error


async def patiently(method: str, call: Callable[[], Awaitable[T]]) -> T:
    """A call that a person waits for: where Slack asks us to wait it is made once more after that, if it is not long.

    Raises: as `calling`.
    """
    try:
        with calling(method):
            return await call()
    except RoomUnavailable as error:
        if error.retry_after is None or error.retry_after > PATIENCE:
            raise
        await asyncio.sleep(error.retry_after)
    with calling(method):
        return await call()


def error_word(error: BaseException | None) -> str:
    """Slack's own word for what went wrong (`message_not_found`), or empty."""
    if not isinstance(error, SlackApiError):
        return ""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _readable(method: str, error: SlackApiError) -> GoodwordError:
    word = error_word(error)
    if word in ("ratelimited", "rate_limited") or _status(error) == 429:
        seconds = _retry_after(error)
        return RoomUnavailable(health_texts.BUSY.format(seconds=seconds), retry_after=seconds)
    if word in _TOKEN_ERRORS:
        return RoomUnavailable(health_texts.ACCESS_REFUSED.format(error=word), hint="GOODWORD_SLACK_BOT_TOKEN holds it")
    if word == "missing_scope":
        return RoomUnavailable(health_texts.SCOPE_MISSING.format(needed=error.response["needed"]))
    if word.startswith(_OURS_TO_MEND):
        return CardRefused(
            health_texts.REFUSED.format(method=method, error=word), hint="this is a bug in Goodword: please report it"
        )
    if not word:
        return RoomUnavailable(health_texts.UNREACHABLE.format(error=f"answer {_status(error)}"))
    return RoomUnavailable(health_texts.REFUSED.format(method=method, error=word))


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    try:
        return max(1.0, float(headers.get("Retry-After", "30")))
    except ValueError:
        return 30.0
