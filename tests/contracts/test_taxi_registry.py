"""The registry of taxis, and calls into them: the adapters against the simulator, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.errors import PartnerRefused, PartnerUnavailable
from application.taxi.ports import PlateQuestion, TaxiCallRequest
from domain.taxi.vocabulary import TaxiVehicle
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.http import PartnerClient
from infrastructure.partners.taxi import HttpTaxiCalls, HttpTaxiRegistry
from interfaces.partners.taxi import SimulatedTaxis
from tests.contracts.partnered import SECRET, WallClock

PLATE = "서울32바1234"


def client_at(url: str, secret: bytes = SECRET) -> PartnerClient:
    return PartnerClient(
        url, secret=secret, clock=WallClock(), timeout_s=0.5, breaker=Breaker("taxi")
    )


@pytest.fixture
def client(url: str) -> Iterator[PartnerClient]:
    made = client_at(url)
    yield made
    made.close()


@pytest.fixture
def registry(client: PartnerClient) -> HttpTaxiRegistry:
    return HttpTaxiRegistry(client)


def question(plate: str = PLATE) -> PlateQuestion:
    return PlateQuestion(delivery_id=uuid4(), correlation_id=uuid4(), check_id=uuid4(), plate=plate)


def control(url: str, **changes: Any) -> None:
    httpx.post(f"{url}/taxi-registry/control", json=changes).raise_for_status()


def journal(url: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = httpx.get(f"{url}/taxi-registry/journal").json()
    return entries


@pytest.mark.parametrize(
    ("plate", "vehicle"),
    [
        (PLATE, TaxiVehicle.COMPANY),
        ("서울34바1234", TaxiVehicle.PRIVATE),
        ("132자9876", TaxiVehicle.COMPANY),
        ("71아9876", TaxiVehicle.PRIVATE),
        ("서울32바0000", TaxiVehicle.UNKNOWN),
    ],
)
def test_a_plate_is_a_companys_a_private_ones_or_nobodys(
    registry: HttpTaxiRegistry, plate: str, vehicle: TaxiVehicle
) -> None:
    assert registry.look_up(question(plate)) is vehicle


def test_the_simulator_says_what_it_was_told(url: str, registry: HttpTaxiRegistry) -> None:
    control(url, vehicles={PLATE: "unknown"})
    assert registry.look_up(question()) is TaxiVehicle.UNKNOWN


def test_one_question_is_answered_once_however_often_it_is_sent(
    url: str, registry: HttpTaxiRegistry
) -> None:
    asked = question()
    first = registry.look_up(asked)
    control(url, vehicles={PLATE: "unknown"})
    assert registry.look_up(asked) is first
    [entry] = journal(url)
    assert (entry["repeats"], entry["body"]["plate"]) == (1, PLATE)
    assert "correlation_id" not in entry["body"]


def test_on_the_disk_of_the_simulator_stands_no_plate_and_no_number(
    registry: HttpTaxiRegistry, client: PartnerClient, tmp_path: Path
) -> None:
    registry.look_up(question())
    HttpTaxiCalls(client).place(call())
    kept = (tmp_path / "taxi-journal.jsonl").read_text()
    assert len(kept.splitlines()) == 2
    assert "1234" not in kept
    assert "+82" not in kept


@pytest.mark.parametrize(
    "trouble", [{"fail_next": 1}, {"hang_next": 1}, {"babble_next": 1}, {"delay_s": 0.6}]
)
def test_a_registry_in_trouble_is_unavailable_and_can_be_asked_again(
    url: str, registry: HttpTaxiRegistry, trouble: dict[str, float]
) -> None:
    asked = question()
    control(url, **trouble)
    with pytest.raises(PartnerUnavailable):
        registry.look_up(asked)
    control(url, delay_s=0)
    assert registry.look_up(asked) is TaxiVehicle.COMPANY


def test_a_refusal_is_final(url: str, registry: HttpTaxiRegistry) -> None:
    control(url, refuse_next=1)
    with pytest.raises(PartnerRefused):
        registry.look_up(question())


def test_nobody_listening_is_unavailable() -> None:
    made = client_at("http://127.0.0.1:9")
    with pytest.raises(PartnerUnavailable):
        HttpTaxiRegistry(made).look_up(question())
    made.close()


def test_who_does_not_know_the_secret_learns_nothing(url: str) -> None:
    made = client_at(url, b"another secret")
    with pytest.raises(PartnerRefused):
        HttpTaxiRegistry(made).look_up(question())
    made.close()
    assert journal(url) == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"plate": 7}'])
def test_what_is_no_question_is_refused(url: str, client: PartnerClient, body: bytes) -> None:
    class Said:
        delivery_id = uuid4()
        correlation_id = uuid4()

        def model_dump_json(self) -> str:
            return body.decode("latin-1")

    with pytest.raises(PartnerRefused):
        client.post("/taxi-registry/look-ups", Said(), answer="vehicle")
    assert journal(url) == []


def test_a_question_without_a_key_is_refused(url: str) -> None:
    assert httpx.post(f"{url}/taxi-registry/look-ups", json={}).status_code == 401
    assert httpx.post(f"{url}/taxi-registry/control", json={"explode": 1}).status_code == 422


def call() -> TaxiCallRequest:
    return TaxiCallRequest(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        report_id=uuid4(),
        district="11740",
        phone="+821012345678",
        language="ko",
    )


def test_a_call_is_placed_once_by_its_id(url: str, client: PartnerClient) -> None:
    calls, asked = HttpTaxiCalls(client), call()
    assert calls.place(asked) == calls.place(asked)
    [entry] = journal(url)
    assert entry["repeats"] == 1


@given(st.text(max_size=20))
def test_the_simulator_has_an_answer_for_whatever_is_asked(plate: str) -> None:
    simulated = SimulatedTaxis(secret=SECRET, journal=Path("unused"))
    assert simulated.vehicle_of(plate) in TaxiVehicle
