"""The newest word of each bell, in memory and in PostgreSQL; and what the fold says beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from application.bells.ports import BellSigns, Sign
from domain.bell import Bell
from infrastructure.bells.signs import PostgresBellSigns
from infrastructure.database import Database
from tests import clusters
from tests.application.bell_house import MemorySigns

T0 = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def signs(request: pytest.FixtureRequest, database: clusters.Database) -> Iterator[BellSigns]:
    if request.param == "memory":
        yield MemorySigns()
        return
    service = Database(database.service_url, application_name="test")
    yield PostgresBellSigns(service)
    service.close()


def sign(seconds: float, battery_pct: int | None = None, bell_no: str = "GD-1") -> Sign:
    return Sign(
        bell_id=Bell.create_id(bell_no),
        bell_no=bell_no,
        heard_at=T0 + timedelta(seconds=seconds),
        battery_pct=battery_pct,
    )


def test_the_newest_word_is_kept(signs: BellSigns) -> None:
    signs.keep([sign(0, 90), sign(0, 50, "GD-2")])
    signs.keep([sign(60, 80)])
    assert signs.of(Bell.create_id("GD-1")) == sign(60, 80)
    assert signs.of(Bell.create_id("GD-2")) == sign(0, 50, "GD-2")
    assert signs.of(Bell.create_id("GD-3")) is None


def test_a_word_that_comes_late_changes_nothing(signs: BellSigns) -> None:
    signs.keep([sign(60, 80)])
    signs.keep([sign(0, 90)])
    assert signs.of(Bell.create_id("GD-1")) == sign(60, 80)


def test_who_tells_no_charge_has_the_charge_of_before(signs: BellSigns) -> None:
    signs.keep([sign(0, 80)])
    signs.keep([sign(60)])
    assert signs.of(Bell.create_id("GD-1")) == sign(60, 80)
