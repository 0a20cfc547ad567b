"""Who we are in Slack: every delivery needs to know, and asks for it once."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.review import RoomUnavailable
from bot.slack.config import SlackConfig
from bot.slack.workspace import Workspace

SAID = {"team_id": "T1", "enterprise_id": None, "bot_id": "B1", "user_id": "U1"}


class SlowWeb:
    """Answers auth.test after a moment, as often as it is asked; the first `failing` times Slack is busy."""

    def __init__(self, failing: int = 0) -> None:
        self.asked, self._failing = 0, failing

    async def auth_test(self) -> dict[str, Any]:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.asked <= self._failing:
            raise SlackApiError("busy", {"ok": False, "error": "internal_error"})
        return SAID


def workspace(web: SlowWeb) -> Workspace:
    made = Workspace(SlackConfig(bot_token="xoxb-1", app_token="", signing_secret="s", channel="#r"))
    made.web = web  # type: ignore[assignment]
    return made


async def test_those_that_come_at_once_wait_for_one_call() -> None:
    web = SlowWeb()
    ours = workspace(web)
    found = await asyncio.gather(*(ours.identity() for _ in range(20)))
    assert {one.bot_id for one in found} == {"B1"}
    assert (await ours.identity()).user_id == "U1"
    assert web.asked == 1
    await ours.identity(fresh=True)
    assert web.asked == 2


async def test_one_that_leaves_takes_nobody_with_it() -> None:
    ours = workspace(SlowWeb())
    hasty, patient = asyncio.create_task(ours.identity()), asyncio.create_task(ours.identity())
    await asyncio.sleep(0)
    hasty.cancel()
    assert (await patient).bot_id == "B1"


async def test_after_a_failure_the_next_one_asks_again() -> None:
    web = SlowWeb(failing=1)
    ours = workspace(web)
    failed = await asyncio.gather(*(ours.identity() for _ in range(5)), return_exceptions=True)
    assert [type(one) for one in failed] == [RoomUnavailable] * 5
    assert web.asked == 1
    assert (await ours.identity()).bot_id == "B1"
