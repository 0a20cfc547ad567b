"""What can be made to go wrong, goes wrong as often as was asked for and no more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.deliveries import NotDelivered, Retry
from bot.sandbox.faults import CALLS, DELIVERIES, TRIGGERS, Kind
from bot.sandbox.workspace import Settings
from tests.unit.sandbox.api import ANNA, HOME, MODAL, REVIEWS, Sandbox


@pytest.fixture
def its() -> Sandbox:
    return Sandbox(Settings(retry_delays=(0.0, 0.0, 0.0)))


async def settled() -> None:
    """Let what runs in the background come to its end."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_every_kind_is_of_one_group() -> None:
    assert set(Kind) == CALLS | DELIVERIES | TRIGGERS
    assert len(CALLS) + len(DELIVERIES) + len(TRIGGERS) == len(Kind)


class TestCalls:
    async def test_a_rate_limit_holds_for_the_calls_it_was_set_for(self, its: Sandbox) -> None:
        await its.act("faults", kind="ratelimited", target="chat.postMessage", times=2, retry_after=7)
        assert (await its.call("auth.test")).status_code == 200
        for _ in range(2):
            answer = await its.call("chat.postMessage", channel=REVIEWS, text="x")
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        assert (await its.call("chat.postMessage", channel=REVIEWS, text="x")).json()["ok"]

    async def test_any_call_can_meet_a_fault_and_all_can_be_cleared(self, its: Sandbox) -> None:
        await its.act("faults", kind="server_error", status=502, times=9)
        answer = await its.call("auth.test")
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (502, "text/html")
        assert (await its.http.get("/sandbox/faults")).json()["faults"][0]["times"] == 8
        await its.act("faults/clear")
        assert (await its.call("auth.test")).json()["ok"]

    async def test_a_word_can_be_chosen(self, its: Sandbox) -> None:
        await its.call("views.publish", user_id=ANNA, view=HOME)
        await its.act("faults", kind="refused", target="views.publish", word="hash_conflict")
        assert await its.error("views.publish", user_id=ANNA, view=HOME) == "hash_conflict"
        assert await its.error("views.publish", user_id=ANNA, view=HOME) == ""

    async def test_a_call_can_take_effect_and_say_that_it_failed(self, its: Sandbox) -> None:
        await its.act("faults", kind="half_done", target="chat.postMessage")
        answer = await its.call("chat.postMessage", channel=REVIEWS, text="once")
        assert (answer.status_code, answer.json()["error"]) == (500, "fatal_error")
        assert [m.text for m in its.workspace.channels[REVIEWS].messages.values()] == ["once"]

    async def test_a_server_error_has_no_effect(self, its: Sandbox) -> None:
        await its.act("faults", kind="server_error", target="chat.postMessage")
        await its.call("chat.postMessage", channel=REVIEWS, text="never")
        assert its.workspace.channels[REVIEWS].messages == {}

    async def test_a_slow_call_waits_and_then_answers(self, its: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        await its.act("faults", kind="slow_call", target="auth.test", seconds=4)
        monkeypatch.setattr(asyncio, "sleep", sleep)
        assert (await its.call("auth.test")).json()["ok"]
        assert waited == [4]

    async def test_response_urls_meet_faults_too(self, its: Sandbox) -> None:
        url = (await its.clicked())["response_url"]
        await its.act("faults", kind="ratelimited", target="response_url", retry_after=2)
        await its.act("faults", kind="half_done", target="response_url")
        assert (await its.http.post(url, json={"text": "one"})).status_code == 429
        assert (await its.http.post(url, json={"text": "two"})).status_code == 500
        assert (await its.http.post(url, json={"text": "three"})).text == "ok"
        shown = [m.text for m in its.workspace.channels[REVIEWS].messages.values()]
        assert shown == ["A card", "two", "three"]


class TestTriggers:
    @pytest.mark.parametrize("kind", ["expired_trigger", "exchanged_trigger"])
    async def test_the_next_trigger_is_of_no_use(self, its: Sandbox, kind: str) -> None:
        await its.act("faults", kind=kind)
        first, second = (await its.clicked())["trigger_id"], (await its.clicked())["trigger_id"]
        assert await its.error("views.open", trigger_id=first, view=MODAL) == f"{kind}_id"
        assert await its.error("views.open", trigger_id=second, view=MODAL) == ""


class TestDeliveries:
    async def click(self, its: Sandbox) -> dict[str, Any]:
        ts = await its.posted(blocks=MODAL["blocks"])
        return dict((await its.act("click", user=ANNA, message_ts=ts, block_id="b", action_id="a")).json())

    async def test_a_click_comes_twice_and_is_the_same(self, its: Sandbox) -> None:
        await its.act("faults", kind="twice", target="block_actions")
        assert (await self.click(its))["ok"]
        (_, first, again), (_, second, _) = its.seen
        assert first is second
        assert again is None

    async def test_an_event_that_comes_twice_says_that_it_is_a_retry(self, its: Sandbox) -> None:
        await its.act("faults", kind="twice", target="app_home_opened")
        await its.act("home", user=ANNA)
        await settled()
        (_, first, no), (_, second, retry) = its.seen
        assert first["event_id"] == second["event_id"]
        assert (no, retry) == (None, Retry(1, "http_timeout"))

    async def test_an_unacknowledged_click_reached_the_app_and_the_person_is_told_otherwise(self, its: Sandbox) -> None:
        await its.act("faults", kind="unacknowledged")
        answer = await self.click(its)
        assert (answer["ok"], len(its.seen)) == (False, 1)
        assert "3 seconds" in answer["message"]

    async def test_an_unacknowledged_form_stays_open_with_slacks_sentence(self, its: Sandbox) -> None:
        await its.call("views.open", trigger_id=(await its.clicked())["trigger_id"], view=MODAL)
        view = its.workspace.open_view(ANNA)
        assert view
        await its.act("faults", kind="unacknowledged", target="view_submission")
        answer = (await its.act("submit", user=ANNA, view_id=view.id)).json()
        assert answer["message"] == "We had some trouble connecting. Try again?"
        assert its.workspace.open_view(ANNA) is view
        assert (await its.act("submit", user=ANNA, view_id=view.id)).json()["ok"]

    async def test_an_undelivered_command_stays_with_the_person(self, its: Sandbox) -> None:
        await its.act("faults", kind="undelivered", target="slash_commands")
        line = {"user": ANNA, "channel": REVIEWS, "text": "/goodword status"}
        assert "dispatch_failed" in (await its.act("command", **line)).json()["message"]
        assert its.seen == []
        assert (await its.act("command", **line)).json()["ok"]

    async def test_a_slow_delivery_ages_its_trigger(self, its: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        async def sleep(seconds: float) -> None:
            its.clock.now += seconds

        ts = await its.posted(blocks=MODAL["blocks"])
        await its.act("faults", kind="slow_delivery", target="block_actions", seconds=3.5)
        monkeypatch.setattr(asyncio, "sleep", sleep)
        assert (await its.act("click", user=ANNA, message_ts=ts, block_id="b", action_id="a")).json()["ok"]
        assert (
            await its.error("views.open", trigger_id=its.seen[-1][1]["trigger_id"], view=MODAL) == "expired_trigger_id"
        )

    async def test_events_come_again_with_their_number_and_reason(self, its: Sandbox) -> None:
        its.fails = [NotDelivered("late", reason="http_timeout"), NotDelivered("broken", reason="http_error")]
        await its.act("home", user=ANNA)
        await settled()
        assert [again for _, _, again in its.seen] == [None, Retry(1, "http_timeout"), Retry(2, "http_error")]

    async def test_an_app_can_ask_for_no_more_tries(self, its: Sandbox) -> None:
        its.fails = [NotDelivered("no", final=True)]
        await its.act("home", user=ANNA)
        await settled()
        assert len(its.seen) == 1

    async def test_the_last_delivery_can_come_once_more_at_any_time(self, its: Sandbox) -> None:
        assert (await its.act("repeat", kind="interactive")).status_code == 409
        body = await its.clicked()
        assert (await its.act("repeat", kind="interactive")).json()["ok"]
        assert [seen for _, seen, _ in its.seen] == [body, body]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "nonsense"},
        {"kind": "twice", "times": 0},
        {"kind": "server_error", "status": 404},
        {"kind": "refused", "word": "<b>"},
        {"kind": "twice", "colour": "red"},
    ],
)
async def test_a_fault_that_is_none_is_not_set(its: Sandbox, body: dict[str, Any]) -> None:
    assert (await its.act("faults", **body)).status_code == 422
    assert its.workspace.faults.set == []
