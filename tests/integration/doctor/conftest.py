"""What the doctor looks at: a sandbox, a network, a database, and goodword as a person runs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.running import RunningSandbox
from tests.integration.channels.conftest import network  # noqa: F401 (a fixture)
from tests.integration.service.command_line import goodword  # noqa: F401 (a fixture)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running
