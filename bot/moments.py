"""A moment as people type it: “18:00”, “tomorrow 9:00”, “Friday”, “in 2 hours”."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_in(words: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The next moment that the words can mean in a time zone, as aware UTC-comparable time; None where they mean none.

    `now` is aware.
    """
    import dateparser  # its tables take most of a second to load: only whoever types a moment waits for them

    found: datetime | None = dateparser.parse(
        words.strip(),
        languages=["en"],
        settings={
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None),
            "TIMEZONE": zone.key,
            "RETURN_AS_TIMEZONE_AWARE": True,
        },
    )
    return found
