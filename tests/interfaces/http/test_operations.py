"""Signs of health, and how troubles look."""

from __future__ import annotations

import socket
import subprocess
import sys
from uuid import uuid4

import httpx

from infrastructure.readiness import REQUIRED_ROLES
from tests.living import Living
from tests.waiting import until


def ready(service: Living) -> httpx.Response:
    return httpx.get(f"{service.url}/readyz")


def beat(service: Living) -> None:
    for role in ("relay", "work", "custody"):
        service.house.heartbeats.beat(role, "test", {})


def is_ready(service: Living) -> bool:
    beat(service)
    return ready(service).status_code == 200


def test_alive_is_not_ready(service: Living) -> None:
    assert httpx.get(f"{service.url}/healthz").json() == {"status": "alive"}


def test_every_role_must_be_heard_of(service: Living) -> None:
    until(lambda: is_ready(service))
    health = ready(service).json()
    assert health["reasons"] == []
    assert set(health["roles"]) >= set(REQUIRED_ROLES)
    service.house.heartbeats.leave("relay", "test")
    stopped = ready(service)
    assert stopped.status_code == 503
    assert stopped.json()["reasons"] == ["role:relay:missing"]


def test_a_silent_role_is_stale_after_five_seconds(service: Living) -> None:
    until(lambda: is_ready(service))
    with service.house.database.connection() as connection:
        connection.execute(
            "UPDATE role_heartbeats SET beat_at = clock_timestamp() - interval '6 s'"
            " WHERE role = 'work'"
        )
    assert ready(service).json()["reasons"] == ["role:work:stale"]
    until(lambda: is_ready(service))


def test_a_killed_process_of_this_host_is_missed_at_once(service: Living) -> None:
    until(lambda: is_ready(service))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    service.house.heartbeats.leave("relay", "test")
    service.house.heartbeats.beat("relay", f"{socket.gethostname()}:{ended.pid}", {})
    assert ready(service).json()["reasons"] == ["role:relay:missing"]


def test_an_overdue_timer_is_a_reason(service: Living) -> None:
    until(lambda: is_ready(service))
    with service.house.database.connection() as connection:
        connection.execute(
            "INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id,"
            " causation_id, position, retry_at) VALUES (%s, %s, 'emergency.cancel_window', '',"
            " clock_timestamp() - interval '10 s', %s, %s, 1, 'infinity')",
            (uuid4(), uuid4(), uuid4(), uuid4()),
        )
        assert "timers:overdue" in ready(service).json()["reasons"]
        connection.execute("UPDATE timers SET fired_at = now() WHERE retry_at = 'infinity'")


def test_the_figures_are_readable_by_prometheus(service: Living) -> None:
    text = httpx.get(f"{service.url}/metrics").text
    assert "ansim_log_position" in text
    assert "ansim_queue_streams" in text


def test_what_is_not_there_is_a_problem_too(service: Living) -> None:
    answer = httpx.get(f"{service.url}/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]


def test_a_huge_command_is_refused(service: Living) -> None:
    answer = httpx.post(f"{service.url}/v1/sessions", content=b"x" * 300_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_malformed_command_says_where_but_not_what(service: Living) -> None:
    answer = httpx.post(f"{service.url}/v1/sessions", json={"login": 7, "password": "s3cret"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["at"] == ["body", "login"]
    assert "s3cret" not in answer.text


def test_pages_forbid_foreign_scripts(service: Living) -> None:
    answer = httpx.get(f"{service.url}/login")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
