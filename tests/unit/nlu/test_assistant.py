"""What the client makes of Rasa's answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from actions.proposal import ProposalKind
from bot.nlu.assistant import Assistant, AssistantAnswer, AssistantUnavailable
from tests.unit.nlu.test_events import turn

PROPOSAL = {
    "kind": "advise",
    "reason": "answered",
    "reason_text": "An entry answers it.",
    "text": "Use a cavity anchor.",
    "confidence": 0.8,
    "understanding": {"intent": "get_something_done", "intent_confidence": 0.9},
}


@dataclass(frozen=True)
class Somewhere:
    url: str = "http://127.0.0.1:1"
    token: str = "secret-token"


def assistant(handle: Callable[[httpx.Request], httpx.Response]) -> Assistant:
    return Assistant(Somewhere(), transport=httpx.MockTransport(handle))


def answering(status: int = 200, **answer: Any) -> Assistant:
    return assistant(lambda request: httpx.Response(status, json=answer))


async def test_a_turn_is_one_call_that_carries_everything() -> None:
    calls: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, json={"responses": [{"custom": {"proposal": PROPOSAL}}]})

    proposal = await assistant(handle).propose(turn(title="Wall"))
    assert proposal.kind is ProposalKind.ADVISE
    [call] = calls
    assert call.url.path == "/webhooks/turn/turn"
    assert call.headers["authorization"] == "Bearer secret-token"
    body = json.loads(call.content)
    assert body["text"] == "Wall. It's plasterboard"
    assert body["metadata"] == {"turn": turn(title="Wall").model_dump(mode="json")}
    assert body["events"][-1] == {"event": "action", "name": "action_listen"}


@pytest.mark.parametrize(
    ("error", "maybe_done"),
    [(httpx.ConnectError("refused"), False), (httpx.ReadTimeout("slow"), True), (httpx.ReadError("reset"), True)],
)
async def test_no_answer_can_be_asked_again(error: httpx.TransportError, maybe_done: bool) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(AssistantUnavailable) as caught:
        await assistant(handle).propose(turn())
    assert caught.value.maybe_done is maybe_done  # whether a model may have been asked on the way
    assert "Rasa" in str(await assistant(handle).healthy())


@pytest.mark.parametrize(
    ("rasa", "says"),
    [(answering(500, error="failed"), "status 500"), (answering(responses=[]), "actions gave Rasa no answer")],
)
async def test_a_failing_rasa_or_action_can_be_asked_again(rasa: Assistant, says: str) -> None:
    with pytest.raises(AssistantUnavailable, match=says):
        await rasa.propose(turn())


@pytest.mark.parametrize(
    ("rasa", "says"),
    [
        (answering(401, error="unauthorised"), "refused our token"),
        (answering(400, error="malformed", why="KeyError: 'events'"), "KeyError"),
        (answering(other=1), "no list of responses"),
        (answering(responses=[{"text": "hello"}]), "0 proposals"),
        (answering(responses=[{"custom": {"proposal": PROPOSAL}}] * 2), "2 proposals"),
        (answering(responses=[{"custom": {"proposal": {**PROPOSAL, "confidence": 7}}}]), "confidence"),
        (assistant(lambda request: httpx.Response(200, text="<html>")), "status 200"),
    ],
)
async def test_a_malformed_answer_says_what_is_wrong(rasa: Assistant, says: str) -> None:
    with pytest.raises(AssistantAnswer, match=says):
        await rasa.propose(turn())


async def test_healthy_wants_a_model() -> None:
    assert await answering(model="goodword-1.tar.gz").healthy() is None
    assert await answering(model=None).healthy() == "Rasa runs but has no model loaded"
