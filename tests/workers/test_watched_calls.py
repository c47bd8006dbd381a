"""Somebody on her way is called, and so is who must find her a watcher: providers at a socket."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.context import Context, Principal
from application.monitoring.commands import RequestMonitoring
from domain.geography import Position
from domain.roles import Role
from tests.memory import GANGDONG, GANGDONG_OFFICE
from tests.waiting import until

CITIZEN = Context(principal=Principal(id=str(uuid4()), role=Role.CITIZEN), correlation_id=uuid4())
KIM = Context(
    principal=Principal(id=str(uuid4()), role=Role.OPERATOR, district=GANGDONG),
    correlation_id=uuid4(),
)
HOME = Position(latitude_deg=37.5391, longitude_deg=127.1238)


@pytest.fixture
def waiting(house, people) -> UUID:
    """A citizen in Gangdong-gu waits for somebody who watches."""
    command = RequestMonitoring(
        request_id="w-1",
        origin=GANGDONG_OFFICE,
        destination=HOME,
        expected_at=house.clock.now() + timedelta(minutes=20),
    )
    citizen_id = people.citizen().citizen_id
    return house.monitoring_desk.request(command, citizen_id, CITIZEN).session_id


def told(plant, channel: str) -> list[dict]:
    return [one["body"] for one in plant.journal() if one["channel"] == channel]


def test_her_call_reaches_the_provider_and_its_answer_the_session(plant, house, waiting) -> None:
    house.monitoring_desk.take(waiting, KIM)
    house.monitoring_desk.call(waiting, KIM)
    with plant.running("relay", "work"):
        until(lambda: "monitoring.call_placed" in plant.facts(waiting))
    [call] = [one for one in told(plant, "call") if one["report_id"] == str(waiting)]
    assert (call["district"], call["language"]) == (GANGDONG, "ko")
    assert call["phone"].startswith("+82")


def test_the_city_is_called_for_whom_nobody_watches(plant, house, people) -> None:
    house.policy = house.policy.model_copy(update={"watch_supervisor_s": 0.2})
    command = RequestMonitoring(
        request_id="w-2",
        origin=GANGDONG_OFFICE,
        destination=HOME,
        expected_at=house.clock.now() + timedelta(minutes=20),
    )
    citizen_id = people.citizen().citizen_id
    session_id = house.monitoring_desk.request(command, citizen_id, CITIZEN).session_id
    with plant.running("schedule", "relay", "work"):
        until(lambda: [one for one in told(plant, "page") if one["report_id"] == str(session_id)])
    [page] = [one for one in told(plant, "page") if one["report_id"] == str(session_id)]
    assert (page["why"], page["about_district"]) == ("monitoring_waiting", GANGDONG)
