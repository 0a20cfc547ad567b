"""The shortcut “Draft a reply to this link”: a post that nobody mentioned us in gets a draft like any other."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.channels.base import ChannelRefused
from bot.slack import command_texts as say
from bot.slack import elements as el
from bot.slack import modals
from bot.slack.clicks import Clicks
from bot.slack.forms import typed
from bot.slack.submissions import Answer
from bot.slack.workspace import calling


async def ask(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
    """Open the form that takes the link."""
    no = await clicks.workspace.refusal(body["user"]["id"], team_id=body["user"].get("team_id") or "")
    element = {
        "type": "url_text_input",
        "action_id": "text",
        "focus_on_load": True,
        "placeholder": el.plain(say.LINK_LIKE),
    }
    field = modals.field("link", say.FIELD_LINK, element, hint=say.HINT_LINK)
    form = modals.modal(say.TITLE_LINK, [field], callback="draft_link", submit=say.DRAFT_IT)
    with calling("views.open"):
        await clicks.workspace.web.views_open(
            trigger_id=body["trigger_id"], view=modals.message_modal(no) if no else form
        )


async def draft(clicks: Clicks, body: dict[str, Any]) -> Answer:
    """Hear the post that the link leads to; its card comes like any other's."""
    user = body["user"]["id"]
    if no := await clicks.workspace.refusal(user, team_id=body["user"].get("team_id") or ""):
        return Answer(view=modals.message_modal(no, typed(body, "link")))
    url = typed(body, "link")
    if not el.is_web(url):
        return Answer(errors={"link": say.NO_LINK})
    try:
        said = await clicks.desk.hear(url, await clicks.workspace.reviewer(user))
    except ChannelRefused as refused:
        return Answer(errors={"link": refused.told[:1500]})
    return Answer(view=modals.message_modal(said))
