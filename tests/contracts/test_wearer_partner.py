"""The Ministry's location centre: the adapter against the simulator, over a socket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.errors import PartnerRefused, PartnerUnavailable
from application.linked.ports import WatchEnd, WatchRequest
from domain.geography import Position
from tests.contracts.partnered import REPORT, control, journal

T0 = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
REQUEST = UUID("9b0d8ce2-6a0c-4f8a-8a53-7e9ad7bb9d11")


def watch(**changes: Any) -> WatchRequest:
    return WatchRequest(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        request_id=REQUEST,
        report_id=REPORT,
        position=Position(latitude_deg=37.5301, longitude_deg=127.1238),
        accuracy_m=12.0,
        radius_m=1000.0,
        district="11740",
        requested_at=T0,
        until=T0 + timedelta(hours=1),
    ).model_copy(update=changes)


def end(reference: str | None) -> WatchEnd:
    return WatchEnd(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        request_id=REQUEST,
        report_id=REPORT,
        reference=reference,
        ended_at=T0,
    )


def test_a_place_is_told_once_and_answered_with_a_reference(url, connections) -> None:
    request = watch()
    references = {connections.wearers.watch(request) for _ in range(2)}
    [entry] = journal(url)
    assert references == {entry["answer"]["reference"]}
    assert (entry["channel"], entry["repeats"]) == ("wearer_watch", 1)
    assert entry["body"]["radius_m"] == 1000.0


def test_whatever_else_the_ministry_says_is_not_even_read(connections) -> None:
    told = connections.wearers.watch(watch())
    assert told.startswith("moj-")
    assert "홍길동" not in told


def test_that_it_is_over_names_no_place(url, connections) -> None:
    reference = connections.wearers.watch(watch())
    assert connections.wearers.end(end(reference)).startswith("moj-off-")
    ended = journal(url)[-1]
    assert ended["body"]["reference"] == reference
    assert "position" not in ended["body"]


def test_a_request_that_never_arrived_may_be_ended(url, connections) -> None:
    connections.wearers.end(end(None))
    assert [one["channel"] for one in journal(url)] == ["wearer_watch_end"]


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"fail_next": 1}, PartnerUnavailable),
        ({"hang_next": 1}, PartnerUnavailable),
        ({"refuse_next": 1}, PartnerRefused),
    ],
)
def test_a_ministry_in_trouble_is_named(url, connections, changes, trouble) -> None:
    control(url, channel="wearer_watch", **changes)
    with pytest.raises(trouble):
        connections.wearers.watch(watch())


def test_the_journal_on_the_disk_names_no_place(connections, tmp_path) -> None:
    connections.wearers.watch(watch())
    kept = (tmp_path / "journal.jsonl").read_text()
    assert "37.53" not in kept
    assert "홍길동" not in kept
