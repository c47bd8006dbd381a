"""The partner adapters against the simulators, over sockets."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from application import signing
from application.errors import PartnerRefused, PartnerUnavailable
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.connections import PartnerConnections
from interfaces.partners.app import SimulatedPartners
from tests.contracts.partnered import (
    REPORT,
    SECRET,
    WallClock,
    call_request,
    control,
    help_request,
    journal,
)
from tests.faults.scenarios import scenario
from tests.serving import Serving
from tests.waiting import until


def test_each_partner_gives_a_reference_and_keeps_the_request(url, connections) -> None:
    partners = connections.partners
    police, ambulance, call = help_request(), help_request(), call_request()
    references = [
        partners.police.request(police),
        partners.ambulance.request(ambulance),
        partners.call.place(call),
    ]
    kept = journal(url)
    assert [entry["channel"] for entry in kept] == ["police", "ambulance", "call"]
    assert [next(iter(entry["answer"].values())) for entry in kept] == references
    assert kept[0]["body"] == police.model_dump(mode="json")
    assert kept[0]["idempotency_key"] == str(police.delivery_id)


def test_the_same_delivery_asks_once(url, connections) -> None:
    request = help_request()
    moved = request.model_copy(update={"position": None})
    first = connections.partners.police.request(request)
    assert connections.partners.police.request(moved) == first
    [entry] = journal(url)
    assert entry["repeats"] == 1
    assert entry["body"]["position"] is not None


@pytest.mark.parametrize("changes", [{"fail_next": 1}, {"delay_s": 2}, {"hang_next": 1}])
def test_a_partner_in_trouble_is_unavailable_and_can_be_asked_again(
    url, connections, changes
) -> None:
    request = help_request()
    control(url, channel="police", **changes)
    with pytest.raises(PartnerUnavailable):
        connections.partners.police.request(request)
    control(url, channel="police", delay_s=0)
    assert connections.partners.police.request(request).startswith("112-")
    assert [entry["idempotency_key"] for entry in journal(url)] == [str(request.delivery_id)]


def test_a_request_whose_answer_was_lost_stands_under_its_first_reference(url, connections) -> None:
    control(url, hang_next=1)
    request = help_request()
    with pytest.raises(PartnerUnavailable):
        connections.partners.police.request(request)
    [entry] = journal(url)
    assert connections.partners.police.request(request) == entry["answer"]["reference"]


def test_a_refusal_is_final(url, connections) -> None:
    control(url, refuse_next=1)
    with pytest.raises(PartnerRefused):
        connections.partners.police.request(help_request())
    assert journal(url) == []


def test_nobody_listening_is_unavailable() -> None:
    connections = PartnerConnections(
        "http://127.0.0.1:9", secret=SECRET, clock=WallClock(), timeout_s=0.5
    )
    with pytest.raises(PartnerUnavailable):
        connections.partners.call.place(call_request())
    connections.close()


@scenario(11)
def test_after_failures_in_a_row_the_circuit_opens_and_closes_again(url, connections) -> None:
    control(url, channel="police", fail_next=5)
    for _ in range(5):
        with pytest.raises(PartnerUnavailable):
            connections.partners.police.request(help_request())
    with pytest.raises(PartnerUnavailable, match="circuit breaker"):
        connections.partners.police.request(help_request())
    assert connections.partners.ambulance.request(help_request())
    request = help_request()

    def works_again() -> bool:
        try:
            return bool(connections.partners.police.request(request))
        except PartnerUnavailable:
            return False

    until(works_again)


def test_calls_of_several_threads_do_not_wait_for_each_other() -> None:
    breaker = Breaker("police")
    together = threading.Barrier(4, timeout=5)
    with ThreadPoolExecutor(4) as pool:
        waits = [pool.submit(breaker.run, together.wait) for _ in range(4)]
        assert sorted(wait.result() for wait in waits) == [0, 1, 2, 3]


def test_a_refusal_does_not_open_the_circuit() -> None:
    breaker = Breaker("police", failures_max=2)

    def refuse() -> None:
        raise PartnerRefused("no")

    for _ in range(5):
        with pytest.raises(PartnerRefused):
            breaker.run(refuse)
    assert not breaker.is_open


@pytest.mark.parametrize(
    ("secret", "off_s"), [(b"another secret", 0), (SECRET, -400), (SECRET, 400)]
)
def test_a_request_that_is_not_signed_in_time_with_our_secret_is_refused(
    url, secret, off_s
) -> None:
    at = datetime.now(UTC) + timedelta(seconds=off_s)
    body = help_request().model_dump_json().encode()
    signature = signing.sign(secret, signing.Message("POST", "/police/requests", body), at=at)
    headers = {signing.HEADER: signature, "Idempotency-Key": "k"}
    answer = httpx.post(f"{url}/police/requests", content=body, headers=headers)
    assert answer.status_code == 401
    assert journal(url) == []


@pytest.mark.parametrize("signature", [None, "", "t=,v1=", "t=1", "v1=a", "t=é,v1=é", "x" * 9999])
def test_a_malformed_signature_is_a_bad_signature(signature) -> None:
    with pytest.raises(signing.BadSignature):
        signing.verify(
            SECRET, signing.Message("POST", "/calls", b"{}"), signature, at=datetime.now(UTC)
        )


def test_partners_report_arrivals_until_they_are_heard(url, ansim, connections) -> None:
    control(url, arrive_after_s=0.05)
    ansim.refuse_next = 2
    request = help_request()
    reference = connections.partners.police.request(request)
    until(lambda: ansim.told)
    [told] = ansim.told
    assert ansim.correlation_ids == [str(request.correlation_id)]
    assert told["event"] == "patrol_arrived"
    assert told["reference"] == reference
    assert told["report_id"] == str(REPORT)


def test_a_call_is_connected_and_then_ended(url, ansim, connections) -> None:
    control(url, arrive_after_s=0.02, end_after_s=0.05)
    call_id = connections.partners.call.place(call_request())
    until(lambda: len(ansim.told) == 2)
    assert [told["event"] for told in ansim.told] == ["call_connected", "call_ended"]
    assert ansim.told[1] | {"at": None} == {
        "event": "call_ended",
        "end": "hung_up",
        "talked_s": 0.05,
        "report_id": str(REPORT),
        "call_id": call_id,
        "at": None,
    }


def test_a_call_that_nobody_takes_ends_unanswered(url, ansim, connections) -> None:
    control(url, channel="call", arrive_after_s=0.02, unanswered=True)
    connections.partners.call.place(call_request())
    until(lambda: ansim.told)
    assert ansim.told[0]["end"] == "unanswered"


def test_the_journal_outlives_the_partners(tmp_path) -> None:
    request = help_request()
    references = []
    for _ in range(2):
        simulated = SimulatedPartners(
            secret=SECRET, ansim_url="http://127.0.0.1:9", journal=tmp_path / "journal.jsonl"
        )
        with Serving(simulated.app()) as url:
            made = PartnerConnections(url, secret=SECRET, clock=WallClock(), timeout_s=2)
            references.append(made.partners.police.request(request))
            made.close()
    assert references[0] == references[1]
    assert len((tmp_path / "journal.jsonl").read_text().splitlines()) == 1


def test_an_unknown_control_is_told(url) -> None:
    assert httpx.post(f"{url}/control", json={"explode": True}).status_code == 422
