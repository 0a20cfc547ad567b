"""Fields of a record, each checked and cleaned: what comes out is safe to store, and masked where it is prose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from knowledge.masking import mask

#: Ids become parts of links, file names and Slack values.
_ID = re.compile(r"[\w][\w.:@/-]{0,199}")


class BadField(ValueError):
    """A field is missing or not what it should be; the reader adds file and line."""


def clean(text: str) -> str:
    """Without what PostgreSQL and UTF-8 refuse: NUL characters and halves of surrogate pairs; line ends are `\\n`."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", errors="replace").decode("utf-8")


def prose(record: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    """A text that a person wrote: cleaned, masked and stripped."""
    value = record.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadField(f"`{name}` must be text, not {type(value).__name__}")
    text = mask(clean(value)).strip()
    if required and not text:
        raise BadField(f"`{name}` is missing or empty")
    return text


def identifier(record: Mapping[str, Any], name: str = "id") -> str:
    """A stable id: letters, digits and `. : @ / _ -`, at most 200 characters. Whole numbers are taken as text."""
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise BadField(f"`{name}` is missing or empty")
    value = clean(value).strip()
    if not _ID.fullmatch(value):
        raise BadField(f"`{name}` may hold letters, digits and . : @ / _ - (200 at most), not {value[:60]!r}")
    return value


def label(record: Mapping[str, Any], name: str) -> str | None:
    """A short name (product, platform, owner …) or None. It is not masked: it names no customer."""
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadField(f"`{name}` must be text, not {type(value).__name__}")
    return clean(value).strip()[:200] or None


def labels(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of short names; one name alone is a list of one."""
    value = record.get(name)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadField(f"`{name}` must be a list of texts")
    return tuple(dict.fromkeys(item for item in (clean(item).strip()[:200] for item in value) if item))


def link(record: Mapping[str, Any], name: str = "url") -> str | None:
    """An http(s) address or None. Anything else is refused: it would be shown to customers."""
    value = label(record, name)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        raise BadField(f"`{name}` is no web address: {value[:80]!r}") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc or re.search(r"\s", value):
        raise BadField(f"`{name}` is no web address: {value[:80]!r}")
    return value


def moment(record: Mapping[str, Any], name: str, *, required: bool = False) -> datetime | None:
    """A date or time in ISO 8601, also as `2024-01-01 01:04:34 +0000`; without a zone it is UTC."""
    value = record.get(name)
    if value is None or value == "":
        if required:
            raise BadField(f"`{name}` is missing or empty")
        return None
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    elif isinstance(value, str):
        try:
            # Python's own parser wants the zone joined to the time.
            found = datetime.fromisoformat(re.sub(r"\s+([+-]\d{2}:?\d{2})$", r"\1", value.strip()))
        except ValueError:
            raise BadField(f"`{name}` is no date: {value[:40]!r}") from None
    else:
        raise BadField(f"`{name}` must be a date, not {type(value).__name__}")
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError):
        raise BadField(f"`{name}` is no date that can be used: {value!r}") from None
