"""A real Rasa with a freshly trained model, and actions that say what reached them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rich.console import Console

from actions.proposal import ChannelRules, ProposalKind, TurnContext
from bot.nlu import environment
from bot.nlu.assistant import Assistant
from bot.nlu.server import RasaServer
from bot.nlu.training import Lookups, train
from knowledge.encoder import default_model_path
from tests.integration.conftest import HOME, _served

LOOKUPS = Lookups(products=("H18 combi drill", "H18"), platforms=("One18",), features=("hammer mode",))
ACTION_TOKEN = "the-actions-own"


class Told(Action):
    """An action whose proposal tells what it was given."""

    def __init__(self, kind: ProposalKind) -> None:
        self.kind = kind

    def name(self) -> str:
        return f"action_{self.kind}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        message = tracker.latest_message
        if "please fail" in message["text"]:
            raise RuntimeError("as asked")
        told = {
            "slots": {name: value for name, value in tracker.slots.items() if value},
            "turn": message["metadata"]["turn"]["turn_id"],
            "texts": [event["text"] for event in tracker.events if event["event"] in ("user", "bot")],
        }
        understanding = {"intent": message["intent"]["name"], "intent_confidence": message["intent"]["confidence"]}
        dispatcher.utter_message(
            json_message={
                "proposal": {
                    "kind": self.kind,
                    "reason": "told",
                    "reason_text": json.dumps(told),
                    "confidence": 0.5,
                    "understanding": understanding,
                }
            }
        )
        return []


@pytest.fixture(scope="session")
def action_url() -> Iterator[str]:
    """Where the actions answer Rasa, and only a Rasa that brings the token."""
    executor = ActionExecutor()
    for kind in (ProposalKind.ADVISE, ProposalKind.ACKNOWLEDGE, ProposalKind.HAND_OFF, ProposalKind.NO_REPLY):
        executor.register_action(Told(kind))
    app = FastAPI()

    @app.post("/actions")
    async def actions(request: Request) -> Any:
        assert request.headers["authorization"] == f"Bearer {ACTION_TOKEN}"
        answer = await executor.run(await request.json())
        return answer.model_dump() if hasattr(answer, "model_dump") else answer

    with _served(app) as address:
        yield f"{address}/actions"


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python of Rasa's environment, built where it is missing."""
    return environment.ensure(HOME.parent)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model(python: Path) -> Path:
    """A model of the data as it is, kept between runs."""
    return await train(HOME, python, LOOKUPS, default_model_path())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rasa(
    model: Path, python: Path, action_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RasaServer]:
    """A Rasa that serves the model. Tests leave it as they found it."""
    home = tmp_path_factory.mktemp("rasa")
    server = RasaServer(home, python, default_model_path(), action_url, action_token=ACTION_TOKEN)
    await server.start(model, console=Console(quiet=True))
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def assistant(rasa: RasaServer) -> AsyncIterator[Assistant]:
    async with Assistant(rasa) as client:
        yield client


def turn(text: str, **given: Any) -> TurnContext:
    rules = ChannelRules(name="memory", limit=500)
    return TurnContext(**{"turn_id": "7", "text": text, "as_of": datetime.now(UTC), "channel": rules} | given)
