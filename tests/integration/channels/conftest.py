"""A real mastodon-mock, one for all tests of this folder; each test speaks with people of its own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.mastodon import MastodonChannel
from bot.square.network import SquareNetwork
from bot.square.town import Person, Town

BRAND = Person("holloway", "Holloway Tools")
_numbers = itertools.count(1)


@cache
def _running(folder: Path) -> SquareNetwork:
    running = SquareNetwork(folder, brand=BRAND)
    asyncio.run(running.start())
    return running


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> SquareNetwork:
    """The running network, the same for the channel's and the square's tests. It ends with the tests' own process."""
    return _running(tmp_path_factory.getbasetemp() / "town")


@pytest.fixture
async def town(network: SquareNetwork) -> AsyncIterator[Town]:
    """Its people."""
    opened = Town(network.url)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(network: SquareNetwork) -> AsyncIterator[MastodonChannel]:
    """The brand's account, by the connector under test."""
    connected = MastodonChannel(network.url, network.brand_token, timeout=5.0)
    yield connected
    connected.close()


@pytest.fixture
def person() -> Person:
    """Somebody nobody else knows."""
    return Person.named(f"Anna {next(_numbers)}")


class Faults:
    """mastodon-mock's own control of what goes wrong."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False)

    def add(self, path: str, effect: dict[str, Any], *, methods: tuple[str, ...] = ("POST",), count: int = 1) -> None:
        """The next `count` calls of that path have this effect."""
        rule = {"match": {"methods": list(methods), "path": path}, "effect": effect, "count": count}
        self._http.post("/api/v1/_mock/faults", json=rule).raise_for_status()

    def clear(self) -> None:
        """All is well again."""
        self._http.delete("/api/v1/_mock/faults").raise_for_status()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@pytest.fixture
def faults(network: SquareNetwork) -> Iterator[Faults]:
    """Faults of the network, switched off after the test."""
    control = Faults(network.url)
    yield control
    control.clear()
    control.close()
