"""The service's roles around one test: houses in this process, or processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from application.context import Context, Principal, system
from application.delivery_book import Patience
from application.emergency.commands import CancelReport, ClaimReport, RequestPolice, TriggerReceipt
from application.identity import DeviceIdentity
from application.member_desk import RegisterMember
from application.outbox import LINKED
from application.triggers import TriggerReport
from domain.platform import Platform
from domain.policy import Policy
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from interfaces.partners.app import SimulatedPartners
from tests.memory import Staffed
from tests.serving import Serving
from workers import main, relay, scheduler

ROOT = Path(__file__).parent.parent
SECRET = "a secret of partners"
KEK = b64encode(bytes(32)).decode()
GURO = {"latitude_deg": 37.4954, "longitude_deg": 126.8874, "accuracy_m": 12, "source": "gnss"}
IN_THREADS = {"schedule": scheduler.run, "relay": relay.run, "work": main.run}


@dataclass(frozen=True)
class Plant:
    """Addresses of everything that one test's roles need."""

    database_url: str
    redis_url: str
    partners_url: str
    clip_store: str | None = None
    smpp_url: str | None = None
    message_routes: str = "push,sms,smpp,other"

    def house(self, role: str = "test", *, window_s: float = 0.3) -> House:
        settings = Settings(
            database_url=self.database_url,
            redis_url=self.redis_url,
            partners_url=self.partners_url,
            partner_secret=SECRET,
            partner_timeout_s=1,
            key_encryption_key=KEK,
            clip_store=self.clip_store,
            smpp_url=self.smpp_url,
            message_routes=self.message_routes,
            guardian_link_key=SECRET,
        )
        house = House(settings, role=role)
        house.policy = Policy(cancel_window_s=window_s)
        house.presence = Staffed()
        house.patience = Patience(first_wait_s=0.2, wait_max_s=2.0)
        return house

    @contextmanager
    def running(self, *roles: str) -> Iterator[None]:
        """Roles in threads of this process, each with a house of its own."""
        stop = Event()
        houses = [self.house(role) for role in roles]
        threads = [
            Thread(target=IN_THREADS[house.role], args=(house, stop), name=house.role)
            for house in houses
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            for house in houses:
                house.close()

    def process(self, role: str) -> subprocess.Popen[bytes]:
        """A role as a process of its own, as a deployment runs it."""
        environment = {name: value for name, value in os.environ.items() if "ANSIM" not in name}
        environment |= {
            "ANSIM_DATABASE_URL": self.database_url,
            "ANSIM_REDIS_URL": self.redis_url,
            "ANSIM_PARTNERS_URL": self.partners_url,
            "ANSIM_PARTNER_SECRET": SECRET,
            "ANSIM_PARTNER_TIMEOUT_S": "1",
            "ANSIM_KEY_ENCRYPTION_KEY": KEK,
        }
        if self.clip_store:
            environment["ANSIM_CLIP_STORE"] = self.clip_store
        return subprocess.Popen([sys.executable, "-m", "workers", role], cwd=ROOT, env=environment)

    @contextmanager
    def processes(self, *roles: str) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Roles as processes, killed at the end; the list may be added to."""
        started = [self.process(role) for role in roles]
        try:
            yield started
        finally:
            for process in started:
                process.kill()
                process.wait()

    def journal(self, *, linked: bool = False) -> list[dict[str, Any]]:
        """What partners took in; of linked services only on wish, since every report has them."""
        entries = httpx.get(f"{self.partners_url}/journal").json()
        return [one for one in entries if (one["channel"] in LINKED) is linked]

    def control(self, **changes: Any) -> None:
        httpx.post(f"{self.partners_url}/control", json=changes).raise_for_status()

    def facts(self, report_id: UUID) -> list[str]:
        """Topics of a report's facts, oldest first."""
        query = "SELECT topic FROM events WHERE aggregate_id = %s ORDER BY version"
        return [topic.removeprefix("emergency.") for (topic,) in self.ask(query, report_id)]

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def count(self, table_and_condition: str) -> int:
        return self.ask(f"SELECT count(*) FROM {table_and_condition}")[0][0]  # noqa: S608


@contextmanager
def simulated_partners(folder: Path) -> Iterator[str]:
    """Partners that take everything and report nothing by themselves."""
    partners = SimulatedPartners(
        secret=SECRET.encode(), ansim_url="http://127.0.0.1:9", journal=folder / "journal.jsonl"
    )
    with Serving(partners.app()) as url:
        httpx.post(f"{url}/control", json={"call_back": False}).raise_for_status()
        yield url


class People:
    """Who speaks to one house: a citizen with a phone, and operators."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._context = system("test", correlation_id=uuid4())

    def citizen(self) -> DeviceIdentity:
        receipt = self._house.member_desk.register(
            RegisterMember(name="김안심", phone="+821000000000"), self._context
        )
        return DeviceIdentity(
            citizen_id=receipt.citizen_id, device_id=receipt.device_id, platform=Platform.ANDROID
        )

    def raises(self, identity: DeviceIdentity | None = None, **sent: Any) -> TriggerReceipt:
        """A press on the button; by a phone that nobody knows, when no identity is given."""
        trigger_id = str(uuid4())
        body = {"trigger_id": trigger_id, "how": "button", "position": GURO, **sent}
        if identity is None:
            body["device"] = {"device_id": "a phone that nobody knows"}
        return self._house.emergency_desk.trigger(
            TriggerReport(sent=body, identity=identity, fallback_id=trigger_id), self._context
        )

    def practises(self, identity: DeviceIdentity) -> None:
        """The citizen switches drill mode on."""
        who = Principal(id=str(identity.citizen_id), role=Role.CITIZEN)
        self._house.drill_mode_desk.on(Context(principal=who, correlation_id=uuid4()))

    def cancels(self, receipt: TriggerReceipt, identity: DeviceIdentity | None = None) -> bool:
        """Whether the cancel was acknowledged."""
        command = CancelReport(
            report_id=receipt.report_id,
            identity=identity,
            device=None if identity else "a phone that nobody knows",
        )
        return self._house.emergency_desk.cancel(command, self._context).cancelled

    def asks_for_police(self, report_id: UUID) -> None:
        """A coordinator claims and calls the police."""
        who = Principal(id=str(uuid4()), role=Role.COORDINATOR)
        context = Context(principal=who, correlation_id=uuid4())
        self._house.emergency_desk.claim(ClaimReport(report_id=report_id), context)
        self._house.emergency_desk.request_police(RequestPolice(report_id=report_id), context)

    def lets_elapse(self, receipt: TriggerReceipt) -> None:
        """Wait for the end of the window, and let the report be accepted without a scheduler."""
        remaining = receipt.cancel_until - self._house.clock.now()
        Event().wait(max(remaining, timedelta(0)).total_seconds())
        self._house.emergency_desk.window_elapsed(receipt.report_id, self._context)
