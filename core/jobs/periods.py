"""When a scheduled job is due: ``15m``, ``1d 02:00`` or five cron fields. Pure calculation, no clock. Layer: jobs.

Times of day and cron fields are in the time zone of the deployment. Cron fields are read by Huey's ``crontab``: minute, hour,
day, month, weekday (0 or 7 is Sunday), each ``*``, ``*/n``, ``a-b``, ``a,b``; a day must fit both the day and the weekday.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from huey import crontab

from core.errors import JobError
from core.i18n import _

_INTERVAL = re.compile(r"(?P<count>[1-9]\d{0,5})(?P<unit>[smhdw])(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}))?")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_HORIZON_DAYS = 366 * 8 + 2
"""A cron line without a day in this span never fires: 29 February comes at least once in eight years."""


class Period(Protocol):
    """A rule that gives the next time."""

    def following(self, previous: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
        """Return the first time after ``now``, however many were missed.

        Args:
            previous: When the job was last due (aware); None if never.
            now: The present (aware).
        """
        ...


@dataclass(frozen=True)
class Interval:
    """Every so many seconds, counted from the previous time."""

    seconds: int

    def following(self, previous: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
        """Return the next point of the grid that ``previous`` began; without one, a whole interval from ``now``."""
        step = datetime.timedelta(seconds=self.seconds)
        if previous is None or previous > now:
            return now + step
        return previous + ((now - previous) // step + 1) * step


@dataclass(frozen=True)
class Daily:
    """Every so many days at a time of day."""

    days: int
    at: datetime.time
    zone: datetime.tzinfo

    def following(self, previous: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
        """Return the next such time of day, at least ``days`` days after the previous."""
        today = now.astimezone(self.zone).date()
        day = today
        if previous is not None:
            day = max(day, previous.astimezone(self.zone).date() + datetime.timedelta(days=self.days))
        while (found := datetime.datetime.combine(day, self.at, self.zone).astimezone(datetime.UTC)) <= now:
            day += datetime.timedelta(days=1)
        return found


@dataclass(frozen=True)
class Cron:
    """Five cron fields."""

    fields: tuple[str, str, str, str, str]
    zone: datetime.tzinfo

    def _matcher(self, *, whole_day: bool) -> Callable[[datetime.datetime], bool]:
        minute, hour, day, month, weekday = self.fields
        if whole_day:
            minute = hour = "*"
        matcher: Callable[[datetime.datetime], bool] = crontab(minute, hour, day, month, weekday, strict=True)
        return matcher

    def following(self, previous: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
        """Return the first matching minute after ``now``.

        Raises:
            JobError: There is none in the next eight years, such as on 30 February.
        """
        fits_day, fits_minute = self._matcher(whole_day=True), self._matcher(whole_day=False)
        local = now.astimezone(self.zone).replace(tzinfo=None)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        # Days first: stepping through the minutes of years takes seconds.
        for offset in range(_HORIZON_DAYS):
            day = midnight + datetime.timedelta(days=offset)
            if not fits_day(day):
                continue
            for minute in range(24 * 60):
                moment = day + datetime.timedelta(minutes=minute)
                found = moment.replace(tzinfo=self.zone).astimezone(datetime.UTC)
                if found > now and fits_minute(moment):
                    return found
        raise JobError(_("The cron fields %(text)s never come.", text=" ".join(self.fields)), code="job.period")


def parse_period(text: str, zone: datetime.tzinfo = datetime.UTC) -> Period:
    """Read a period.

    Args:
        text: ``30s``, ``15m``, ``6h``, ``1d``, ``2w``; ``1d 02:00`` (every day at two); or five cron fields.
        zone: Time zone of times of day and cron fields.

    Raises:
        JobError: It can't be understood.
    """
    if match := _INTERVAL.fullmatch(text.strip()):
        seconds = int(match["count"]) * _UNITS[match["unit"]]
        if match["hour"] is None:
            return Interval(seconds)
        if match["unit"] in "dw" and int(match["hour"]) < 24 and int(match["minute"]) < 60:
            return Daily(seconds // 86400, datetime.time(int(match["hour"]), int(match["minute"])), zone)
        raise _unreadable(text)
    fields = text.split()
    if len(fields) != 5:
        raise _unreadable(text)
    cron = Cron((fields[0], fields[1], fields[2], fields[3], fields[4]), zone)
    try:
        cron.following(None, datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    except ValueError as error:
        raise _unreadable(f"{text}: {error}") from None
    return cron


def _unreadable(text: str) -> JobError:
    return JobError(
        _("Not a period: %(text)s", text=text),
        hint=_("Write 15m, 6h, 1d, 1d 02:00, or five cron fields such as 0 2 * * 1-5."),
        code="job.period",
    )
