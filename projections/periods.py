"""Counts of periods, added up the way a city publishes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import accumulate
from typing import NamedTuple


class Counted(NamedTuple):
    """Whole days, both ends included; ``since`` None: from the beginning."""

    since: date | None
    until: date
    number: int


def label(day: date) -> str:
    """The year when ``day`` ends it, else the day itself."""
    return str(day.year) if (day.month, day.day) == (12, 31) else day.isoformat()


def cumulative(counted: Collection[Counted], ends: Iterable[date] = ()) -> dict[str, int]:
    """Totals to ``ends``, to the end of each year that daily counts pass, and to the last day."""
    if not counted:
        return {}
    by_day: dict[date, int] = {}
    for one in counted:
        by_day[one.until] = by_day.get(one.until, 0) + one.number
    last = max(by_day)
    shown = {*ends, last, *(date(day.year, 12, 31) for day in by_day if day.year < last.year)}
    days = sorted({*by_day, *shown})
    totals = accumulate(by_day.get(day, 0) for day in days)
    return {label(day): total for day, total in zip(days, totals, strict=True) if day in shown}


def new_by_year(counted: Iterable[Counted]) -> dict[str, int]:
    """Counts of the periods that lie within one year; others can't be told apart."""
    years: dict[str, int] = {}
    for since, until, count in sorted(counted, key=lambda one: one.until):
        if since is not None and since.year == until.year:
            years[str(until.year)] = years.get(str(until.year), 0) + count
    return years
