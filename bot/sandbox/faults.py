"""What goes wrong next, set from a test or from the page: calls refused, deliveries lost or doubled, triggers too old.

Each fault is for the next so many calls or deliveries and is then spent. What lasts (a revoked token, an archived
channel) is in administration.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What goes wrong. The first group is about the app's calls, the second about what it is told."""

    RATELIMITED = "ratelimited"
    REFUSED = "refused"
    SERVER_ERROR = "server_error"
    HALF_DONE = "half_done"
    SLOW_CALL = "slow_call"
    UNDELIVERED = "undelivered"
    UNACKNOWLEDGED = "unacknowledged"
    TWICE = "twice"
    SLOW_DELIVERY = "slow_delivery"
    EXPIRED_TRIGGER = "expired_trigger"
    EXCHANGED_TRIGGER = "exchanged_trigger"


CALLS = frozenset({Kind.RATELIMITED, Kind.REFUSED, Kind.SERVER_ERROR, Kind.HALF_DONE, Kind.SLOW_CALL})
DELIVERIES = frozenset({Kind.UNDELIVERED, Kind.UNACKNOWLEDGED, Kind.TWICE, Kind.SLOW_DELIVERY})
TRIGGERS = frozenset({Kind.EXPIRED_TRIGGER, Kind.EXCHANGED_TRIGGER})


@dataclass
class Fault:
    """One thing that goes wrong `times` times.

    `target` is a Web API method (or `response_url`) for calls, and for deliveries the type of a payload or event
    (`block_actions`, `view_submission`, `slash_commands`, `app_home_opened`); empty means any. `retry_after` is in
    whole seconds, as Slack's header; `seconds` is how long a slow one takes; `word` is the refusal's word; `status`
    an HTTP status of 500 or more.
    """

    kind: Kind
    target: str = ""
    times: int = 1
    retry_after: int = 1
    seconds: float = 1.0
    word: str = "internal_error"
    status: int = 503


class Faults:
    """The faults that are set, oldest first."""

    def __init__(self) -> None:
        self.set: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set one more. A trigger is issued before it is known what for, so there a target says nothing."""
        self.set.append(replace(fault, target="") if fault.kind in TRIGGERS else fault)

    def clear(self) -> None:
        """All is well again."""
        self.set.clear()

    def take(self, kinds: frozenset[Kind], target: str) -> Fault | None:
        """The fault that the next call or delivery of this target meets, used up by one."""
        for fault in self.set:
            if fault.kind in kinds and fault.target in ("", target):
                fault.times -= 1
                if fault.times <= 0:
                    self.set.remove(fault)
                return fault
        return None
