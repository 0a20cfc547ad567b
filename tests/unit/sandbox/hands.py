"""A workspace and the hands of its people in memory: what reaches the app is written down, and answered as told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.commands import Commands
from bot.sandbox.deliveries import Deliveries, NotDelivered, Retry
from bot.sandbox.handles import ResponseUrls, Triggers
from bot.sandbox.interactions import Interactions
from bot.sandbox.responses import Responses
from bot.sandbox.shortcuts import Shortcuts
from bot.sandbox.workspace import Settings, Workspace

Json = dict[str, Any]
ANNA, TOM, BASE = "U0ANNAREYES", "U0TOMOKAFOR", "http://127.0.0.1:1/"


class Recorded(Deliveries):
    """Delivers into a list. `answer` is what the app acknowledges with, `fails` why it does not."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.seen: list[tuple[str, Json]] = []
        self.answer: Json = {}
        self.fails: NotDelivered | None = None

    async def _send(self, kind: str, payload: Json, *, answerable: bool = False, again: Retry | None = None) -> Json:
        self.seen.append((kind, payload))
        if self.fails:
            raise self.fails
        return self.answer


@dataclass
class Hands:
    """Everything that a test of one entry point needs."""

    workspace: Workspace
    app: Recorded
    triggers: Triggers
    urls: ResponseUrls
    responses: Responses
    commands: Commands
    shortcuts: Shortcuts
    interactions: Interactions
    settings: Settings = field(default_factory=Settings)

    def texts(self, channel: str = "C0REVIEWS01", user: str = ANNA) -> list[str]:
        """What a person reads in a channel."""
        shown = self.workspace.channels[channel].messages.values()
        return [message.text for message in shown if message.visible_to in (None, user)]


def hands(settings: Settings | None = None) -> Hands:
    """A fresh workspace with its people's hands."""
    workspace = Workspace(settings or Settings())
    triggers, urls, app = Triggers(workspace), ResponseUrls(workspace), Recorded(workspace)
    responses = Responses(workspace, urls)
    return Hands(
        workspace,
        app,
        triggers,
        urls,
        responses,
        Commands(workspace, triggers, urls, app, responses),
        Shortcuts(workspace, triggers, urls, app),
        Interactions(workspace, triggers, urls, app),
    )
