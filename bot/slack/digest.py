"""What no reply was proposed for: one message a day, and one click drafts one all the same."""

from __future__ import annotations

from bot.review import Verb
from bot.slack.clicks import Click, Clicks


async def draft_one(clicks: Clicks, click: Click) -> None:
    """Have a reply drafted where silence was proposed; the person is told, and finds it in the queue."""
    if verdict := await clicks.decide(click, Verb.DRAFT):
        await clicks.tell(click, verdict.sentence)
