"""Clock arithmetic in service hours: when somebody is there, and how long that has been. No I/O, no present moment.

A day's hours are local wall-clock times, turned into moments one by one: on the day on which the clocks change, a shift
from 22:00 to 06:00 lasts seven or nine hours, as it does for those who work it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Monday is 0, as in `date.weekday`.
EVERY_DAY = frozenset(range(7))
#: Days that are looked at for an hour of service; longer away than that nobody is, and nothing waits longer.
_LOOKED_AT = 800
#: So many weeks of service may be waited for: within the days that are looked at they have passed, with half a year of
#: days off among them.
MOST_WEEKS = 80


@dataclass(frozen=True)
class Hours:
    """When the team is there. With `start` and `end` None it always is. Where `end` is not after `start` the shift ends
    the next day; a shift belongs to the day on which it begins. On days `off` nobody is there."""

    zone: str = "UTC"
    days: frozenset[int] = EVERY_DAY
    start: time | None = None
    end: time | None = None
    off: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """Whether there is no hour without service."""
        return self.start is None or self.end is None

    @property
    def weekly(self) -> timedelta:
        """How much service a week has that holds no day off."""
        if self.start is None or self.end is None:
            return timedelta(weeks=1)
        begins, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in (self.start, self.end))
        return len(self.days) * (ends - begins if ends > begins else ends - begins + timedelta(days=1))

    def shift(self, day: date) -> tuple[datetime, datetime] | None:
        """When service begins and ends on the shift of this day, in UTC; None where there is none."""
        if self.start is None or self.end is None or day.weekday() not in self.days or day in self.off:
            return None
        last = day if self.end > self.start else day + timedelta(days=1)
        begins, ends = self._moment(day, self.start), self._moment(last, self.end)
        return (begins, ends) if begins < ends else None

    def _moment(self, day: date, at: time) -> datetime:
        # a time that the clocks skip is read by the clock as it was before; one that comes twice is the first
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)

    def shifts(self, first: date, step: int = 1) -> Iterator[tuple[datetime, datetime]]:
        """The shifts from this day on (`step` -1: backwards), as far as anybody looks."""
        for n in range(_LOOKED_AT):
            if found := self.shift(first + timedelta(days=step * n)):
                yield found

    def open_at(self, moment: datetime) -> bool:
        """Whether the team is there at this moment."""
        if self.always:
            return True
        today = self._local(moment)
        around = (self.shift(today - timedelta(days=1)), self.shift(today))
        return any(found and found[0] <= moment < found[1] for found in around)

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of service has passed since `moment`.

        Raises:
            OverflowError: not so much service within more than two years.
        """
        if self.always:
            return moment + span
        for begins, ends in self.shifts(self._local(moment) - timedelta(days=1)):
            begins = max(begins, moment)
            if ends > begins and ends - begins >= span:
                return begins + span
            span -= max(ends - begins, timedelta())
        raise OverflowError("not so much service within two years")

    def before(self, moment: datetime, span: timedelta) -> datetime | None:
        """The latest moment since which at least `span` of service has passed by `moment`: what is as old as that or
        older has waited so long. None where the last two years and more held less service: nothing has."""
        if self.always:
            return moment - span
        for begins, ends in self.shifts(self._local(moment) + timedelta(days=1), -1):
            ends = min(ends, moment)
            if ends > begins and ends - begins >= span:
                return ends - span
            span -= max(ends - begins, timedelta())
        return None

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()


#: Service round the clock.
ALWAYS = Hours()
