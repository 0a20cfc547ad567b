"""Events: what happens in the workspace and is told to the app where it subscribed to it."""

from __future__ import annotations

from bot.sandbox import payloads
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.workspace import Installed, Json, Workspace


class Events:
    """Tells the app what it listens to."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._deliveries = deliveries

    def emit(self, subscription: str, event: Json) -> None:
        """Deliver an event in the background where the app's manifest names `subscription`."""
        heard = self._workspace.installed is not Installed.REMOVED
        if heard and subscription in self._workspace.settings.subscriptions:
            self._deliveries.event(payloads.event_callback(self._workspace, event))
