"""A phone that joins over HTTP, and the identity service that it is sent to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import randrange
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

from infrastructure.partners.breaker import Breaker
from infrastructure.partners.identity import HttpIdentityService
from interfaces.partners.app import SimulatedPartners
from tests.living import Living
from tests.serving import Serving
from tests.signing_phone import SigningPhone

SECRET: Final = b"a secret of partners"


@contextmanager
def identity_service(service: Living, folder: Path) -> Iterator[str]:
    """The identity service of the house, simulated."""
    simulated = SimulatedPartners(
        secret=SECRET, ansim_url=service.url, journal=folder / "journal.jsonl"
    )
    with Serving(simulated.app()) as url:
        service.house.identity_service = HttpIdentityService(
            url,
            secret=SECRET,
            clock=service.house.clock,
            timeout_s=2.0,
            breaker=Breaker("identity"),
        )
        yield url


class App:
    """A phone that joins, and signs once it has."""

    def __init__(self, service: Living, identity: str) -> None:
        self._service = service
        self._identity = identity
        self.plain = service.client()
        begun = self.plain.post("/v1/registrations", json={"platform": "android"}).json()
        self.id = begun["aggregate_id"]
        self.number = f"010{randrange(10**8):08}"
        self.key = SigningPhone(UUID(begun["device_id"]))
        self.joining = service.client(begun["token"])

    def consents(self, *wanted: str) -> None:
        for one in self.plain.get("/v1/consents").json()["consents"]:
            if one["consent"] in wanted:
                self.joining.put(
                    f"/v1/registration/consents/{one['consent']}", json={"version": one["version"]}
                ).raise_for_status()

    def is_identified(self, name: str, *, birth_date: str = "1995-03-14") -> httpx.Response:
        return self.joining.post(
            "/v1/registration/identity", json=self._back_from("she", name, birth_date)
        )

    def is_spoken_for(self, name: str, *consents: str) -> httpx.Response:
        said = [{"consent": one, "version": self.version_of(one)} for one in consents]
        back = self._back_from("legal_guardian", name, "1980-05-01")
        return self.joining.post("/v1/registration/legal-guardian", json=back | {"consents": said})

    def version_of(self, consent: str) -> str:
        texts = self.plain.get("/v1/consents").json()["consents"]
        return next(one["version"] for one in texts if one["consent"] == consent)

    def _back_from(self, of: str, name: str, birth_date: str) -> dict[str, str]:
        """Somebody types who she is on the service's page, and comes back."""
        check_id = self.joining.post("/v1/registration/checks", json={"of": of}).json()["check_id"]
        typed = {
            "check_id": check_id,
            "name": name,
            "birth_date": birth_date,
            "phone": self.number,
        }
        token = httpx.post(f"{self._identity}/identity/checks", json=typed).json()["token"]
        return {"check_id": check_id, "token": token}

    def completes(self, **changes: Any) -> httpx.Response:
        body = {"lives_in_seoul": True, "public_key": self.key.public_key, "proof": self.key.proof}
        return self.joining.post("/v1/registration/complete", json=body | changes)

    def asks(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Signed with the phone's own key."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = self.key.headers(
            path, content, at=datetime.now(UTC), method=method, nonce=uuid4().hex
        )
        headers["content-type"] = "application/json"
        return self.plain.request(method, path, content=content, headers=headers)

    def joins(self, name: str) -> str:
        """All of it; returns the citizen's id."""
        self.consents("terms", "personal_data", "location")
        self.is_identified(name).raise_for_status()
        return self.completes().raise_for_status().json()["citizen_id"]
