"""A sandbox for tests of what people click: how soon we answer is not theirs to judge."""

from __future__ import annotations

from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings, Workspace
from tests.waiting import PATIENCE


def patient() -> RunningSandbox:
    """Its trigger ids last as long as a busy machine may take. That they last for 3 s, and that we are in time, is seen
    in `tests/integration/slack` and by `bench.acknowledgements`."""
    return RunningSandbox(Workspace(Settings(trigger_seconds=PATIENCE)))
