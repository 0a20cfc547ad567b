"""A sandbox to connect to, and goodword as a script or a person runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Workspace
from tests.integration.channels.conftest import network  # noqa: F401 (a fixture)
from tests.integration.service.command_line import goodword  # noqa: F401 (a fixture)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A workspace whose app may do everything but look people up."""
    workspace = Workspace()
    workspace.settings = replace(workspace.settings, scopes=workspace.settings.scopes - {"users:read"})
    with RunningSandbox(workspace) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where goodword keeps its files here."""
    return tmp_path / "home"


@pytest.fixture
def environ(sandbox: RunningSandbox, home: Path) -> dict[str, str]:
    """The environment of a person who has set nothing but where the sandbox is."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GOODWORD_")}
    ours = {"GOODWORD_HOME": str(home), "GOODWORD_SLACK_BASE_URL": sandbox.api, "COLUMNS": "80"}
    return {**plain, **ours, "PYTHONPATH": str(Path(__file__).parents[3])}
