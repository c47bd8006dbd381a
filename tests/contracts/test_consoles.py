"""Consoles in memory and in PostgreSQL behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.consoles import Console, Consoles
from domain.roles import Role
from infrastructure.consoles import PostgresConsoles
from infrastructure.database import Database
from tests import clusters
from tests.application.console_twins import MemoryConsoles
from tests.memory import GANGDONG, SONGPA

AT = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=15)
KIM = Console(uuid4(), Role.OPERATOR, GANGDONG, AT, AT, AT)
JUNG = Console(uuid4(), Role.SUPERVISOR, GANGDONG, LATER, LATER, LATER)


@pytest.fixture(params=["memory", "postgres"])
def consoles(request: pytest.FixtureRequest, database: clusters.Database) -> Iterator[Consoles]:
    if request.param == "memory":
        yield MemoryConsoles()
        return
    service = Database(database.service_url, application_name="test")
    yield PostgresConsoles(service)
    service.close()


def test_a_console_is_kept_until_it_is_taken(consoles: Consoles) -> None:
    consoles.put(KIM)
    consoles.put(JUNG)
    assert consoles.find(KIM.staff_id) == KIM
    assert list(consoles.of(GANGDONG)) == [KIM, JUNG]
    assert list(consoles.of(SONGPA)) == []
    assert consoles.take(KIM.staff_id) == KIM
    assert consoles.take(KIM.staff_id) is None
    assert list(consoles.all()) == [JUNG]


def test_a_beat_moves_input_only_when_a_hand_was_felt(consoles: Consoles) -> None:
    consoles.put(KIM)
    assert consoles.beat(KIM.staff_id, LATER, felt=False) == replace(KIM, heard_at=LATER)
    assert consoles.beat(KIM.staff_id, LATER, felt=True) == replace(
        KIM, heard_at=LATER, input_at=LATER
    )
    assert consoles.beat(JUNG.staff_id, LATER, felt=True) is None


def test_a_late_beat_moves_nothing_back(consoles: Consoles) -> None:
    consoles.put(JUNG)
    assert consoles.beat(JUNG.staff_id, AT, felt=True) == JUNG


def test_another_post_takes_the_place_of_the_first(consoles: Consoles) -> None:
    consoles.put(KIM)
    consoles.put(replace(KIM, district=SONGPA, started_at=LATER))
    assert [one.district for one in consoles.all()] == [SONGPA]
