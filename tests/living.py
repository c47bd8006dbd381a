"""A small living service in this process: web, projector and scheduler over one database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from application.context import system
from application.member_desk import MemberReceipt, RegisterMember
from application.staff_desk import EnrollStaff
from domain.geography import DistrictCode
from domain.policy import Policy
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from interfaces.http.app import create_app
from tests.clusters import Database
from tests.memory import Staffed
from tests.serving import Serving
from workers import projector, scheduler

GANGDONG: DistrictCode = "11740"
GURO: DistrictCode = "11530"
PASSWORD = "a long enough word"
IN_GANGDONG = {"latitude_deg": 37.5301, "longitude_deg": 127.1238, "accuracy_m": 12.0}


class Living:
    """The running service, and short ways to its people."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url
        self._tokens: dict[str, str] = {}
        self._clients: list[httpx.Client] = []

    def enroll(self, role: Role, district: DistrictCode | None = None, login: str = "") -> str:
        """A person of that role; returns the log-in name."""
        name = login or f"{role}-{uuid4().hex[:8]}"
        self.house.staff_desk.enroll(
            EnrollStaff(login=name, password=PASSWORD, name="김하나", role=role, district=district),
            system("test", correlation_id=uuid4()),
        )
        return name

    def register(self) -> MemberReceipt:
        """A citizen with a phone."""
        return self.house.member_desk.register(
            RegisterMember(name="이두리", phone="+821012345678"),
            system("test", correlation_id=uuid4()),
        )

    def as_role(self, role: Role, district: DistrictCode | None = None) -> httpx.Client:
        """A client of somebody with that role, logged in."""
        key = f"{role}/{district}"
        if key not in self._tokens:
            body = {"login": self.enroll(role, district), "password": PASSWORD}
            answer = httpx.post(f"{self.url}/v1/sessions", json=body)
            self._tokens[key] = answer.raise_for_status().json()["token"]
        return self.client(self._tokens[key])

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=10)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()


@contextmanager
def living(
    database: Database, folder: Path, *, policy: Policy | None = None, staffed: bool = True
) -> Iterator[Living]:
    """``staffed``: every centre counts as open, whoever is at a console."""
    settings = Settings(home=folder, database_url=database.service_url)
    stop = threading.Event()
    with House(settings, role="test") as house:
        house.home.prepare()
        house.policy = policy or house.policy
        if staffed:
            house.presence = Staffed()
        roles = [
            threading.Thread(target=role.run, args=(house, stop)) for role in (projector, scheduler)
        ]
        for role in roles:
            role.start()
        try:
            with Serving(create_app(house)) as url, closing(Living(house, url)) as service:
                yield service
        finally:
            stop.set()
            for role in roles:
                role.join()
