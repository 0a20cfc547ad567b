"""The Web API as slack_sdk calls it: what it takes, and the words with which it refuses."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings, Workspace
from tests.integration.sandbox.review_app import card, write_view
from tests.waiting import PATIENCE


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_tokens_are_checked(sandbox: RunningSandbox, client: AsyncWebClient) -> None:
    assert (await client.auth_test())["user_id"] == "U0GOODWORD1"
    assert (await client.api_test(foo="bar"))["args"]["foo"] == "bar"
    settings = sandbox.workspace.settings
    assert await refusal(AsyncWebClient(token="xoxb-wrong", base_url=sandbox.api).auth_test()) == "invalid_auth"
    assert await refusal(AsyncWebClient(base_url=sandbox.api).auth_test()) == "not_authed"
    with_app = AsyncWebClient(token=settings.app_token, base_url=sandbox.api)
    assert await refusal(with_app.auth_test()) == "not_allowed_token_type"
    assert await refusal(client.apps_connections_open(app_token=settings.bot_token)) == "not_allowed_token_type"
    assert (await with_app.apps_connections_open(app_token=settings.app_token))["url"].startswith("ws://127.0.0.1:")
    assert await refusal(client.api_call("chat.meMessage")) == "unknown_method"


async def test_form_and_json_bodies_are_the_same(client: AsyncWebClient, sandbox: RunningSandbox) -> None:
    body = {"channel": "reviews", "text": "hello", "blocks": card()}
    as_json = await client.api_call("chat.postMessage", json=body)
    as_form = await client.api_call("chat.postMessage", data={**body, "blocks": json.dumps(card())})
    assert as_json["message"]["blocks"][0]["block_id"] == as_form["message"]["blocks"][0]["block_id"] == "post"
    headers = {"Authorization": f"Bearer {sandbox.workspace.settings.bot_token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        broken = await http.post(f"{sandbox.api}chat.postMessage", content="{", headers=headers)
        read = await http.get(f"{sandbox.api}chat.postMessage?channel=reviews&text=x", headers=headers)
    assert broken.json()["error"] == "invalid_json"
    # State never changes on GET.
    assert read.json()["error"] == "unknown_method"


async def test_messages_are_posted_changed_found_and_deleted(client: AsyncWebClient) -> None:
    metadata = {"event_type": "turn", "event_payload": {"id": 7}}
    posted = await client.chat_postMessage(channel="#reviews", text="one", metadata=metadata)
    channel, ts = posted["channel"], posted["ts"]
    reply = await client.chat_postMessage(channel=channel, text="two", thread_ts=ts)
    history = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert [m["text"] for m in history["messages"]] == ["one"]
    assert history["messages"][0]["metadata"] == metadata
    assert history["messages"][0]["reply_count"] == 1
    assert "metadata" not in (await client.conversations_history(channel=channel))["messages"][0]
    replies = await client.conversations_replies(channel=channel, ts=ts)
    assert [m["ts"] for m in replies["messages"]] == [ts, reply["ts"]]
    await client.chat_update(channel=channel, ts=ts, text="three", blocks=card())
    again = await client.chat_update(channel=channel, ts=ts, text="four")
    assert (again["message"]["text"], len(again["message"]["blocks"])) == ("four", 2)
    assert again["message"]["metadata"] == metadata
    gone = await client.chat_update(channel=channel, ts=ts, text="five", blocks=[], metadata={})
    assert "blocks" not in gone["message"]
    assert "metadata" not in gone["message"]
    await client.chat_delete(channel=channel, ts=ts)
    assert await refusal(client.chat_update(channel=channel, ts=ts, text="x")) == "message_not_found"
    below = await client.conversations_replies(channel=channel, ts=ts)  # they stay, below a line of Slack's own
    assert [m.get("subtype") for m in below["messages"]] == ["tombstone", None]
    await client.chat_delete(channel=channel, ts=reply["ts"])
    assert await refusal(client.conversations_replies(channel=channel, ts=ts)) == "thread_not_found"


async def test_history_comes_in_pages(client: AsyncWebClient) -> None:
    for number in range(5):
        await client.chat_postMessage(channel="#reviews", text=str(number))
    channel = (await client.conversations_list())["channels"][0]["id"]
    first = await client.conversations_history(channel=channel, limit=3)
    assert [m["text"] for m in first["messages"]] == ["4", "3", "2"]
    rest = await client.conversations_history(
        channel=channel, limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["1", "0"]
    assert not rest["has_more"]
    since = await client.conversations_history(channel=channel, oldest=rest["messages"][0]["ts"])
    assert [m["text"] for m in since["messages"]] == ["4", "3", "2"]
    assert await refusal(client.conversations_history(channel=channel, cursor="@@")) == "invalid_cursor"
    assert await refusal(client.conversations_history(channel=channel, limit=-1)) == "invalid_limit"


async def test_what_may_not_be_posted(client: AsyncWebClient) -> None:
    post = client.chat_postMessage
    assert await refusal(post(channel="#nowhere", text="x")) == "channel_not_found"
    assert await refusal(post(channel="#general", text="x")) == "not_in_channel"
    with pytest.warns(UserWarning, match="`text` argument is missing"):
        assert await refusal(post(channel="#reviews")) == "no_text"
    assert await refusal(post(channel="#reviews", text="x" * 40_001)) == "msg_too_long"
    assert await refusal(client.api_call("chat.postMessage", data={"channel": "reviews", "blocks": "["})) == (
        "invalid_blocks_format"
    )
    assert await refusal(post(channel="#reviews", text="x", metadata={"event_type": 1})) == "invalid_metadata_format"
    large = {"event_type": "x", "event_payload": {"x": "y" * 8000}}
    assert await refusal(post(channel="#reviews", text="x", metadata=large)) == "metadata_too_large"
    with pytest.raises(SlackApiError) as caught:
        await post(channel="#reviews", text="x", blocks=[{"type": "section"}])
    assert caught.value.response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0]" in caught.value.response["response_metadata"]["messages"][0]
    assert await refusal(client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"
    assert (await client.conversations_join(channel="C0GENERAL01"))["channel"]["is_member"]
    assert (await post(channel="#general", text="x"))["ok"]


async def test_only_ones_own_messages_can_be_changed(client: AsyncWebClient, person: httpx.AsyncClient) -> None:
    said = (await person.post("/sandbox/say", json={"user": "U0ANNAREYES", "channel": "reviews", "text": "hi"})).json()
    place = {"channel": said["channel"], "ts": said["ts"]}
    assert await refusal(client.chat_update(**place, text="x")) == "cant_update_message"
    assert await refusal(client.chat_delete(**place)) == "cant_delete_message"


async def test_ephemeral_messages_are_seen_by_one_and_listed_nowhere(
    client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    sent = await client.chat_postEphemeral(channel="C0REVIEWS01", user="U0ANNAREYES", text="psst")
    seen = {
        user: (await person.get("/sandbox/messages", params={"user": user, "channel": "reviews"})).json()["messages"]
        for user in ("U0ANNAREYES", "U0TOMOKAFOR")
    }
    assert [len(messages) for messages in seen.values()] == [1, 0]
    assert (await client.conversations_history(channel="C0REVIEWS01"))["messages"] == []
    place = {"channel": "C0REVIEWS01", "ts": sent["message_ts"]}
    assert await refusal(client.chat_update(**place, text="x")) == "message_not_found"
    assert (
        await refusal(client.chat_postEphemeral(channel="C0REVIEWS01", user="U0NOBODY", text="x")) == "user_not_found"
    )
    own = client.chat_postEphemeral(channel="C0REVIEWS01", user="U0GOODWORD1", text="x")
    assert (await own)["ok"]


async def test_people_and_direct_messages(client: AsyncWebClient) -> None:
    assert (await client.users_info(user="U0MIALINDQV"))["user"]["real_name"] == "Mia Lindqvist"
    assert len((await client.users_list())["members"]) == 4
    assert await refusal(client.users_info(user="U1")) == "user_not_found"
    opened = (await client.conversations_open(users="U0MIALINDQV"))["channel"]["id"]
    assert (await client.chat_postMessage(channel="U0MIALINDQV", text="hello"))["channel"] == opened
    assert await refusal(client.api_call("conversations.open")) == "users_list_not_supplied"
    assert len((await client.conversations_members(channel="C0REVIEWS01"))["members"]) == 4


async def test_reactions_and_permalinks(client: AsyncWebClient, person: httpx.AsyncClient) -> None:
    posted = await client.chat_postMessage(channel="#reviews", text="one")
    place = {"channel": posted["channel"], "timestamp": posted["ts"]}
    await client.reactions_add(**place, name="eyes")
    assert await refusal(client.reactions_add(**place, name="eyes")) == "already_reacted"
    assert await refusal(client.reactions_add(**place, name="two words")) == "invalid_name"
    await client.reactions_remove(**place, name="eyes")
    assert await refusal(client.reactions_remove(**place, name="eyes")) == "no_reaction"
    address = (await client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"]))["permalink"]
    assert (await person.get(address)).headers["location"] == f"/?channel=C0REVIEWS01#m{posted['ts']}"


async def test_views_need_a_good_trigger_and_a_current_hash(client: AsyncWebClient) -> None:
    assert await refusal(client.views_open(trigger_id="1.2.3", view=write_view())) == "invalid_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.3", view={"type": "modal"})) == "invalid_arguments"
    assert await refusal(client.views_update(view_id="V1", view=write_view())) == "not_found"
    home = {"type": "home", "blocks": card(), "external_id": "mine"}
    published = (await client.views_publish(user_id="U0ANNAREYES", view=home))["view"]
    again = (await client.views_publish(user_id="U0ANNAREYES", view=home, hash=published["hash"]))["view"]
    assert again["id"] == published["id"]
    stale = client.views_publish(user_id="U0ANNAREYES", view=home, hash=published["hash"])
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_publish(user_id="U0TOMOKAFOR", view=home)) == "duplicate_external_id"
    assert await refusal(client.views_publish(user_id="U1", view=home)) == "user_not_found"


async def test_too_many_messages_are_told_to_wait() -> None:
    with RunningSandbox(Workspace(Settings(burst=2))) as sandbox:
        client = AsyncWebClient(token=sandbox.workspace.settings.bot_token, base_url=sandbox.api)
        for _ in range(2):
            await client.chat_postMessage(channel="#reviews", text="x")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="#reviews", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"


async def test_an_ephemeral_message_needs_a_reader_who_is_there(
    sandbox: RunningSandbox, client: AsyncWebClient
) -> None:
    sandbox.workspace.channels["C0REVIEWS01"].members.discard("U0MIALINDQV")
    told = client.chat_postEphemeral(channel="C0REVIEWS01", user="U0MIALINDQV", text="x")
    assert await refusal(told) == "user_not_in_channel"
