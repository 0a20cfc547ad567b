"""Every word with which Slack refuses, provoked: each line names the page and section of Slack's documentation.

The same words stand in tests/contract/slack.md; a word without a line here, or a line without its page there, fails.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.sandbox.refusals import Word
from bot.sandbox.workspace import Settings
from tests.unit.sandbox.api import ANNA, GENERAL, HOME, MIA, MODAL, REVIEWS, Json, Sandbox
from tests.unit.sandbox.test_contract import rows

Case = Callable[[Sandbox], Awaitable[str]]
TRIGGER = "1.2.abc"


def calls(method: str, **arguments: Any) -> Case:
    """The word of one call on a fresh workspace."""

    async def case(its: Sandbox) -> str:
        return await its.error(method, **arguments)

    return case


def on_message(method: str, *, own: bool = True, twice: bool = False, **more: Any) -> Case:
    """The word of a call about a message that is there."""

    async def case(its: Sandbox) -> str:
        if own:
            ts = await its.posted()
        else:
            ts = (await its.act("say", user=ANNA, channel=REVIEWS, text="mine")).json()["ts"]
        key = "timestamp" if method.startswith("reactions") else "ts"
        if twice:
            await its.call(method, channel=REVIEWS, **{key: ts}, **more)
        return await its.error(method, channel=REVIEWS, **{key: ts}, **more)

    return case


def after(path: str, body: Json, method: str, **arguments: Any) -> Case:
    """The word of a call after something was done to the workspace."""

    async def case(its: Sandbox) -> str:
        assert (await its.act(path, **body)).is_success
        return await its.error(method, **arguments)

    return case


async def updated_in_an_archived_channel(its: Sandbox) -> str:
    ts = await its.posted()
    await its.act("channel", user=ANNA, channel=REVIEWS, action="archive")
    return await its.error("chat.update", channel=REVIEWS, ts=ts, text="x")


async def expired(its: Sandbox) -> str:
    trigger_id = (await its.clicked())["trigger_id"]
    its.clock.now += 3.1
    return await its.error("views.open", trigger_id=trigger_id, view=MODAL)


async def exchanged(its: Sandbox) -> str:
    trigger_id = (await its.clicked())["trigger_id"]
    await its.call("views.open", trigger_id=trigger_id, view=MODAL)
    return await its.error("views.open", trigger_id=trigger_id, view=MODAL)


async def a_fourth_window(its: Sandbox) -> str:
    await its.call("views.open", trigger_id=(await its.clicked())["trigger_id"], view=MODAL)
    word = ""
    for _ in range(3):
        view = its.workspace.open_view(ANNA)
        assert view is not None
        await its.act("click", user=ANNA, view=view.id, block_id="b", action_id="a")
        word = await its.error("views.push", trigger_id=its.seen[-1][1]["trigger_id"], view=MODAL)
    return word


async def a_hash_of_before(its: Sandbox) -> str:
    first = (await its.call("views.publish", user_id=ANNA, view=HOME)).json()["view"]["hash"]
    await its.call("views.publish", user_id=ANNA, view=HOME, hash=first)
    return await its.error("views.publish", user_id=ANNA, view=HOME, hash=first)


async def one_external_id_for_two(its: Sandbox) -> str:
    view = {**HOME, "external_id": "mine"}
    await its.call("views.publish", user_id=ANNA, view=view)
    return await its.error("views.publish", user_id=MIA, view=view)


async def a_sixth_response(its: Sandbox) -> str:
    url = (await its.clicked())["response_url"]
    for _ in range(5):
        assert (await its.http.post(url, json={"text": "x"})).text == "ok"
    return str((await its.http.post(url, json={"text": "x"})).json()["error"])


async def a_response_after_half_an_hour(its: Sandbox) -> str:
    url = (await its.clicked())["response_url"]
    its.clock.now += 1801
    answer = await its.http.post(url, json={"text": "x"})
    assert answer.status_code == 404
    return str(answer.json()["error"])


async def too_many_at_once(its: Sandbox) -> str:
    for _ in range(its.workspace.settings.burst):
        await its.posted()
    answer = await its.call("chat.postMessage", channel=REVIEWS, text="x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    return str(answer.json()["error"])


async def a_reader_elsewhere(its: Sandbox) -> str:
    await its.act("channel", user=ANNA, channel=REVIEWS, action="remove", member=MIA)
    return await its.error("chat.postEphemeral", channel=REVIEWS, user=MIA, text="x")


async def a_broken_body(its: Sandbox) -> str:
    token = {"Authorization": f"Bearer {its.workspace.settings.bot_token}", "Content-Type": "application/json"}
    return str((await its.http.post("/api/chat.postMessage", content="{", headers=token)).json()["error"])


async def a_file(its: Sandbox) -> str:
    token = {"Authorization": f"Bearer {its.workspace.settings.bot_token}"}
    return str((await its.http.post("/api/chat.postMessage", files={"x": b"x"}, headers=token)).json()["error"])


async def the_apps_token(its: Sandbox) -> str:
    return await its.error("auth.test", token=its.workspace.settings.app_token)


async def socket_mode_off(its: Sandbox) -> str:
    await its.act("disconnect", reason="link_disabled")
    return await its.error("apps.connections.open", token=its.workspace.settings.app_token)


async def without_its_scope(_: Sandbox) -> str:
    return await Sandbox(Settings(scopes=frozenset({"chat:write"}))).error("users.list")


async def of_a_server(its: Sandbox, kind: str, **more: Any) -> str:
    await its.act("faults", kind=kind, **more)
    answer = await its.call("auth.test")
    assert answer.status_code == (more.get("status") or 500)
    return str(answer.json()["error"])


POST = "chat.postMessage"
SECTION: Json = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2999}}
LONG_META: Json = {"event_type": "x", "event_payload": {"x": "y" * 8000}}
BIG_VIEW: Json = {**HOME, "private_metadata": "x" * 250_000}

# What Slack calls it; where its documentation says so; how it comes about.
CASES: list[tuple[Word, str, Case]] = [
    (Word.ACCESS_DENIED, "apps.connections.open, Errors", socket_mode_off),
    (
        Word.ACCOUNT_INACTIVE,
        "auth.test, Errors",
        after("app", {"state": "removed"}, "auth.test"),
    ),
    (Word.ALREADY_REACTED, "reactions.add, Errors", on_message("reactions.add", name="eyes", twice=True)),
    (Word.CANT_DELETE_MESSAGE, "chat.delete, Errors", on_message("chat.delete", own=False)),
    (Word.CANT_UPDATE_MESSAGE, "chat.update, Errors", on_message("chat.update", own=False, text="x")),
    (Word.CHANNEL_NOT_FOUND, "chat.postMessage, Errors", calls(POST, channel="#nowhere", text="x")),
    (Word.DUPLICATE_EXTERNAL_ID, "views.open, Errors", one_external_id_for_two),
    (Word.EXCHANGED_TRIGGER_ID, "views.open, Errors", exchanged),
    (Word.EXPIRED_TRIGGER_ID, "views.open, Errors", expired),
    (Word.EXPIRED_URL, "Handling user interaction, Message responses", a_response_after_half_an_hour),
    (Word.FATAL_ERROR, "chat.update, Errors", lambda its: of_a_server(its, "half_done")),
    (Word.HASH_CONFLICT, "views.update, Errors", a_hash_of_before),
    (Word.INTERNAL_ERROR, "chat.update, Errors", lambda its: of_a_server(its, "server_error", status=500)),
    (Word.INVALID_ARGUMENTS, "views.open, Response", calls("views.open", trigger_id=TRIGGER, view={"type": "modal"})),
    (Word.INVALID_AUTH, "auth.test, Errors", calls("auth.test", token="xoxb-wrong")),
    (Word.INVALID_BLOCKS, "chat.update, Errors", calls(POST, channel=REVIEWS, text="x", blocks=[{"type": "section"}])),
    (Word.INVALID_BLOCKS_FORMAT, "chat.postMessage, Errors", calls(POST, channel=REVIEWS, text="x", blocks="[")),
    (Word.INVALID_CURSOR, "Pagination, Errors", calls("conversations.list", cursor="@@")),
    (Word.INVALID_FORM_DATA, "chat.postMessage, Errors", a_file),
    (Word.INVALID_JSON, "*assumed*", a_broken_body),
    (Word.INVALID_LIMIT, "conversations.list, Errors", calls("conversations.list", limit="-1")),
    (
        Word.INVALID_METADATA_FORMAT,
        "chat.postMessage, Errors",
        calls(POST, channel=REVIEWS, text="x", metadata={"event_type": 1}),
    ),
    (Word.INVALID_NAME, "reactions.add, Errors", on_message("reactions.add", name="two words")),
    (Word.INVALID_TRIGGER_ID, "views.open, Errors", calls("views.open", trigger_id=TRIGGER, view=MODAL)),
    (
        Word.IS_ARCHIVED,
        "chat.postMessage, Errors",
        after("channel", {"user": ANNA, "channel": REVIEWS, "action": "archive"}, POST, channel=REVIEWS, text="x"),
    ),
    (Word.IS_INACTIVE, "chat.update, Errors", updated_in_an_archived_channel),
    (Word.MESSAGE_NOT_FOUND, "chat.update, Errors", calls("chat.update", channel=REVIEWS, ts="1.0", text="x")),
    (
        Word.METADATA_TOO_LARGE,
        "Message metadata",
        calls(POST, channel=REVIEWS, text="x", metadata=LONG_META),
    ),
    (Word.MISSING_SCOPE, "conversations.info, Errors", without_its_scope),
    (
        Word.MSG_BLOCKS_TOO_LONG,
        "bolt-js issues 2509 and 2867",
        calls(POST, channel=REVIEWS, text="x", blocks=[SECTION] * 5),
    ),
    (Word.MSG_TOO_LONG, "chat.postMessage, Errors", calls(POST, channel=REVIEWS, text="x" * 40_001)),
    (Word.NOT_ALLOWED_TOKEN_TYPE, "apps.connections.open, Errors", the_apps_token),
    (Word.NOT_AUTHED, "auth.test, Errors", calls("auth.test", token="")),
    (Word.NOT_FOUND, "views.update, Errors", calls("views.update", view_id="V1", view=MODAL)),
    (Word.NOT_IN_CHANNEL, "chat.postMessage, Errors", calls(POST, channel=GENERAL, text="x")),
    (Word.NO_REACTION, "reactions.remove, Errors", on_message("reactions.remove", name="eyes")),
    (Word.NO_TEXT, "chat.postMessage, Errors", calls(POST, channel=REVIEWS)),
    (Word.PUSH_LIMIT_REACHED, "views.push, Errors", a_fourth_window),
    (Word.RATELIMITED, "Rate limits, Posting messages", too_many_at_once),
    (Word.SERVICE_UNAVAILABLE, "chat.update, Errors", lambda its: of_a_server(its, "server_error", status=503)),
    (Word.THREAD_NOT_FOUND, "conversations.replies, Errors", calls("conversations.replies", channel=REVIEWS, ts="1.0")),
    (Word.TOKEN_REVOKED, "auth.test, Errors", after("app", {"state": "revoked"}, "auth.test")),
    (Word.UNKNOWN_METHOD, "Using the Slack Web API, Errors", calls("chat.meMessage")),
    (Word.USED_URL, "Handling user interaction, Message responses", a_sixth_response),
    (Word.USERS_LIST_NOT_SUPPLIED, "conversations.open, Errors", calls("conversations.open")),
    (
        Word.USER_DISABLED,
        "conversations.open, Errors",
        after("person", {"user": MIA, "action": "deactivate"}, "conversations.open", users=MIA),
    ),
    (Word.USER_NOT_FOUND, "users.info, Errors", calls("users.info", user="U1")),
    (Word.USER_NOT_IN_CHANNEL, "chat.postEphemeral, Errors", a_reader_elsewhere),
    (Word.VIEW_TOO_LARGE, "views.open, Errors", calls("views.publish", user_id=ANNA, view=BIG_VIEW)),
]


@pytest.mark.parametrize(
    ("word", "case"), [(word, case) for word, _, case in CASES], ids=[word for word, _, _ in CASES]
)
async def test_slack_refuses(word: Word, case: Case) -> None:
    assert await case(Sandbox()) == word


def test_every_word_is_provoked() -> None:
    assert sorted(word for word, _, _ in CASES) == sorted(Word)


def test_every_line_cites_the_page_that_the_contract_names() -> None:
    contract = rows("Refusals")
    assert [(word, page) for word, page, _ in CASES if page not in contract[word]] == []
