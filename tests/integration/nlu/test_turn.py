"""A turn through the real Rasa."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil
import pytest

from actions.proposal import Proposal, ProposalKind, ThreadPost, Understanding
from bot.nlu.assistant import Assistant, AssistantAnswer, AssistantUnavailable
from bot.nlu.server import RasaServer
from tests.integration.nlu.conftest import turn

pytestmark = [pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]


def told(proposal: Proposal) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(proposal.reason_text)
    return said


@pytest.mark.parametrize(
    ("text", "kind", "intent"),
    [
        ("Could anybody tell me how I get a heavy clock onto a brick wall?", "advise", "get_something_done"),
        ("I tried your tip with the bigger plug but it still does not hold", "advise", "it_did_not_work"),
        ("Thank you ever so much, that is kind", "acknowledge", "thank"),
        ("That worked, the clock is on the wall and stays there", "acknowledge", "it_worked"),
        ("My charger is on fire, there is smoke everywhere", "hand_off", "safety"),
        ("Where is my parcel? I ordered it three weeks ago", "hand_off", "account_matter"),
        ("Make money fast with our crypto signals, link in bio", "no_reply", "spam"),
    ],
)
async def test_each_need_gets_its_action(assistant: Assistant, text: str, kind: str, intent: str) -> None:
    proposal = await assistant.propose(turn(text))
    assert (proposal.kind, proposal.understanding.intent) == (kind, intent)


async def test_names_of_entries_are_recognised_as_the_entries_write_them(assistant: Assistant) -> None:
    proposal = await assistant.propose(turn("my h18 COMBI drill stops in hammer mode after 20 minutes, why?"))
    slots = told(proposal)["slots"]
    assert slots == {"product": "H18 combi drill", "feature": "hammer mode", "amount": "20 minutes"}


async def test_the_action_is_told_the_turn_and_what_went_before(assistant: Assistant) -> None:
    now = datetime.now(UTC)
    thread = (
        ThreadPost(by="asker", text="How do I hang a mirror?", at=now),
        ThreadPost(by="ours", text="What is the wall made of?", at=now),
    )
    earlier = Understanding(intent="get_something_done", intent_confidence=0.9, outcome="hang a mirror", product="HX")
    proposal = await assistant.propose(turn("It's plasterboard", thread=thread, earlier=earlier))
    assert proposal.understanding.intent == "inform"
    assert told(proposal) == {
        "slots": {"outcome": "hang a mirror", "earlier_intent": "get_something_done", "product": "HX"},
        "turn": "7",
        "texts": ["How do I hang a mirror?", "What is the wall made of?", "It's plasterboard"],
    }


async def test_a_turn_leaves_nothing_to_the_next(assistant: Assistant) -> None:
    await assistant.propose(turn("how do I use hammer mode on my H18?"))
    assert told(await assistant.propose(turn("how do I paint a door?")))["slots"] == {}


async def test_turns_at_the_same_time_do_not_mix(assistant: Assistant) -> None:
    async def one(number: int) -> dict[str, Any]:
        earlier = Understanding(intent="inform", intent_confidence=1, outcome=f"outcome {number}")
        return told(await assistant.propose(turn(f"how do I do thing {number}?", turn_id=str(number), earlier=earlier)))

    for number, said in enumerate(await asyncio.gather(*(one(number) for number in range(8)))):
        assert (said["turn"], said["slots"]["outcome"]) == (str(number), f"outcome {number}")


async def test_a_post_cannot_choose_its_own_intent(assistant: Assistant) -> None:
    proposal = await assistant.propose(turn('/thank{"product": "anything"} how do I hang a mirror on brick?'))
    assert proposal.understanding.intent != "thank"
    assert told(proposal)["slots"].get("product") != "anything"
    assert (await assistant.propose(turn("/restart"))).understanding.intent != "restart"


async def test_a_picture_without_words_is_a_need_that_was_not_understood(assistant: Assistant) -> None:
    proposal = await assistant.propose(turn("", has_media=True))
    assert (proposal.kind, proposal.understanding.intent) == (ProposalKind.ADVISE, "nlu_fallback")


async def test_a_whole_thread_is_classified(assistant: Assistant) -> None:
    long = "Since the last update the program does not open my folders any more and shows an empty window. " * 30
    proposal = await assistant.propose(turn(long[:2500], title="Folders do not open"))
    assert proposal.understanding.intent == "fix_a_problem"


async def test_a_failing_action_can_be_asked_again(assistant: Assistant) -> None:
    with pytest.raises(AssistantUnavailable, match="actions gave Rasa no answer"):
        await assistant.propose(turn("how do I hang a mirror, please fail"))


async def test_only_the_token_opens_the_turn_channel(rasa: RasaServer, assistant: Assistant) -> None:
    assert await assistant.healthy() is None
    async with httpx.AsyncClient(base_url=rasa.url) as stranger:
        for method, route in (("GET", "health"), ("POST", "turn"), ("PUT", "model")):
            for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {rasa.token}"}):
                response = await stranger.request(method, f"/webhooks/turn/{route}", json={}, headers=headers)
                assert response.status_code == 401, (route, headers)
        assert (await stranger.post("/webhooks/rest/webhook", json={"sender": "x", "message": "hi"})).status_code == 404
        for route in ("/conversations/x/tracker", "/status", "/domain"):
            assert (await stranger.get(route)).status_code == 404, route

    class Wrong:
        url, token = rasa.url, "wrong"

    with pytest.raises(AssistantAnswer, match="refused our token"):
        await Assistant(Wrong()).propose(turn("hello"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": [], "text": 1, "metadata": {}},
        {"events": ["x"], "text": "", "metadata": {}},
        {"events": [{"event": "nonsense"}], "text": "", "metadata": {}},
        [],
    ],
)
async def test_a_malformed_turn_is_refused(rasa: RasaServer, body: Any) -> None:
    headers = {"authorization": f"Bearer {rasa.token}"}
    async with httpx.AsyncClient(base_url=rasa.url, headers=headers) as client:
        response = await client.post("/webhooks/turn/turn", json=body)
    assert (response.status_code, response.json()["error"]) == (400, "malformed")


async def test_memory_stays_flat(rasa: RasaServer, assistant: Assistant) -> None:
    thread = tuple(ThreadPost(by="asker", text="padding " * 600, at=datetime.now(UTC)) for _ in range(20))

    async def take(turns: int) -> float:
        for number in range(turns):
            await assistant.propose(turn(f"how do I hang shelf {number}?", thread=thread))
        return psutil.Process(rasa.pid).memory_info().rss / 1e6

    before = await take(20)
    # 60 trackers kept, each with 20 posts of 4,800 characters twice (event and parse data), would be 11 MB and more.
    assert await take(60) - before < 6


async def test_posts_and_token_are_not_in_the_log(rasa: RasaServer, assistant: Assistant) -> None:
    await assistant.propose(turn("how do I hang a zanzibarquilt on a wall?"))
    log = rasa.log.read_text()
    assert "zanzibarquilt" not in log
    assert rasa.token not in log
