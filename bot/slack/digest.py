"""What no reply was proposed for: one message a day, and one click drafts one all the same."""

from __future__ import annotations

from bot.review import Decision, Verb
from bot.slack.clicks import Click, Clicks


async def draft_one(clicks: Clicks, click: Click) -> None:
    """Have a reply drafted where silence was proposed; the person is told, and finds it in the queue."""
    if not await clicks.allowed(click):
        return
    reviewer = await clicks.workspace.reviewer(click.user)
    verdict = await clicks.desk.decide(
        Decision(click.turn_id, click.version, Verb.DRAFT, reviewer, delivery_id=click.delivery_id)
    )
    await clicks.tell(click, verdict.sentence)
