"""The queue's stream: complete, in order, within the asker's rights."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from pydantic import BaseModel

from application.queue_news import QueueChange, QueuePulse
from domain.roles import Role
from interfaces.http import broadcast as module
from interfaces.http.broadcast import Broadcast, Event
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living

HEARTBEAT_WITHIN_S = 8.0
"""Then a screen opens the stream anew; without a busy machine it is three seconds."""


def events(answer: httpx.Response) -> Iterator[tuple[str, int | None, dict[str, object]]]:
    """Name, id and data of each event as it comes."""
    name, number = "", None
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("id: "):
            number = int(line.removeprefix("id: "))
        elif line.startswith("data: "):
            yield name, number, json.loads(line.removeprefix("data: "))
            name, number = "", None


def raised(service: Living) -> tuple[str, int]:
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
    receipt = phone.post("/v1/emergencies", json=body).json()
    return receipt["aggregate_id"], receipt["position"]


def test_a_change_comes_with_its_row_and_its_position(service: Living) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    before = operator.get("/v1/queue").json()["position"]
    with operator.stream("GET", "/v1/queue/stream", params={"after": before}) as answer:
        report_id, _ = raised(service)
        for name, number, data in events(answer):
            if name == "row" and data["report_id"] == report_id:
                assert data["row"]["last_position"] == number
                break


def test_the_stream_goes_on_after_a_position(service: Living) -> None:
    """First from the ring, as the process remembers; then from the database, as a late screen."""
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    reports = [raised(service) for _ in range(3)]
    service.house.fold_watch.wait("operator_queue", reports[-1][1], 5)
    for after in (reports[0][1], 0):
        seen = []
        with operator.stream("GET", "/v1/queue/stream", params={"after": after}) as answer:
            for name, number, data in events(answer):
                if name == "row":
                    seen.append((number, data["report_id"]))
                if name == "row" and data["report_id"] == reports[-1][0]:
                    break
        assert [number for number, _ in seen] == sorted(number for number, _ in seen)
        assert {one[0] for one in reports[1:]} <= {report for _, report in seen}


def test_last_event_id_is_a_position_too(service: Living) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    (_, first), (second, _) = raised(service), raised(service)
    headers = {"Last-Event-ID": str(first)}
    with operator.stream("GET", "/v1/queue/stream", headers=headers) as answer:
        assert any(
            name == "row" and data["report_id"] == second for name, _, data in events(answer)
        )


def test_another_district_hears_only_heartbeats(service: Living) -> None:
    stranger = service.as_role(Role.OPERATOR, GURO)
    with stranger.stream("GET", "/v1/queue/stream", params={"after": 0}) as answer:
        raised(service)
        for _, (name, _, _data) in zip(range(4), events(answer), strict=False):
            assert name == "heartbeat"


def test_a_heartbeat_comes_every_three_seconds(service: Living) -> None:
    client = service.as_role(Role.AUDITOR)
    with client.stream("GET", "/v1/queue/stream") as answer:
        moments = [
            datetime.fromisoformat(str(data["now"]))
            for _, (name, _, data) in zip(range(4), events(answer), strict=False)
            if name == "heartbeat"
        ]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(moments)]
    assert max(gaps) < HEARTBEAT_WITHIN_S


class Seen(BaseModel):
    audience: tuple[str, ...]


def change(position: int, district: str = GANGDONG) -> QueueChange:
    return QueueChange(position, uuid4(), Seen(audience=(district,)))


PULSE = QueuePulse(datetime(2026, 1, 1, tzinfo=UTC), 1, 1)


def nothing(_after: int) -> list[QueueChange]:
    raise AssertionError("the ring covers it")


def test_a_slow_screen_is_cut_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLIENT_EVENTS_MAX", 3)

    async def scene() -> None:
        broadcast = Broadcast()
        broadcast.take([], PULSE)
        slow = broadcast.stream(None, None, nothing)
        await anext(slow)
        broadcast.take([change(position) for position in range(2, 12)], PULSE)
        assert broadcast.clients == 0
        assert len([wire async for wire in slow]) == 3

    asyncio.run(scene())


def test_the_ring_forgets_the_oldest_and_then_the_database_is_asked() -> None:
    async def scene() -> None:
        broadcast = Broadcast()
        broadcast.take([], PULSE)
        broadcast.take([change(n) for n in range(2, module.RING_EVENTS + 10)], PULSE)
        asked: list[int] = []

        def from_database(after: int) -> list[QueueChange]:
            asked.append(after)
            return [change(after + 1)]

        stream = broadcast.stream(None, 3, from_database)
        await anext(stream)
        await anext(stream)
        assert asked == [3]

    asyncio.run(scene())


def test_a_row_that_was_folded_late_reaches_a_screen_that_has_come_as_far() -> None:
    late = QueueChange(7, uuid4(), Seen(audience=(GANGDONG,)), again=True)

    async def scene() -> None:
        broadcast = Broadcast()
        broadcast.take([], PULSE)
        follows = broadcast.stream(None, 7, nothing)
        await anext(follows)
        broadcast.take([change(7), late], PULSE)
        comes_back = broadcast.stream(None, 7, nothing)
        await anext(comes_back)
        for stream in (follows, comes_back):
            assert str(late.report_id).encode() in await anext(stream)

    asyncio.run(scene())


def test_what_is_no_longer_there_is_told_to_everybody() -> None:
    gone = module.encode(QueueChange(9, uuid4(), None))
    assert gone.concerns(frozenset({GURO}))
    assert b'"row":null' in gone.wire
    assert not Event(1, frozenset({GANGDONG}), b"").concerns(frozenset({GURO}))
