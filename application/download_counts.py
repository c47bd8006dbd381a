"""Daily download counts as a store or an office hands them over: a table in a text file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from pydantic import Field, ValidationError

from application.errors import ApplicationError
from domain.base import Value
from domain.ledger import Part

COLUMNS = ("store", "day", "count")


class CountsUnreadable(ApplicationError):
    """The file as a whole cannot be read; the message says what to do."""

    code: ClassVar[str] = "counts_unreadable"


class DayCount(Value):
    """What one store counted on one day (Asia/Seoul)."""

    store: Part
    day: date
    count: int = Field(ge=0)


class Quarantined(Value):
    """A line that was left out, and why."""

    line: int
    reason: str


class ReadCounts(Value):
    counts: tuple[DayCount, ...]
    quarantined: tuple[Quarantined, ...]


def read_counts(content: bytes) -> ReadCounts:
    """Read ``store,day,count`` lines; a line that cannot be read is left out and named.

    UTF-8 with or without a mark, else CP949 as Korean offices write it. ``day`` as
    ``2023-08-27``; thousands in ``count`` may be parted by commas when quoted.

    Raises:
        CountsUnreadable: neither encoding fits, or the columns are not there.
    """
    table = csv.DictReader(io.StringIO(_text(content), newline=""), skipinitialspace=True)
    named = {(name or "").strip().lower(): name for name in table.fieldnames or ()}
    missing = [column for column in COLUMNS if column not in named]
    if missing:
        raise CountsUnreadable(
            f"line 1: no column {', '.join(missing)}; the first line must name "
            f"{', '.join(COLUMNS)}."
        )
    counts: list[DayCount] = []
    quarantined: list[Quarantined] = []
    for row in table:
        if not any((value or "").strip() for value in row.values() if isinstance(value, str)):
            continue
        read = _row(row, named)
        if isinstance(read, DayCount):
            counts.append(read)
        else:
            quarantined.append(Quarantined(line=table.line_num, reason=read))
    return ReadCounts(counts=tuple(counts), quarantined=tuple(quarantined))


def _row(row: Mapping[str, str | None], named: Mapping[str, str]) -> DayCount | str:
    store, day, count = ((row.get(named[column]) or "").strip() for column in COLUMNS)
    if None in row:
        return "more values than columns; a count with commas must be quoted"
    try:
        return DayCount.model_validate(
            {"store": store.lower(), "day": day, "count": count.replace(",", "")}
        )
    except ValidationError as error:
        trouble = error.errors(include_url=False)[0]
        return f"{trouble['loc'][0]}: {trouble['msg']}"


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CountsUnreadable("The file is neither UTF-8 nor CP949; save it as UTF-8.")
