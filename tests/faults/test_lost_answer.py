"""The answer never arrives and the phone sends again; or a whole neighbourhood sends at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from domain.emergency import facts
from domain.emergency.vocabulary import Flag
from tests.clusters import Database
from tests.faults.scenarios import scenario
from tests.living import IN_GANGDONG, Living, living
from tests.silent_line import SilentLine

NEIGHBOURS = 300
AT_ONCE = 32
MANY = 10_000


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Living]:
    with living(database, tmp_path / "home") as service:
        yield service


def trigger(**more: Any) -> dict[str, Any]:
    return {"trigger_id": uuid4().hex, "how": "button", "position": IN_GANGDONG, **more}


def raised(service: Living) -> list[facts.Triggered]:
    found = service.house.reader.read(0, MANY)
    return [fact for fact in found if isinstance(fact, facts.Triggered)]


@scenario(10)
def test_a_repeat_after_a_lost_answer_is_the_same_incident(service: Living) -> None:
    token = service.register().device_token
    line = SilentLine(urlsplit(service.url).port or 0)
    body = trigger()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    line.mute.set()
    with pytest.raises(httpx.TimeoutException):
        httpx.post(f"{line.url}/v1/emergencies", json=body, headers=headers, timeout=1)
    line.mute.clear()
    again = httpx.post(f"{line.url}/v1/emergencies", json=body, headers=headers).json()
    once_more = httpx.post(f"{line.url}/v1/emergencies", json=body, headers=headers).json()
    line.close()
    [one] = raised(service)
    assert again["aggregate_id"] == once_more["aggregate_id"] == str(one.originator_id)
    assert again["cancel_until"] == once_more["cancel_until"]


@scenario(10)
def test_another_body_under_the_same_name_is_kept_as_an_amendment(service: Living) -> None:
    phone = service.client(service.register().device_token)
    body = trigger()
    first = phone.post("/v1/emergencies", json=body).json()
    moved = body | {"position": {"latitude_deg": 37.4954, "longitude_deg": 126.8874}}
    again = phone.post("/v1/emergencies", json=moved)
    assert again.status_code == 202
    assert again.json()["aggregate_id"] == first["aggregate_id"]
    told = [fact.TOPIC for fact in service.house.app.history(UUID(first["aggregate_id"]))]
    assert told[:2] == ["emergency.triggered", "emergency.amended"]


@scenario(14)
def test_a_phone_that_is_a_day_ahead_has_its_window_by_our_clock(service: Living) -> None:
    phone = service.client(service.register().device_token)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    answer = phone.post("/v1/emergencies", json=trigger(sent_at=tomorrow.isoformat())).json()
    until = datetime.fromisoformat(answer["cancel_until"])
    now = datetime.fromisoformat(answer["server_time"])
    assert timedelta(seconds=4) < until - now <= timedelta(seconds=5)
    assert Flag.CLOCK_SKEWED in answer["flags"]
    [one] = raised(service)
    assert one.skew_s == pytest.approx(86_400, abs=30)


@scenario(19)
def test_a_neighbourhood_at_once_is_acknowledged_whole(service: Living) -> None:
    phones = [service.register().device_token for _ in range(NEIGHBOURS)]

    def press(token: str | None) -> UUID:
        answer = service.client(token).post("/v1/emergencies", json=trigger())
        assert answer.status_code == 202
        return UUID(answer.json()["aggregate_id"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        acknowledged = list(pool.map(press, phones))
    assert len(set(acknowledged)) == NEIGHBOURS
    assert sorted(acknowledged) == sorted(one.originator_id for one in raised(service))
