"""The notice of a camera that was found, over a socket: taken once, and not kept in clear."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from application.errors import PartnerRefused, PartnerUnavailable
from application.inspection.ports import CameraNotice
from domain.inspection.vocabulary import Building
from tests.contracts.partnered import control, journal

PLACE = "성내로 25, 2층 화장실"


def notice() -> CameraNotice:
    return CameraNotice(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        notice_id=uuid4(),
        inspection_id=uuid4(),
        reference="IN-7KQ2M-XW4PT",
        found_at=datetime(2026, 11, 29, 5, 0, tzinfo=UTC),
        district="11740",
        building=Building.OPEN_TOILET,
        place=PLACE,
    )


def test_a_notice_is_taken_once(url, connections) -> None:
    told = notice()
    references = {connections.notices.tell(told) for _ in range(2)}
    [entry] = journal(url)
    assert references == {entry["answer"]["reference"]}
    assert (entry["repeats"], entry["body"]["place"]) == (1, PLACE)


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [({"fail_next": 1}, PartnerUnavailable), ({"refuse_next": 1}, PartnerRefused)],
)
def test_police_in_trouble_are_named(url, connections, changes, trouble) -> None:
    control(url, channel="police_notice", **changes)
    with pytest.raises(trouble):
        connections.notices.tell(notice())


def test_on_the_disk_no_place_is_kept(connections, tmp_path) -> None:
    connections.notices.tell(notice())
    assert PLACE not in (tmp_path / "journal.jsonl").read_text()
