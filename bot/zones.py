"""Moments in words, in the time zone of the person who reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


def zone(name: str) -> tzinfo:
    """The time zone of a name of the IANA database or of an offset like `+02:00`; UTC where it is neither."""
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def is_zone(name: str) -> bool:
    """Whether this machine knows a time zone of this name."""
    return bool(name) and (zone(name) is not UTC or name in ("UTC", "Etc/UTC"))


def offset(seconds: int) -> str:
    """An offset from UTC in seconds as a name that `zone` takes."""
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def clock(at: datetime, name: str, now: datetime) -> str:
    """A moment as somebody in this time zone says it: `12:30` today, else `Mon 23 Nov, 09:00`; UTC is named."""
    here = zone(name)
    local = at.astimezone(here)
    today = local.date() == now.astimezone(here).date()
    said = f"{local:%H:%M}" if today else f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
    return f"{said} UTC" if here is UTC else said


def tomorrow_at(hour: int, name: str, now: datetime) -> datetime:
    """Tomorrow at a full hour of this time zone."""
    here = zone(name)
    day = now.astimezone(here).date() + timedelta(days=1)
    return datetime.combine(day, time(hour), here).astimezone(UTC)
