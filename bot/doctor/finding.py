"""What was found when a part was looked at: fine, not in use, or wrong and how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from knowledge.errors import GoodwordError


class Standing(StrEnum):
    """How a part stands. `off` is no fault: nobody has asked for it, or it is not running now."""

    OK = "ok"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the report. `mend` says what to do; no token or password stands in any of it."""

    part: str
    standing: Standing
    says: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def ok(part: str, says: str, mend: str = "") -> Finding:
    """All is well; `mend` is what could be done all the same."""
    return Finding(part, Standing.OK, says, mend)


def off(part: str, says: str, mend: str = "") -> Finding:
    """Not in use, or not running now."""
    return Finding(part, Standing.OFF, says, mend)


def wrong(part: str, says: str, mend: str = "") -> Finding:
    """Something is to be done."""
    return Finding(part, Standing.WRONG, says, mend)


def of_error(part: str, error: GoodwordError) -> Finding:
    """What an error says, and its hint."""
    return wrong(part, str(error), error.hint)
