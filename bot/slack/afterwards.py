"""What can still be done after an approval."""

from __future__ import annotations

from bot.review import Decision, Verb
from bot.slack.clicks import Click, Clicks


async def undo(clicks: Clicks, click: Click) -> None:
    """Take the approval back, as long as nothing has gone out."""
    if not await clicks.allowed(click):
        return
    reviewer = await clicks.workspace.reviewer(click.user)
    verdict = await clicks.desk.decide(
        Decision(click.turn_id, click.version, Verb.UNDO, reviewer, delivery_id=click.delivery_id)
    )
    await clicks.show(click, verdict.card, "" if verdict.accepted else verdict.sentence)
