"""Forms about no turn: answered within Slack's three seconds, or with "one moment" and then what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack import elements as el
from bot.slack import modals, texts
from bot.slack.clicks import Clicks
from bot.slack.submissions import SAVE_PATIENCE, Answer, acknowledge
from bot.slack.workspace import calling
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.slack")


def typed(body: dict[str, Any], block: str) -> str:
    """What stands in a text field of a form that was sent."""
    values = body["view"]["state"]["values"]
    return el.clean(str((values.get(block, {}).get("text") or {}).get("value") or "")).strip()


async def answered(ack: AsyncAck, clicks: Clicks, body: dict[str, Any], work: Awaitable[Answer]) -> None:
    """Answer a form with what comes of it; what takes longer than Slack waits comes in its place later."""
    working = asyncio.ensure_future(_kindly(body, work))
    await asyncio.wait({working}, timeout=SAVE_PATIENCE)
    if working.done():
        await acknowledge(ack, working.result())
        return
    await ack(response_action="update", view=modals.message_modal(texts.SAVING, _all_typed(body)))
    came = await working
    said = " ".join(came.errors.values()) or texts.SAVED
    with calling("views.update"):
        await clicks.workspace.web.views_update(
            view_id=body["view"]["id"], view=came.view or modals.message_modal(said, _all_typed(body))
        )


async def _kindly(body: dict[str, Any], work: Awaitable[Answer]) -> Answer:
    try:
        return await work
    except GoodwordError as error:
        log.warning("form failed", form=body["view"].get("callback_id"), why=str(error))
        return Answer(view=modals.message_modal(error.told, _all_typed(body)))
    except Exception:
        log.exception("form failed", form=body["view"].get("callback_id"))
        return Answer(view=modals.message_modal(texts.FAILED_HERE, _all_typed(body)))


def _all_typed(body: dict[str, Any]) -> str:
    return "\n\n".join(text for block in body["view"]["state"]["values"] if (text := typed(body, block)))
