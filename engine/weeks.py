"""ISO weeks, as `2026-W47`, in the zone whose midnights part them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import UsageError

WEEK = re.compile(r"(\d{4})-W(\d{2})")


def zone_named(name: str) -> tzinfo:
    """The zone of that name, UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def week_of(at: float, zone: tzinfo = UTC) -> str:
    """The ISO week of a time, as `2026-W47`."""
    return _written(datetime.fromtimestamp(at, zone))


def week_names(now: float, count: int, zone: tzinfo = UTC) -> list[str]:
    """The last `count` ISO weeks, oldest first, that of `now` last."""
    today = datetime.fromtimestamp(now, zone)
    return [_written(today - timedelta(weeks=back)) for back in reversed(range(count))]


def bounds(week: str, zone: tzinfo = UTC) -> tuple[float, float]:
    """Where a week starts and ends (excluded). UsageError when no calendar has it."""
    found = WEEK.fullmatch(week)
    try:
        if found is None:
            raise ValueError
        start = datetime.fromisocalendar(int(found[1]), int(found[2]), 1).replace(tzinfo=zone)
        return start.timestamp(), (start + timedelta(weeks=1)).timestamp()
    except (ValueError, OverflowError):
        raise UsageError(f"{week}: no week; weeks are written 2026-W47") from None


def _written(day: datetime) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
