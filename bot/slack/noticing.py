"""What happens to the review channel and to the app itself, as Slack tells us: noticed at once, not at the next card.

What is wrong is asked of Slack anew whenever somebody looks (`SlackRoom.healthy`, shown on `/readyz`), so that it holds
for every process. Here only forgets what is not true any more, and sets right what can be set right again.
"""

from __future__ import annotations

from typing import Any

import structlog

from bot.slack.clicks import Clicks
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")

#: Events by what they mean: of public channels, and of private ones.
CHANGED = tuple(f"{kind}_{what}" for kind in ("channel", "group") for what in ("archive", "deleted", "left", "rename"))
BACK = ("channel_unarchive", "group_unarchive")
LOST = ("app_uninstalled", "tokens_revoked")


async def channel_changed(clicks: Clicks, event: dict[str, Any]) -> None:
    """A channel of ours was renamed, archived, deleted, or we were taken out of it."""
    if await _is_ours(clicks, event):
        log.warning("the review channel has changed", what=event.get("type"))
        clicks.workspace.forget_members()
        if event.get("type") not in ("channel_rename", "group_rename"):  # a renamed channel keeps its id
            clicks.workspace.forget_channel()


async def channel_back(clicks: Clicks, event: dict[str, Any]) -> None:
    """A channel of ours can be written to again: cards that were lost are posted anew."""
    if await _is_ours(clicks, event):
        log.info("the review channel is back", what=event.get("type"))
        await clicks.desk.show_again()


async def member_left(clicks: Clicks, event: dict[str, Any]) -> None:
    """Somebody left a channel: who is not in the review channel decides nothing any more. It may be us."""
    clicks.workspace.forget_members()
    if event.get("user") == (await clicks.workspace.identity()).user_id:
        await channel_changed(clicks, event)


async def member_joined(clicks: Clicks, event: dict[str, Any]) -> None:
    """Somebody joined a channel, maybe we ourselves."""
    clicks.workspace.forget_members()
    if event.get("user") == (await clicks.workspace.identity()).user_id:
        await channel_back(clicks, event)


async def access_lost(clicks: Clicks, event: dict[str, Any]) -> None:
    """The token was revoked or the app removed. Cards wait in the record until there is a way in again."""
    log.error("Slack has taken our access away: install the app again", what=event.get("type"))


async def _is_ours(clicks: Clicks, event: dict[str, Any]) -> bool:
    channel = event.get("channel")
    changed = channel.get("id") if isinstance(channel, dict) else channel
    for name in ("", *(await clicks.workspace.team()).channels):
        try:
            if changed == await clicks.workspace.channel_id(name):
                return True
        except GoodwordError:  # there is none by this name now: what changed may be it
            return True
    return False
