from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.moments import moment_in

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("18:00", "2026-11-22T17:00"),
        ("6pm", "2026-11-22T17:00"),
        ("tomorrow 9:00", "2026-11-23T08:00"),
        ("Friday 18:00", "2026-11-27T17:00"),
        ("2026-12-01 09:00", "2026-12-01T08:00"),
        ("in 2 hours", "2026-11-22T12:30"),
        ("1 July 2027 9:00", "2027-07-01T07:00"),  # summer time by then
    ],
)
def test_words_mean_the_next_such_moment_in_the_persons_own_time(words: str, meant: str) -> None:
    found = moment_in(words, ZoneInfo("Europe/Berlin"), NOW)
    assert found is not None
    assert found.astimezone(UTC).isoformat()[:16] == meant


@pytest.mark.parametrize("words", ["", "whenever", "the cows come home"])
def test_other_words_mean_none(words: str) -> None:
    assert moment_in(words, ZoneInfo("UTC"), NOW) is None
