"""A real AsyncApp over Socket Mode: each step a person takes reaches it, and what it answers is what they see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.interactions import TROUBLE
from tests.integration.sandbox.review_app import card
from tests.waiting import until

ANNA, TOM = "U0ANNAREYES", "U0TOMOKAFOR"


async def messages(person: httpx.AsyncClient, user: str = ANNA) -> list[dict[str, Any]]:
    answer = await person.get("/sandbox/messages", params={"user": user, "channel": "reviews"})
    return list(answer.json()["messages"])


async def view(person: httpx.AsyncClient) -> Any:
    return (await person.get("/sandbox/view", params={"user": ANNA})).json()["view"]


async def click(person: httpx.AsyncClient, ts: str, action: str, **more: Any) -> dict[str, Any]:
    body = {"user": ANNA, "message_ts": ts, "block_id": "decide", "action_id": action, **more}
    return dict((await person.post("/sandbox/click", json=body)).json())


async def submit(person: httpx.AsyncClient, text: str) -> dict[str, Any]:
    body = {"user": ANNA, "view_id": (await view(person))["id"], "values": {"body": {"text": text}}}
    return dict((await person.post("/sandbox/submit", json=body)).json())


async def opened(person: httpx.AsyncClient, client: AsyncWebClient) -> str:
    ts = str((await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"])
    assert (await click(person, ts, "write"))["ok"]
    await until(lambda: view(person))
    return ts


async def test_approving_updates_the_card_and_thanks_only_the_one_who_clicked(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    ts = str((await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"])
    assert (await click(person, ts, "approve"))["ok"]

    async def thanked() -> bool:
        return any(m["text"] == "Thank you" and m.get("is_ephemeral") for m in await messages(person))

    await until(thanked)
    assert [m["text"] for m in await messages(person, TOM)] == ["Approved"]
    body = dict(app.seen)["approve"]  # type: ignore[attr-defined]
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0REVIEWS01",
        "is_ephemeral": False,
    }
    assert body["user"]["id"] == ANNA
    assert body["message"]["ts"] == ts
    assert body["actions"][0]["value"] == "7:1"
    assert body["response_url"].startswith("http://127.0.0.1:")


async def test_an_overflow_menu_says_what_was_chosen_and_takes_only_what_is_on_offer(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    ts = str((await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"])
    body = {"user": ANNA, "message_ts": ts, "block_id": "post", "action_id": "more"}
    assert (await person.post("/sandbox/click", json={**body, "value": "hide"})).json()["ok"]
    chosen = dict(app.seen)["more"]["actions"][0]["selected_option"]  # type: ignore[attr-defined]
    assert chosen["value"] == "hide"
    assert (await person.post("/sandbox/click", json={**body, "value": "sell"})).status_code == 409


async def test_errors_keep_the_modal_open_and_a_good_answer_closes_it(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    await opened(person, client)
    answer = await submit(person, "We guarantee it")
    assert answer == {"ok": False, "message": "", "errors": {"body": "We promise nothing that no entry backs."}}
    held = (await view(person))["state"]["values"]["body"]["text"]
    assert held == {"type": "plain_text_input", "value": "We guarantee it"}
    assert (await submit(person, "Use a wall plug"))["ok"]
    assert await view(person) is None

    async def posted() -> bool:
        return (await messages(person))[-1]["text"] == "Use a wall plug"

    await until(posted)


async def test_an_empty_required_field_never_reaches_the_app(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    await opened(person, client)
    assert (await submit(person, ""))["errors"] == {"body": "Please complete this required field."}
    assert (await submit(person, "x" * 501))["errors"] == {"body": "Must be less than 501 characters."}
    assert "written" not in dict(app.seen)  # type: ignore[attr-defined]


async def test_a_button_inside_a_modal_updates_it_and_keeps_what_was_typed(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    await opened(person, client)
    body = {"user": ANNA, "view": (await view(person))["id"], "block_id": "tools", "action_id": "check"}
    answer = await person.post("/sandbox/click", json={**body, "values": {"body": {"text": "half a thought"}}})
    assert answer.json()["ok"]

    async def updated() -> bool:
        return bool((await view(person))["blocks"][0]["label"]["text"] == "Reply (checked)")

    await until(updated)
    assert (await view(person))["state"]["values"]["body"]["text"]["value"] == "half a thought"


async def test_modals_stack_and_closing_one_brings_the_one_below_back(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    await opened(person, client)
    first = await view(person)
    assert (await submit(person, "other"))["ok"]
    assert (await view(person))["id"] == first["id"]
    assert (await submit(person, "more"))["ok"]
    second = await view(person)
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    await person.post("/sandbox/close", json={"user": ANNA, "view_id": second["id"]})
    assert (await view(person))["id"] == first["id"]
    assert dict(app.seen)["closed"]["view"]["id"] == second["id"]  # type: ignore[attr-defined]
    # Three deep is the end.
    assert (await submit(person, "more"))["ok"]
    assert (await submit(person, "more"))["ok"]
    assert (await submit(person, "more"))["message"] == TROUBLE


async def test_late_and_unusable_answers_show_slacks_own_sentence(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient, impatient: Callable[[], None]
) -> None:
    ts = await opened(person, client)
    assert (await submit(person, "nonsense"))["message"] == TROUBLE
    impatient()
    assert (await submit(person, "late"))["message"] == TROUBLE
    slow = await click(person, ts, "slow")
    assert not slow["ok"]
    assert "did not respond" in slow["message"]


async def test_the_home_tab_is_published_when_it_is_opened(app: AsyncApp, person: httpx.AsyncClient) -> None:
    await person.post("/sandbox/home", json={"user": ANNA})

    async def home() -> Any:
        return (await person.get("/sandbox/home", params={"user": ANNA})).json()["view"]

    shown = await until(home)
    assert shown["type"] == "home"
    clicked = {"user": ANNA, "home": True, "block_id": "post", "action_id": "more", "value": "hide"}
    assert (await person.post("/sandbox/click", json=clicked)).json()["ok"]
    body = dict(app.seen)["more"]  # type: ignore[attr-defined]
    assert body["container"] == {"type": "view", "view_id": shown["id"]}
    assert "response_url" not in body


async def test_what_a_person_writes_comes_as_a_message_event(app: AsyncApp, person: httpx.AsyncClient) -> None:
    await person.post("/sandbox/say", json={"user": ANNA, "channel": "reviews", "text": "a < b & c"})

    async def heard() -> Any:
        return dict(app.seen).get("message")  # type: ignore[attr-defined]

    event = await until(heard)
    assert (event["text"], event["channel_type"]) == ("a &lt; b &amp; c", "channel")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_after_a_disconnect_the_app_comes_back_and_hears_again(
    app: AsyncApp, person: httpx.AsyncClient, reason: str
) -> None:
    await person.post("/sandbox/disconnect", json={"reason": reason})

    async def back() -> bool:
        return bool((await person.get("/sandbox/changes")).json()["connected"])

    await asyncio.sleep(0.1)
    await until(back)
    await person.post("/sandbox/say", json={"user": ANNA, "channel": "reviews", "text": "still there?"})

    async def heard() -> Any:
        return dict(app.seen).get("message")  # type: ignore[attr-defined]

    assert (await until(heard))["text"] == "still there?"


async def test_a_click_that_comes_twice_runs_the_app_twice(
    app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    ts = str((await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"])
    await person.post("/sandbox/faults", json={"kind": "twice", "target": "block_actions"})
    more = {"user": ANNA, "message_ts": ts, "block_id": "post", "action_id": "more", "value": "hide"}
    assert (await person.post("/sandbox/click", json=more)).json()["ok"]
    first, second = (body for name, body in app.seen if name == "more")  # type: ignore[attr-defined]
    assert first["trigger_id"] == second["trigger_id"]


async def command(person: httpx.AsyncClient, text: str) -> dict[str, Any]:
    body = {"user": ANNA, "channel": "reviews", "text": text}
    return dict((await person.post("/sandbox/command", json=body)).json())


async def test_a_command_is_answered_at_once_and_later_for_all(
    app: AsyncApp, person: httpx.AsyncClient, impatient: Callable[[], None]
) -> None:
    assert (await command(person, "/goodword status"))["ok"]

    async def said() -> bool:
        return {m["text"] for m in await messages(person)} == {"You asked: status", "All see this"}

    await until(said)
    assert [m["text"] for m in await messages(person, TOM)] == ["All see this"]
    impatient()
    assert (await command(person, "/goodword late"))["message"] == '/goodword failed with the error "dispatch_failed"'


async def test_commands_and_shortcuts_open_windows(app: AsyncApp, person: httpx.AsyncClient) -> None:
    assert (await command(person, "/goodword write"))["ok"]
    first = (await until(lambda: view(person)))["id"]
    chosen = {"user": ANNA, "callback_id": "draft_link"}
    assert (await person.post("/sandbox/shortcut", json=chosen)).json()["ok"]
    await until(lambda: another(person, first))
    said = await person.post("/sandbox/say", json={"user": TOM, "channel": "reviews", "text": "a tip"})
    kept = {"user": ANNA, "callback_id": "add_knowledge", "message_ts": said.json()["ts"]}
    assert (await person.post("/sandbox/shortcut", json=kept)).json()["ok"]

    async def told() -> bool:
        return any(m["text"] == "Kept: a tip" for m in await messages(person))

    await until(told)
    assert (await person.post("/sandbox/shortcut", json={**kept, "callback_id": "sell"})).status_code == 409


async def another(person: httpx.AsyncClient, than: str) -> bool:
    shown = await view(person)
    return bool(shown and shown["id"] != than)
