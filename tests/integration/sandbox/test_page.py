"""The page over HTTP: it shows what the app posted, loads nothing from elsewhere, and obeys nobody else's page."""

from __future__ import annotations

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.running import RunningSandbox
from tests.integration.sandbox.review_app import card

ANNA = "U0ANNAREYES"
SAY = {"user": ANNA, "channel": "reviews", "text": "hello"}


async def test_a_card_is_drawn_with_what_can_be_clicked(client: AsyncWebClient, person: httpx.AsyncClient) -> None:
    posted = await client.chat_postMessage(channel="#reviews", text="A card", blocks=card())
    await client.chat_postMessage(channel="#reviews", text="A reply", thread_ts=posted["ts"])
    page = (await person.get("/", params={"channel": "reviews", "user": "anna"})).text
    assert "<strong>Post</strong> version 1" in page
    assert 'data-action="approve"' in page
    assert "1 reply" in page
    assert "A reply" not in page
    assert "A reply" in (await person.get("/", params={"channel": "reviews", "thread": posted["ts"]})).text
    await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": card(9)})
    assert "version 9" in (await person.get("/home", params={"user": "anna"})).text
    assert "version 9" not in (await person.get("/home", params={"user": "tom"})).text


async def test_what_is_written_never_becomes_part_of_the_page(
    client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    block = {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": evil, "value": evil, "text": {"type": "plain_text", "text": evil}}
        ],
    }
    await client.chat_postMessage(channel="#reviews", text=evil, blocks=[block])
    await client.chat_postMessage(channel="#reviews", text=evil)
    answer = await person.get("/", params={"channel": "reviews"})
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "https:" not in policy


async def test_the_page_asks_nobody_else_for_anything(person: httpx.AsyncClient) -> None:
    page = (await person.get("/")).text
    for path in (
        "/static/slack.css",
        "/static/slack.js",
        "/static/dom.js",
        "/static/modal.js",
        "/static/emoji.svg",
        "/static/icon.svg",
    ):
        body = await person.get(path)
        assert body.status_code == 200
        page += body.text.replace("http://www.w3.org/2000/svg", "")
    assert "//cdn" not in page
    assert "https://" not in page


#: Every address below /sandbox/ that changes something.
HANDS = ["say", "click", "submit", "close", "home", "command", "shortcut", "request_url", "disconnect", "socket_mode"]
SWITCHES = ["faults", "faults/clear", "repeat", "app", "channel", "person", "delete"]


@pytest.mark.parametrize("path", [*HANDS, *SWITCHES])
async def test_another_sites_page_cannot_act_here(person: httpx.AsyncClient, path: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await person.post(f"/sandbox/{path}", json=SAY, headers=headers)
        assert answer.status_code == 403
    # State never changes on GET: there is none, or it only reads.
    assert (await person.get(f"/sandbox/{path}")).status_code in (200, 405, 422)


async def test_the_pages_own_posts_are_taken(person: httpx.AsyncClient, sandbox: RunningSandbox) -> None:
    headers = {"Origin": sandbox.address, "Sec-Fetch-Site": "same-origin"}
    assert (await person.post("/sandbox/say", json=SAY, headers=headers)).json()["ok"]


async def test_a_foreign_name_for_this_machine_is_not_answered(person: httpx.AsyncClient) -> None:
    for path in ("/", "/home", "/sandbox/whoami"):
        assert (await person.get(path, headers={"Host": "evil.example"})).status_code == 403


async def test_nobody_sees_or_clicks_what_is_not_theirs(client: AsyncWebClient, person: httpx.AsyncClient) -> None:
    sent = await client.chat_postEphemeral(channel="C0REVIEWS01", user=ANNA, text="psst", blocks=card())
    press = {"message_ts": sent["message_ts"], "block_id": "decide", "action_id": "approve"}
    assert (await person.post("/sandbox/click", json={**press, "user": "U0TOMOKAFOR"})).status_code == 409
    assert (await person.post("/sandbox/click", json={**press, "user": "U0NOBODY"})).status_code == 409
    assert (await person.post("/sandbox/click", json={**press, "user": ANNA, "block_id": "x"})).status_code == 409
    assert (await person.get("/sandbox/view", params={"user": "U0GOODWORD1"})).status_code == 404
