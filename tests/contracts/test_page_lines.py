"""Who called a line last, in memory and in PostgreSQL: one call is for all who asked before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.pager import PageLines, Turn
from infrastructure.database import Database
from infrastructure.page_lines import PostgresPageLines
from tests import clusters
from tests.application.pager_twin import MemoryPageLines

T0 = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
WITHIN = timedelta(seconds=10)
FIRST, SECOND, THIRD = uuid4(), uuid4(), uuid4()
MINE = Turn()


@pytest.fixture(params=["memory", "postgres"])
def lines(request: pytest.FixtureRequest, database: clusters.Database) -> Iterator[PageLines]:
    if request.param == "memory":
        yield MemoryPageLines()
        return
    service = Database(database.service_url, application_name="test")
    yield PostgresPageLines(service)
    service.close()


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def take(lines: PageLines, delivery: object, at_s: float, asked_s: float, line: str = "a") -> Turn:
    return lines.take(line, delivery, asked_at=after(asked_s), at=after(at_s), within=WITHIN)  # type: ignore[arg-type]


def test_the_first_calls_at_once_and_is_for_all_who_asked_before(lines: PageLines) -> None:
    assert take(lines, FIRST, 1, 0) == MINE
    assert take(lines, SECOND, 1.5, 0.5) == Turn(wait=timedelta(seconds=9.5))
    lines.told("a", FIRST, "c-1")
    assert take(lines, SECOND, 2, 0.5) == Turn(told_by="c-1")
    assert take(lines, FIRST, 2, 0) == Turn(told_by="c-1")
    assert take(lines, SECOND, 600, 0.5) == Turn(told_by="c-1")


def test_who_asks_later_waits_for_the_next_call(lines: PageLines) -> None:
    take(lines, FIRST, 1, 0)
    lines.told("a", FIRST, "c-1")
    assert take(lines, SECOND, 4, 3) == Turn(wait=timedelta(seconds=7))
    assert take(lines, SECOND, 11, 3) == MINE
    assert take(lines, THIRD, 11, 5) == Turn(wait=WITHIN)
    lines.told("a", SECOND, "c-2")
    assert take(lines, THIRD, 12, 5) == Turn(told_by="c-2")


def test_lines_have_nothing_to_do_with_each_other(lines: PageLines) -> None:
    assert take(lines, FIRST, 1, 0) == MINE
    assert take(lines, SECOND, 1, 0, line="b") == MINE


def test_who_took_the_line_and_crashed_calls_again(lines: PageLines) -> None:
    assert take(lines, FIRST, 1, 0) == take(lines, FIRST, 3, 0) == MINE
    assert take(lines, SECOND, 11, 5) == MINE, "and keeps nobody for longer than its time"


def test_a_line_that_was_left_is_free_and_only_its_own_can_leave_it(lines: PageLines) -> None:
    take(lines, FIRST, 1, 0)
    lines.leave("a", SECOND)
    assert take(lines, SECOND, 2, 1).wait is not None
    lines.leave("a", FIRST)
    assert take(lines, SECOND, 2, 1) == MINE


def test_a_call_that_was_told_too_late_is_nobodys(lines: PageLines) -> None:
    take(lines, FIRST, 1, 0)
    take(lines, SECOND, 11, 5)
    lines.told("a", FIRST, "c-1")
    assert take(lines, THIRD, 12, 5).told_by is None
