from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.endpoint import DraftingFailed, executor, run
from actions.proposal import Proposal

Make = Callable[..., Any]


def _payload(turn: Any, action: str = "action_advise", intent: str = "get_something_done") -> dict[str, Any]:
    latest = {
        "text": turn.text,
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [],
        "metadata": {"turn": turn.model_dump(mode="json")},
    }
    tracker = {
        "sender_id": "x",
        "slots": {},
        "latest_message": latest,
        "events": [],
        "paused": False,
        "active_loop": {},
    }
    domain = {"intents": [], "entities": [], "slots": {}, "responses": {}, "actions": [action]}
    return {"next_action": action, "sender_id": "x", "tracker": tracker, "domain": domain, "version": "3.6.21"}


@pytest.mark.parametrize(
    ("action", "intent", "kind"),
    [
        ("action_advise", "get_something_done", "advise"),
        ("action_acknowledge", "praise", "acknowledge"),
        ("action_hand_off", "ask_for_a_person", "hand_off"),
        ("action_no_reply", "spam", "no_reply"),
    ],
)
async def test_each_action_answers_with_one_proposal(
    action: str, intent: str, kind: str, turn: Make, hit: Make, searcher: Make
) -> None:
    post = turn() if kind == "advise" else turn("well, there you are, folks")
    answer = await run(executor(searcher(usage=(hit(),))), _payload(post, action, intent))
    assert answer["events"] == []
    (message,) = answer["responses"]
    assert Proposal.model_validate(message["custom"]["proposal"]).kind == kind


async def test_a_failing_search_is_a_clear_error_and_no_half_proposal(turn: Make) -> None:
    class Broken:
        async def search(self, query: Any) -> Any:
            raise RuntimeError("secret words of the post")

    with pytest.raises(DraftingFailed) as caught:
        await run(executor(Broken()), _payload(turn()))
    assert "RuntimeError" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_message_without_a_turn_is_said_so(turn: Make, searcher: Make) -> None:
    payload = _payload(turn())
    payload["tracker"]["latest_message"]["metadata"] = {}
    with pytest.raises(DraftingFailed, match="carries no turn"):
        await run(executor(searcher()), payload)


@pytest.mark.parametrize("action", ["", "action_unknown"])
async def test_an_action_that_is_none_of_ours_is_an_error(action: str, turn: Make, searcher: Make) -> None:
    with pytest.raises(DraftingFailed):
        await run(executor(searcher()), _payload(turn(), action))
