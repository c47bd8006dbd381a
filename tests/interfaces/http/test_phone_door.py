"""Positions come in past the framework, and are answered as the framework answers them."""

from __future__ import annotations

import socket
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
import structlog

from tests.living import IN_GANGDONG, Living

KINDS: Final = ("emergencies", "monitorings", "escorts", "taxi-trips")
BODIES: Final = {
    "a position": b'{"fixes": [{"latitude_deg": 37.53, "longitude_deg": 127.12}]}',
    "nothing": b"",
    "no JSON": b'{"fixes": [',
    "no object": b"[[[]]]",
    "too much": b'"' + b"x" * 300_000 + b'"',
}


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """What a phone acts upon, without what names the request."""
    problem = answer.json()
    return answer.status_code, answer.headers["content-type"], problem["code"], problem["title"]


@pytest.mark.parametrize("content", BODIES.values(), ids=list(BODIES))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [True, False], ids=["a citizen", "nobody"])
def test_the_door_refuses_as_the_framework_does(
    service: Living,
    kind: str,
    content: bytes,
    known: bool,  # noqa: FBT001
) -> None:
    phone = service.client(service.register().device_token if known else "0" * 32 + ".nobody")
    by_door = f"/v1/{kind}/{uuid4()}/positions"
    by_framework = f"/v1/{kind}/{str(uuid4()).upper()}/positions"
    answers = [phone.post(path, content=content) for path in (by_door, by_framework)]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code >= 400


def test_what_is_no_id_is_no_session(service: Living) -> None:
    phone = service.client(service.register().device_token)
    for path in ("/v1/monitorings/x/positions", f"/v1/monitorings/{uuid4()}/positions/more"):
        assert phone.post(path, json={}).status_code in {404, 422}


def test_a_batch_that_is_taken_leaves_no_line_and_one_that_is_refused_does(
    service: Living,
) -> None:
    phone = service.client(service.register().device_token)
    report = phone.post("/v1/emergencies", json={"position": IN_GANGDONG}).json()["aggregate_id"]
    with structlog.testing.capture_logs() as lines:
        taken = phone.post(f"/v1/emergencies/{report}/positions", json={"fixes": [IN_GANGDONG]})
        refused = phone.post(f"/v1/emergencies/{uuid4()}/positions", json={})
    assert (taken.status_code, refused.status_code) == (200, 404)
    noted = [one for one in lines if one["event"] == "request.answered"]
    assert [(one["status"], one["route"]) for one in noted if one["method"] == "POST"] == [
        (404, "/v1/emergencies/{report_id}/positions")
    ]


def test_a_phone_whose_line_breaks_is_no_defect(service: Living) -> None:
    url = httpx.URL(service.url)
    head = f"POST /v1/monitorings/{uuid4()}/positions HTTP/1.1\r\nHost: city\r\n"
    with structlog.testing.capture_logs() as lines:
        with socket.create_connection((url.host, url.port)) as line:
            line.sendall(f"{head}Content-Length: 50\r\n\r\n{{".encode())
        assert service.client().get("/v1/permissions").status_code == 200
    assert {one["event"] for one in lines} == {"request.answered"}


def test_the_caller_s_correlation_id_comes_back(service: Living) -> None:
    phone = service.client(service.register().device_token)
    said = str(uuid4())
    answer = phone.post(
        f"/v1/monitorings/{uuid4()}/positions", json={}, headers={"X-Correlation-ID": said}
    )
    assert answer.headers["X-Correlation-ID"] == said
    assert answer.json()["correlation_id"] == said
