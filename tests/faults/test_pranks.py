"""Fifty triggers from one device: each is an alarm, and together they are labelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.context import system
from domain.emergency import facts
from domain.roles import Role
from tests.clusters import Database
from tests.faults.scenarios import scenario
from tests.living import GANGDONG, IN_GANGDONG, Living, living
from tests.waiting import until

FIFTY = 50


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Living]:
    with living(database, tmp_path / "home") as service:
        yield service


def raised(service: Living, device: str | None) -> UUID:
    body: dict[str, Any] = {"trigger_id": uuid4().hex, "how": "button", "position": IN_GANGDONG}
    if device is not None:
        body["device"] = {"device_id": device}
    answer = service.client().post("/v1/emergencies", json=body)
    assert answer.status_code == 202
    return UUID(answer.json()["aggregate_id"])


def queue(service: Living) -> dict[UUID, dict[str, Any]]:
    rows = service.as_role(Role.OPERATOR, GANGDONG).get("/v1/queue").json()["rows"]
    return {UUID(row["report_id"]): row for row in rows}


def accepted(service: Living) -> int:
    found = service.house.reader.read(0, 10_000)
    return sum(isinstance(fact, facts.Accepted) for fact in found)


@scenario(20)
def test_fifty_triggers_of_one_device_are_labelled_grouped_and_none_is_dropped(
    service: Living,
) -> None:
    other = raised(service, "somebody else's phone")
    pranks = {raised(service, "a phone that nobody knows") for _ in range(FIFTY)}
    assert len(pranks) == FIFTY
    until(lambda: accepted(service) == FIFTY + 1, within_s=60)
    until(lambda: sum(row["ringing"] for row in queue(service).values()) == FIFTY + 1)
    before = [*queue(service)]
    service.house.labels.look(system("test", correlation_id=uuid4()))
    until(lambda: sum(row["many_triggers"] > 0 for row in queue(service).values()) == FIFTY)
    rows = queue(service)
    assert all(row["ringing"] for row in rows.values())
    assert [*rows] == before
    assert {row["many_triggers"] for row in map(rows.get, pranks) if row} == {FIFTY}
    assert len({row["source"] for row in map(rows.get, pranks) if row}) == 1
    assert rows[other]["many_triggers"] == 0
    one = next(iter(pranks))
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    assert operator.post(f"/v1/reports/{one}/label-review", json={}).is_success
    until(lambda: queue(service)[one]["label_seen"])
    assert queue(service)[one]["ringing"]
    assert service.house.labels.look(system("test", correlation_id=uuid4())) == 0
