"""The stand-in endpoint on loopback, the real client to it, and the actions over a small library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from actions import endpoint
from actions.proposal import Proposal, TurnContext
from actions.writer import EndpointWriter
from bot.model_stand_in.app import StandIn, create
from tests.integration.conftest import Serve
from tests.unit.actions.conftest import FixedSearcher, entry, hit, turn
from tests.unit.actions.test_endpoint import _payload

__all__ = ["entry", "hit", "turn"]  # fixtures of the actions' own tests

#: Seconds an honest answer may take on a busy machine. Who stalls does so for an hour.
PATIENCE = 60.0


@dataclass
class Model:
    """A stand-in that listens at `url`."""

    stand_in: StandIn
    url: str

    def writer(self, *, model: str = "", key: str | None = "", timeout: float = PATIENCE) -> EndpointWriter:
        return EndpointWriter(self.url, model or self.stand_in.model, self.stand_in.key if key == "" else key, timeout)


@pytest.fixture
def model(serve: Serve) -> Model:
    stand_in = StandIn()
    return Model(stand_in, f"{serve(create(stand_in))}/v1")


Propose = Callable[..., Any]


@pytest_asyncio.fixture
async def propose(model: Model, hit: Callable[..., Any]) -> AsyncIterator[Propose]:
    """What the action proposes for a turn, over HTTP to the endpoint and back, as Rasa would be answered."""
    writers: list[EndpointWriter] = []

    async def ask(turn: TurnContext, writer: EndpointWriter | None = None, found: Any = None) -> Proposal:
        writers.append(writer or model.writer())
        library = FixedSearcher(usage=(found or hit(),))
        answer = await endpoint.run(endpoint.executor(library, writers[-1]), _payload(turn))
        return Proposal.model_validate(answer["responses"][0]["custom"]["proposal"])

    yield ask
    for writer in writers:
        await writer.aclose()
