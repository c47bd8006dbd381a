"""Other answers than “we come”, and stand-downs: adapter and simulator over a socket."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from application.errors import PartnerUnavailable
from application.ports import StandDownRequest
from tests.contracts.partnered import REPORT, control, help_request, journal
from tests.waiting import until


def stand_down(**changes: object) -> StandDownRequest:
    return StandDownRequest(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        request_id=uuid4(),
        report_id=REPORT,
        reference="112-1",
        why="safe",
        stood_down_at=datetime(2023, 5, 19, 14, 5, tzinfo=UTC),
    ).model_copy(update=changes)


ANSWERS = {
    "decline": ("police_declined", "why", "no_unit"),
    "duplicate": ("police_duplicate_of", "reference", "-before"),
    "on_scene": ("police_already_on_scene", "reference", "112-"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_police_answer_as_they_are_told_to_about_one_report(
    url, ansim, connections, answer
) -> None:
    event, field, value = ANSWERS[answer]
    control(url, arrive_after_s=0.02)
    control(url, channel="police", answer=answer, report_id=str(REPORT))
    request, other = help_request(), help_request(report_id=uuid4())
    connections.partners.police.request(request)
    connections.partners.police.request(other)
    until(lambda: len(ansim.told) == 2)
    told = {one["report_id"]: one for one in ansim.told}
    assert told[str(REPORT)]["event"] == event
    assert told[str(REPORT)]["request_id"] == str(request.request_id)
    assert value in told[str(REPORT)][field]
    assert told[str(other.report_id)]["event"] == "patrol_arrived"


def test_an_ambulance_declines(url, ansim, connections) -> None:
    control(url, channel="ambulance", arrive_after_s=0.02, answer="decline")
    connections.partners.ambulance.request(help_request())
    until(lambda: ansim.told)
    assert ansim.told[0]["event"] == "ambulance_declined"


def test_who_is_stood_down_no_longer_comes_and_keeps_it_once(url, ansim, connections) -> None:
    control(url, channel="police", arrive_after_s=0.2)
    control(url, channel="ambulance", arrive_after_s=0.4)
    request = help_request()
    off = stand_down(request_id=request.request_id)
    reference = connections.partners.police.request(request)
    first = connections.partners.police.stand_down(off)
    assert connections.partners.police.stand_down(off) == first != reference
    connections.partners.ambulance.request(help_request())
    until(lambda: ansim.told)
    assert [told["event"] for told in ansim.told] == ["ambulance_arrived"]
    kept = [entry for entry in journal(url) if entry["channel"] == "police_stand_down"]
    assert [entry["repeats"] for entry in kept] == [1]
    assert kept[0]["body"] == off.model_dump(mode="json")


def test_a_stand_down_may_be_answered_by_who_is_there(url, ansim, connections) -> None:
    control(url, channel="police_stand_down", arrive_after_s=0.02, answer="on_scene")
    connections.partners.police.stand_down(stand_down())
    until(lambda: ansim.told)
    assert ansim.told[0]["event"] == "police_already_on_scene"


def test_a_stand_down_that_is_not_taken_can_be_sent_again(url, connections) -> None:
    control(url, channel="ambulance_stand_down", fail_next=1)
    off = stand_down()
    with pytest.raises(PartnerUnavailable):
        connections.partners.ambulance.stand_down(off)
    assert connections.partners.ambulance.stand_down(off).startswith("119-off-")
