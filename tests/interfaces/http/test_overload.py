"""As long as anything else can be shed, a trigger is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import httpx
import psycopg
import pytest

from domain.roles import Role
from tests.clusters import Cluster, Database
from tests.living import GANGDONG, IN_GANGDONG, Living, living
from tests.waiting import until

APPEND_LOCK = 71933208
ORDINARY = 90
"""More than the web threads (40) and the places in the line of saves (32) together."""


@pytest.fixture(scope="module")
def own(cluster: Cluster) -> Iterator[Database]:
    with cluster.database() as database:
        yield database


@pytest.fixture(scope="module")
def crowded(own: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(own, tmp_path_factory.mktemp("crowded") / "home") as service:
        yield service


@contextmanager
def log_held(database: Database) -> Iterator[None]:
    """Another writer has the log: every save waits."""
    with psycopg.connect(database.superuser_url) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
        yield


def trigger(service: Living) -> httpx.Response:
    body = {"trigger_id": uuid4().hex, "position": IN_GANGDONG}
    return httpx.post(f"{service.url}/v1/emergencies", json=body, timeout=20)


def test_with_every_thread_busy_and_the_line_of_saves_full(crowded: Living, own: Database) -> None:
    trigger(crowded)
    token = crowded.as_role(Role.ADMINISTRATOR).headers["authorization"]

    def ordinary() -> httpx.Response:
        body = {"name": "김", "phone": "+821012345678"}
        headers = {"authorization": token}
        return httpx.post(f"{crowded.url}/v1/members", json=body, headers=headers, timeout=20)

    with ThreadPoolExecutor(ORDINARY + 1) as threads:
        with log_held(own):
            others = [threads.submit(ordinary) for _ in range(ORDINARY)]
            until(lambda: any(_turned_away(one) for one in others))
            raised = threads.submit(trigger, crowded)
            until(lambda: _urgent_waits(crowded) or raised.done())
        assert raised.result().status_code == 202, raised.result().text
        answers = [one.result() for one in others]
    shed = [one for one in answers if one.status_code == 503]
    assert {one.json()["code"] for one in shed} <= {"overloaded", "log_unavailable"}
    assert "overloaded" in {one.json()["code"] for one in shed}
    assert all(one.headers["retry-after"] for one in shed)


def _turned_away(one: Future[httpx.Response]) -> bool:
    return one.done() and one.result().status_code == 503


def _urgent_waits(service: Living) -> bool:
    return bool(service.house.recorder._saves._urgent)


def test_with_every_connection_taken(crowded: Living) -> None:
    database = crowded.house.database
    with ExitStack() as taken:
        for _ in range(8):
            taken.enter_context(database.connection())
        answer = trigger(crowded)
        assert answer.status_code == 202, answer.text
        assert httpx.get(f"{crowded.url}/v1/me/pin", timeout=20).status_code in {401, 503}


def test_with_a_log_in_locked_after_too_many_failures(crowded: Living) -> None:
    login = crowded.enroll(Role.OPERATOR, GANGDONG)
    wrong = {"login": login, "password": "not the one"}
    statuses = [
        httpx.post(f"{crowded.url}/v1/sessions", json=wrong, timeout=20).status_code
        for _ in range(11)
    ]
    assert statuses[-1] == 429
    assert trigger(crowded).status_code == 202
