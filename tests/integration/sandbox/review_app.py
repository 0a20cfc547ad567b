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
        await asyncio.sleep(1.5)
        await ack()

    @app.view("write")
    async def written(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        seen.append(("written", body))
        text = body["view"]["state"]["values"]["body"]["text"]["value"]
        if "guarantee" in text:
            await ack(response_action="errors", errors={"body": "We promise nothing that no entry backs."})
        elif text == "late":
            await asyncio.sleep(1.5)
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
            await asyncio.sleep(1.5)
        if body["text"] == "write":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=write_view())
        else:
            await ack(f"You asked: {body['text']}")
            await respond(text="All see this", response_type="in_channel")

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
