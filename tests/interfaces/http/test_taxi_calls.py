"""What the provider of calls tells of a call to somebody in a taxi."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.interfaces.http.test_reports import partner_says
from tests.interfaces.http.test_taxi import Passenger
from tests.living import Living
from tests.waiting import until


@pytest.fixture
def passenger(service: Living) -> Passenger:
    return Passenger(service)


def test_the_provider_tells_whether_she_answered(service: Living, passenger: Passenger) -> None:
    trip_id = passenger.boarded(plate=None)
    call = {"report_id": str(trip_id), "call_id": "c-1"}
    early = partner_says(service, {"event": "call_connected", **call})
    assert (early.status_code, early.json()["code"]) == (409, "taxi.not_called")
    passenger.operator.post(f"/v1/taxi-trips/{trip_id}/calls").raise_for_status()
    ended = {"event": "call_ended", "end": "unanswered", "talked_s": 0, **call}
    for _ in range(2):
        assert partner_says(service, ended).status_code == 202
    told = [one.TOPIC for one in service.house.app.history(UUID(str(trip_id)))]
    assert told.count("taxi.call_ended") == 1

    def shown() -> Any:
        board = passenger.operator.get("/v1/board", params={"kind": "taxi"}).json()
        return next(one for one in board if one["id"] == str(trip_id))["detail"].get("call")

    assert until(shown) == "unanswered"
