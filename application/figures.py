"""Published totals, read as their source states them and taken apart into periods.

A source states cumulative totals (“205,902 to 2022”) and parts (“of which 18,702 in 2023”).
Both are kept as stated in the file; this module checks them against each other and makes
the periods that the ledger opens. The format is documented in ``docs/figures.md``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar

from pydantic import Field, ValidationError

from application.errors import ApplicationError
from domain.base import Value
from domain.ledger import Balance, Period


class FiguresUnreadable(ApplicationError):
    """The file of figures contradicts itself or its format; the message names the line."""

    code: ClassVar[str] = "figures_unreadable"


class Total(Value):
    """Everything counted from the beginning to the end of ``until``."""

    until: date
    total: int = Field(ge=0)


class Within(Value):
    """What was counted between two days, both included."""

    since: date
    until: date
    count: int = Field(ge=0)


class Statement(Value):
    """What a source says of one kind of count."""

    cumulative: tuple[Total, ...] = Field(min_length=1)
    within: tuple[Within, ...] = ()


class Published(Value):
    """The file itself."""

    source: str = Field(min_length=1)
    downloads: Statement | None = None
    usage: Statement | None = None


class OpeningBalance(Value):
    period: Period
    count: int


class Figures(Value):
    """Opening balances ready for the ledger."""

    source: str
    downloads: tuple[OpeningBalance, ...]
    usage: tuple[OpeningBalance, ...]


def read_figures(text: str) -> Figures:
    """Read a file of published figures.

    Raises:
        FiguresUnreadable: names the line, what is wrong with it, and what to do.
    """
    try:
        published = Published.model_validate_json(text.lstrip("\ufeff"))
    except ValidationError as error:
        raise FiguresUnreadable(_first_trouble(error)) from error
    return Figures(
        source=published.source,
        downloads=_periods(published.downloads, Balance.DOWNLOADS, text),
        usage=_periods(published.usage, Balance.USAGE, text),
    )


def _periods(statement: Statement | None, kind: Balance, text: str) -> tuple[OpeningBalance, ...]:
    if statement is None:
        return ()
    totals = _totals_by_day(statement, kind, text)
    days = sorted(totals)
    balances = [_balance(None, days[0], totals[days[0]])]
    for earlier, later in pairwise(days):
        if totals[later] < totals[earlier]:
            raise _contradiction(
                kind,
                text,
                later,
                f"the total {totals[later]} is below {totals[earlier]} of {earlier}; "
                "a cumulative total never falls: check both.",
            )
        balances.append(
            _balance(earlier + timedelta(days=1), later, totals[later] - totals[earlier])
        )
    return tuple(balances)


def _totals_by_day(statement: Statement, kind: Balance, text: str) -> dict[date, int]:
    """Every day on which the cumulative total is known, also through the parts."""
    totals: dict[date, int] = {}
    for stated in statement.cumulative:
        _learn(totals, stated.until, stated.total, kind, text)
    for part in sorted(statement.within, key=lambda one: one.until, reverse=True):
        if part.since > part.until:
            raise _contradiction(kind, text, part.until, f"{part.since} is after {part.until}.")
        before = part.since - timedelta(days=1)
        if part.until in totals:
            _learn(totals, before, totals[part.until] - part.count, kind, text)
        elif before in totals:
            _learn(totals, part.until, totals[before] + part.count, kind, text)
        else:
            raise _contradiction(
                kind,
                text,
                part.until,
                f"nothing ties {part.since} to {part.until} to a total; "
                "state the cumulative total at one of its ends.",
            )
    return totals


def _learn(totals: dict[date, int], day: date, total: int, kind: Balance, text: str) -> None:
    known = totals.setdefault(day, total)
    if known != total:
        raise _contradiction(
            kind,
            text,
            day,
            f"the totals up to {day} contradict each other: {known} and {total}; "
            "correct the one that the source does not state.",
        )
    if total < 0:
        raise _contradiction(
            kind, text, day, f"the total up to {day} would be {total}; a part is too large."
        )


def _balance(since: date | None, until: date, count: int) -> OpeningBalance:
    return OpeningBalance(period=Period(since=since, until=until), count=count)


def _contradiction(kind: Balance, text: str, day: date, what: str) -> FiguresUnreadable:
    return FiguresUnreadable(f"{_place(kind, text, day)}: {kind}: {what}")


def _place(kind: Balance, text: str, day: date) -> str:
    """The line in the section ``kind`` that names ``day``, as well as it can be found."""
    section = re.search(rf'"{kind}"\s*:', text)
    start = section.end() if section else 0
    named = text.find(day.isoformat(), start)
    at = named if named >= 0 else start
    return f"line {text.count(chr(10), 0, at) + 1}"


def _first_trouble(error: ValidationError) -> str:
    trouble = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in trouble["loc"]) or "the file"
    return f"{where}: {trouble['msg']}. The format is described in docs/figures.md."
