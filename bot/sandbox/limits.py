"""About one message a second in a channel, with room for a short burst."""

from __future__ import annotations

import math

from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import Workspace


class MessageRate:
    """A token bucket for each channel: `burst` at once, then one a second."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, channel: str) -> None:
        """Take one message's worth. Refused: ratelimited, with the seconds to wait."""
        settings = self._workspace.settings
        if not settings.rate_limit:
            return
        now = self._workspace.clock()
        left, since = self._buckets.get(channel, (float(settings.burst), now))
        left = min(float(settings.burst), left + now - since)
        if left < 1:
            self._buckets[channel] = (left, now)
            raise Refused(Word.RATELIMITED, retry_after=max(1, math.ceil(1 - left)))
        self._buckets[channel] = (left - 1, now)
