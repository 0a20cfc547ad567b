"""Taking a card on and giving it back: one click each, in the More… menu."""

from __future__ import annotations

from bot.review import Verb
from bot.slack.clicks import Click, Clicks


async def claim(clicks: Clicks, click: Click) -> None:
    """Nobody else decides on it for a while."""
    await _decide(clicks, click, Verb.CLAIM)


async def release(clicks: Clicks, click: Click) -> None:
    """Anybody may decide on it again."""
    await _decide(clicks, click, Verb.RELEASE)


async def _decide(clicks: Clicks, click: Click, verb: Verb) -> None:
    verdict = await clicks.decide(click, verb)
    if verdict is not None:
        await clicks.show(click, verdict.card, "" if verdict.accepted else verdict.sentence)
