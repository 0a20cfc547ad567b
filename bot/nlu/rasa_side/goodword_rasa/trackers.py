"""A tracker store that keeps nothing: a conversation exists for the turn that brought it along."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

#: What went before the turn that is being handled. Each request runs in a context of its own, so two never meet.
EVENTS: ContextVar[list[Event] | None] = ContextVar("events before this turn", default=None)


class TurnTrackers(TrackerStore):
    """Makes the tracker from the events that the turn brought, and forgets it when the turn is over."""

    def __init__(self, domain: Domain | None, event_broker: EventBroker | None = None, **_: Any) -> None:
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of this turn, or None outside one."""
        events = EVENTS.get()
        if events is None:
            return None
        tracker = self.init_tracker(sender_id)
        for event in events:
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Nothing: what really happened stands in Goodword's record."""

    async def keys(self) -> Iterable[str]:
        """None are kept."""
        return []
