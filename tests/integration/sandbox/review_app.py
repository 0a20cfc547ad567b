"""A small Bolt app as a person would write one for Slack: nothing in it knows of the sandbox."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]


def card(version: int = 1, *, drafted: bool = True) -> list[Json]:
    def button(action: str, label: str, **more: Any) -> Json:
        text = {"type": "plain_text", "text": label}
        return {"type": "button", "action_id": action, "text": text, "value": f"7:{version}", **more}

    buttons = [button("approve", "Approve", style="primary"), button("edit", "Edit")] if drafted else []
    buttons += [button("write", "Write"), button("reject", "Reject", style="danger"), button("slow", "Slow")]
    more = {
        "type": "overflow",
        "action_id": "more",
        "options": [{"text": {"type": "plain_text", "text": "Hide"}, "value": "hide"}],
    }
    return [
        {
            "type": "section",
            "block_id": "post",
            "text": {"type": "mrkdwn", "text": f"*Post* version {version}"},
            "accessory": more,
        },
        {"type": "actions", "block_id": "decide", "elements": buttons},
    ]


def write_view(note: str = "") -> Json:
    return {
        "type": "modal",
        "callback_id": "write",
        "title": {"type": "plain_text", "text": "Write the reply"},
        "submit": {"type": "plain_text", "text": "Save"},
        "private_metadata": "7:1",
        "notify_on_close": True,
        "blocks": [
            {
                "type": "input",
                "block_id": "body",
                "label": {"type": "plain_text", "text": "Reply" + note},
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 500},
            },
            {
                "type": "actions",
                "block_id": "tools",
                "elements": [{"type": "button", "action_id": "check", "text": {"type": "plain_text", "text": "Check"}}],
            },
        ],
    }


def form_view(typed: str = "") -> Json:
    """Every kind of field. What is typed as the reply is counted beside it, and `reset` starts the field anew."""

    def plain(text: str) -> Json:
        return {"type": "plain_text", "text": text}

    def field(block_id: str, label: str, kind: str, **more: Any) -> Json:
        element = {"type": kind, "action_id": "a", **more}
        return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": True}

    options = [{"text": plain(word), "value": word.lower()} for word in ("Wrong", "Outdated", "Tone")]
    anew = "reset" in typed
    live = {"trigger_actions_on": ["on_character_entered"]}
    reply = field(
        "body-new" if anew else "body",
        "Reply",
        "plain_text_input",
        multiline=True,
        dispatch_action_config=live,
        **({"initial_value": "From the start"} if anew else {}),
    )
    reply["element"]["action_id"] = "live"
    words = f"{len(typed)} characters" if typed else "Nothing yet"
    return {
        "type": "modal",
        "callback_id": "write",
        "title": plain("All fields"),
        "submit": plain("Save"),
        "blocks": [
            {**reply, "dispatch_action": True, "hint": plain(words)},
            {"type": "context", "block_id": "count", "elements": [plain(words)]},
            field("reason", "Reason", "static_select", options=options),
            field("more", "More reasons", "multi_static_select", options=options),
            field("who", "Who", "users_select"),
            field("group", "Group", "multi_users_select"),
            field("how", "How", "radio_buttons", options=options),
            field("which", "Which", "checkboxes", options=options),
            field("day", "Day", "datepicker", initial_date="2025-07-01"),
            field("hour", "Hour", "timepicker"),
            field("until", "Until", "datetimepicker", initial_date_time=1_700_000_000),
            field("most", "Most an hour", "number_input", is_decimal_allowed=False, min_value="1", max_value="50"),
        ],
    }


def review_app(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    app = AsyncApp(client=client, signing_secret=signing_secret)
    seen: list[tuple[str, Json]] = []
    app.seen = seen  # type: ignore[attr-defined]

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
        await ack()
        seen.append(("approve", body))
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="Approved", blocks=card()[:1]
        )
        await respond(text="Thank you", response_type="ephemeral")

    @app.action("more")
    async def more(ack: AsyncAck, body: Json) -> None:
        await ack()
        seen.append(("more", body))

    @app.action("write")
    async def write(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        seen.append(("write", body))
        await client.views_open(trigger_id=body["trigger_id"], view=write_view())

    @app.action("check")
    async def check(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        seen.append(("check", body))
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=write_view(" (checked)"))

    @app.action("slow")
    async def slow(ack: AsyncAck) -> None:
        await asyncio.sleep(2.0)
        await ack()

    @app.view("write")
    async def written(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        seen.append(("written", body))
        text = body["view"]["state"]["values"]["body"]["text"]["value"]
        if "guarantee" in text:
            await ack(response_action="errors", errors={"body": "We promise nothing that no entry backs."})
        elif text == "late":
            await asyncio.sleep(2.0)
            await ack()
        elif text == "more":
            await ack(response_action="push", view=write_view(" (second)"))
        elif text == "other":
            await ack(response_action="update", view=write_view(" (again)"))
        elif text == "nonsense":
            await ack(response_action="errors", errors={"no_such_block": "?"})
        else:
            await ack()
            await client.chat_postMessage(channel="#reviews", text=text)

    @app.view_closed("write")
    async def closed(ack: AsyncAck, body: Json) -> None:
        await ack()
        seen.append(("closed", body))

    @app.command("/goodword")
    async def command(ack: AsyncAck, body: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        seen.append(("command", body))
        if body["text"] == "late":
            await asyncio.sleep(2.0)
        if body["text"] == "write":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=write_view())
        elif body["text"] == "form":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form_view())
        else:
            await ack(f"You asked: {body['text']}")
            await respond(text="All see this", response_type="in_channel")

    @app.action("live")
    async def live(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        seen.append(("live", body))
        typed = body["actions"][0]["value"] or ""
        await client.views_update(view_id=body["view"]["id"], view=form_view(typed))

    @app.shortcut("draft_link")
    async def draft_link(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        seen.append(("draft_link", body))
        await client.views_open(trigger_id=body["trigger_id"], view=write_view())

    @app.shortcut({"type": "message_action", "callback_id": "add_knowledge"})
    async def add_knowledge(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        await ack()
        seen.append(("add_knowledge", body))
        await respond(text=f"Kept: {body['message']['text']}", response_type="ephemeral")

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        seen.append(("home", event))
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": card(9)})

    @app.event("message")
    async def message(event: Json) -> None:
        seen.append(("message", event))

    return app
