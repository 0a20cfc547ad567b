"""The shortcut “Add this answer to knowledge”: a masked draft entry that is used once an editor makes it live."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.shelf import Kept
from bot.slack import command_texts as say
from bot.slack import elements as el
from bot.slack import modals
from bot.slack.clicks import Clicks
from bot.slack.elements import Block, Element
from bot.slack.forms import typed
from bot.slack.submissions import Answer
from bot.slack.workspace import calling


async def ask(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
    """Open the form, with the message as the answer."""
    message = body["message"]
    place = {"channel": body["channel"]["id"], "message": message["ts"]}
    no = await clicks.workspace.refusal(body["user"]["id"], team_id=body["user"].get("team_id") or "")
    form = modals.modal(
        say.TITLE_ADD_KNOWLEDGE,
        [
            _field("question", say.FIELD_QUESTION, hint=say.HINT_QUESTION),
            _field(
                "answer",
                say.FIELD_ANSWER,
                str(message.get("text") or ""),
                lines=True,
                hint=say.HINT_ANSWER,
            ),
        ],
        callback="add_knowledge",
        submit=say.KEEP,
        metadata=json.dumps(place),
    )
    with calling("views.open"):
        await clicks.workspace.web.views_open(
            trigger_id=body["trigger_id"], view=modals.message_modal(no) if no else form
        )


def _field(block: str, label: str, initial: str = "", *, lines: bool = False, hint: str = "") -> Block:
    element: Element = {"type": "plain_text_input", "action_id": "text", "multiline": lines, "max_length": el.INPUT_MAX}
    if initial:
        element["initial_value"] = el.clean(initial)[: el.INPUT_MAX]
    else:
        element["focus_on_load"] = True
    return modals.field(block, label, element, hint=hint)


async def add(clicks: Clicks, body: dict[str, Any]) -> Answer:
    """Keep the answer as a draft, and show it to the editors where the cards are."""
    workspace, user = clicks.workspace, body["user"]["id"]
    if no := await workspace.refusal(user, team_id=body["user"].get("team_id") or ""):
        return Answer(view=modals.message_modal(no, typed(body, "answer")))
    missing = {block: say.SAY_SOMETHING for block in ("question", "answer") if not typed(body, block)}
    if missing:
        return Answer(errors=missing)
    place = json.loads(body["view"]["private_metadata"])
    link = await _permalink(clicks, place["channel"], place["message"])
    reviewer = await workspace.reviewer(user)
    kept = await clicks.desk.keep(
        Kept(
            key=f"slack-{place['channel']}-{place['message']}",
            question=typed(body, "question"),
            text=typed(body, "answer"),
            link=link,
        ),
        reviewer,
    )
    channel = await workspace.channel_id()
    with calling("chat.postMessage"):
        await workspace.web.chat_postMessage(
            channel=channel,
            text=say.ADDED.format(name=el.escaped(reviewer.name, 60)),
            blocks=_shown(kept, reviewer.name),
            unfurl_links=False,
        )
    return Answer(view=modals.message_modal(say.ADDED_THANKS))


async def _permalink(clicks: Clicks, channel: str, message: str) -> str:
    with calling("chat.getPermalink"):
        said = await clicks.workspace.web.chat_getPermalink(channel=channel, message_ts=message)
    return str(said["permalink"])


def _shown(kept: Kept, by: str) -> list[Block]:
    """The draft entry as an editor reads it, masked as it is kept."""
    buttons = [
        el.button(say.MAKE_LIVE, "make_live", kept.key, style="primary", label=say.LABEL_MAKE_LIVE),
        el.button(say.DISCARD, "discard", kept.key, label=say.LABEL_DISCARD),
    ]
    return [
        el.section(f"📚 *{say.ADDED.format(name=el.escaped(by, 60))}*  ·  {el.link(kept.link, say.SEE_MESSAGE)}"),
        el.rich([el.paragraph(kept.question, bold=f"{say.QUESTION_ASKED}: "), el.quote(el.cut(kept.text, 2500))]),
        {"type": "actions", "block_id": "actions", "elements": buttons},
    ]


async def make_live(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
    """An editor lets the entry be used."""
    await _settle(clicks, body, respond, live=True)


async def discard(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
    """An editor turns the entry down."""
    await _settle(clicks, body, respond, live=False)


async def _settle(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, *, live: bool) -> None:
    workspace, user = clicks.workspace, body["user"]["id"]
    if no := await workspace.refusal(user, team_id=body["user"].get("team_id") or ""):
        await respond(no, replace_original=False)
        return
    reviewer = await workspace.reviewer(user)
    done, said = await clicks.desk.settle(body["actions"][0]["value"], reviewer, live=live)
    if not done:
        await respond(el.harmless(said), replace_original=False)
        return
    message = body["message"]
    blocks = [block for block in message["blocks"] if block["type"] != "actions"]
    with calling("chat.update"):
        await workspace.web.chat_update(
            channel=body["channel"]["id"],
            ts=message["ts"],
            text=el.harmless(said),
            blocks=[*blocks, el.context(el.escaped(said, 300))],
        )
