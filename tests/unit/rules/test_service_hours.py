"""Service hours: weekends, days off, time zones, and the two days a year on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.escalation import Kind, Rung, cutoff
from bot.rules.rules import Rules
from bot.rules.service_hours import ALWAYS, MOST_WEEKS, Hours

OFFICE = Hours("Europe/Berlin", frozenset(range(5)), time(9), time(17), frozenset({date(2026, 12, 25)}))
NIGHT = Hours("Europe/Berlin", start=time(22), end=time(6))


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 08:00", True),  # Friday nine o'clock in Berlin
        ("2026-11-20 07:59", False),
        ("2026-11-20 16:00", False),
        ("2026-11-21 10:00", False),  # Saturday
        ("2026-12-25 10:00", False),  # off
        ("2026-07-20 07:00", True),  # summer time
    ],
)
def test_when_somebody_is_there(moment: str, is_open: bool) -> None:
    assert OFFICE.open_at(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "hours", "then"),
    [
        ("2026-11-20 09:00", 2, "2026-11-20 11:00"),
        ("2026-11-20 15:00", 2, "2026-11-23 09:00"),  # over the weekend
        ("2026-11-21 03:00", 1, "2026-11-23 09:00"),
        ("2026-12-24 15:30", 1, "2026-12-28 08:30"),  # over Christmas and a weekend
        ("2026-11-20 15:00", 17, "2026-11-24 16:00"),  # to the very end of a day
    ],
)
def test_how_long_that_has_been(moment: str, hours: int, then: str) -> None:
    assert OFFICE.after(at(moment), timedelta(hours=hours)) == at(then)


def test_the_night_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    spring, autumn, usual = (NIGHT.shift(date(2026, *day)) for day in ((3, 28), (10, 24), (6, 1)))
    lengths = [ends - begins for begins, ends in filter(None, (spring, autumn, usual))]
    assert lengths == [timedelta(hours=7), timedelta(hours=9), timedelta(hours=8)]
    assert NIGHT.open_at(at("2026-06-02 03:00"))  # the shift of the evening before
    assert NIGHT.after(at("2026-03-28 21:00"), timedelta(hours=7)) == at("2026-03-29 04:00")


def test_round_the_clock_waiting_is_just_time() -> None:
    moment = at("2026-11-21 03:00")
    assert ALWAYS.open_at(moment)
    assert ALWAYS.after(moment, timedelta(hours=1)) == moment + timedelta(hours=1)
    assert ALWAYS.before(moment, timedelta(hours=1)) == moment - timedelta(hours=1)


@given(
    moment=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    minutes=st.integers(1, 5000),
    hours=st.sampled_from([OFFICE, NIGHT, Hours("America/New_York", frozenset({6}), time(0, 30), time(3))]),
)
def test_forwards_and_backwards_agree(moment: datetime, minutes: int, hours: Hours) -> None:
    """What is due at a moment is exactly what has waited since the latest moment that counts, or longer."""
    heard, span = moment.replace(tzinfo=UTC, microsecond=0), timedelta(minutes=minutes)
    due = hours.after(heard, span)
    since, earlier = hours.before(due, span), hours.before(due - timedelta(seconds=1), span)
    assert since is not None
    assert earlier is not None
    assert earlier < heard <= since
    assert hours.after(since, span) == due


def test_where_nobody_ever_is_nothing_is_ever_due() -> None:
    never = Hours("UTC", frozenset(), time(9), time(17))
    with pytest.raises(OverflowError):
        never.after(at("2026-11-20 09:00"), timedelta(minutes=1))
    off = frozenset(date(2024, 1, 1) + timedelta(days=n) for n in range(1500))
    for hours in (never, Hours("UTC", start=time(9), end=time(17), off=off)):
        assert hours.before(at("2026-11-20 09:00"), timedelta(minutes=1)) is None
        assert not hours.open_at(at("2026-11-20 09:00"))


def test_what_takes_longer_than_anybody_looks_back_is_not_due() -> None:
    """An hour on Mondays: a wait of 150 hours would take three years."""
    weekly = Hours("UTC", frozenset({0}), time(9), time(10))
    assert weekly.weekly == timedelta(hours=1)
    assert weekly.before(at("2026-11-23 09:30"), timedelta(hours=150)) is None
    assert weekly.before(at("2026-11-23 09:30"), timedelta(hours=MOST_WEEKS)) is not None
    rules = Rules(hours=weekly)
    rung = Rung(timedelta(hours=150), Kind.REMIND)
    assert cutoff(rung, rules, at("2026-11-23 09:30"), at("2020-01-01 00:00")) is None


@pytest.mark.parametrize(
    ("hours", "weekly"),
    [(OFFICE, 40), (NIGHT, 56), (ALWAYS, 168), (Hours(start=time(9), end=time(9)), 168)],
)
def test_how_much_service_a_week_has(hours: Hours, weekly: int) -> None:
    assert hours.weekly == timedelta(hours=weekly)
