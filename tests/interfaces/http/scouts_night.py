"""A district's night over the wire, at whatever hour the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.night import night_of
from domain.policy import Policy
from domain.roles import Role
from tests.clusters import Cluster
from tests.living import GANGDONG, Living, living

POLICY = Policy(
    scouts_from=time(0, 0),
    scouts_until=time(0, 0),
    escort_meet_before_s=86_400,
    escort_watch_within_s=0.5,
    escort_takes_s=60,
)
"""At whatever hour the tests run, somebody goes out."""
OFFICE = {"latitude_deg": 37.5301, "longitude_deg": 127.1238}
HOME = {"latitude_deg": 37.5381, "longitude_deg": 127.1302}


@contextmanager
def serving(cluster: Cluster, folders: pytest.TempPathFactory) -> Iterator[Living]:
    """A service in which scouts go out now."""
    folder = folders.mktemp("scouts") / "home"
    with cluster.database() as database, living(database, folder, policy=POLICY) as service:
        yield service


class Night:
    """A district's night: its supervisor, an operator, two scouts, a citizen."""

    def __init__(self, service: Living) -> None:
        self.service = service
        self.supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
        self.operator = service.as_role(Role.OPERATOR, GANGDONG)
        self.citizen = service.client(service.register().device_token)
        self.scouts, self.scout_ids = [], []
        for name in ("미나", "하나"):
            body = {"district": GANGDONG, "name": name, "phone": "+821055550001"}
            told = self.supervisor.post("/v1/scouts", json=body).raise_for_status().json()
            self.scouts.append(service.client(told["token"]))
            self.scout_ids.append(told["scout_id"])
        offered = self.offered()
        assert offered, "the clock allows a start at any hour"
        self.starts_at = offered[-1]["starts_at"]
        self.night = night_of(datetime.fromisoformat(self.starts_at), POLICY)
        self.roster = f"/v1/scout-rosters/{GANGDONG}/{self.night}"
        self.team = self.form(self.scout_ids)

    def offered(self) -> Any:
        answer = self.citizen.post("/v1/escorts/starts", json={"meeting": OFFICE})
        return answer.raise_for_status().json()["starts"]

    def form(self, scout_ids: list[str]) -> Any:
        answer = self.supervisor.post(f"{self.roster}/teams", json={"scouts": scout_ids})
        return answer.raise_for_status().json()["team_id"]

    def book(self, **changes: Any) -> httpx.Response:
        body = {
            "request_id": str(uuid4()),
            "starts_at": self.starts_at,
            "meeting": OFFICE,
            "meeting_note": "2번 출구 앞",
            "destination": HOME,
        }
        return self.citizen.post("/v1/escorts", json=body | changes)

    def booked(self) -> dict[str, Any]:
        answer = self.book()
        assert answer.status_code == 201, answer.text
        return answer.json()

    def stands_down(self) -> None:
        """So that no other test's citizen is promised this team."""
        self.supervisor.delete(f"{self.roster}/teams/{self.team}")


def line_of(client: httpx.Client, escort_id: str) -> dict[str, Any]:
    rows = client.get("/v1/board", params={"kind": "escort"}).raise_for_status().json()
    return next((row for row in rows if row["id"] == escort_id), {})


def fix(place: dict[str, float], *, ago_s: float = 0) -> dict[str, Any]:
    taken_at = datetime.now(UTC) - timedelta(seconds=ago_s)
    return {**place, "accuracy_m": 6, "source": "gnss", "fixed_at": taken_at.isoformat()}
