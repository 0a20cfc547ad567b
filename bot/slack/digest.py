"""The button of the daily digest, and of Home, that has a reply drafted where none was proposed."""

from __future__ import annotations

import structlog

from bot.review import Verb
from bot.slack.clicks import Click, Clicks
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")


async def draft_one(clicks: Clicks, click: Click) -> None:
    """Have a reply drafted where silence was proposed; the person is told, and finds it in the queue."""
    verdict = await clicks.decide(click, Verb.DRAFT)
    if verdict is None:
        return
    await clicks.tell(click, verdict.sentence)
    if click.place is None or (digest := await clicks.desk.digest(click.place)) is None:
        return
    try:
        await clicks.room.update_digest(click.place, digest)
    except GoodwordError as error:  # a click on what was drawn before is answered with what happened meanwhile
        log.warning("digest not redrawn", why=str(error))
