"""The contract suite: the same expectations of the real services as of their stand-ins.

Only `make live-check` lets it run (and the test of that, against the stand-ins); by itself every test is deselected.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from bot import settings as settings_module
from bot.channels.mastodon import MastodonChannel
from bot.settings import Settings
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom

#: Set by `tests.live` once a person has agreed.
SWITCH = "LIVE_CHECK"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Nothing here runs by accident."""
    ours = [item for item in items if "/tests/live/" in item.path.as_posix()]
    if os.environ.get(SWITCH) != "yes" and ours:
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in ours]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """What is connected: environment, goodword.toml, stored tokens."""
    return settings_module.load()


@pytest.fixture
def config(settings: Settings) -> SlackConfig:
    """The workspace."""
    if settings.slack_bot_token is None:
        pytest.skip("no Slack workspace is connected")
    return SlackConfig.of(settings)


@pytest.fixture
def room(config: SlackConfig) -> SlackRoom:
    """Its review channel."""
    return SlackRoom.of(config)


@pytest.fixture
async def channel(settings: Settings) -> AsyncIterator[MastodonChannel]:
    """The account."""
    if not (settings.mastodon_url and settings.mastodon_token):
        pytest.skip("no Mastodon account is connected")
    connected = MastodonChannel(settings.mastodon_url, settings.mastodon_token.get_secret_value())
    yield connected
    connected.close()
