"""The Ministry watches wearers near a report: asked once, ended once, whatever overtakes what."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.emergency.commands import ClaimReport, ReopenReport, ResolveReport
from application.errors import PartnerUnavailable
from application.linked.wearers import MINISTRY, WITHHELD
from application.outbox import Channel, Delivery
from domain.emergency.vocabulary import Outcome
from tests.application.house import JIYOUNG, KIM, NOTE, SYSTEM
from tests.application.linked_house import LinkedHouse, claimed
from tests.memory import GANGDONG_OFFICE

ASKED = ["wearer_watch.began", "wearer_watch.requested", "wearer_watch.acknowledged"]
ENDED = [*ASKED, "wearer_watch.ended"]


@pytest.fixture
def house() -> LinkedHouse:
    return LinkedHouse()


def resolve(house: LinkedHouse, report_id: UUID, outcome: Outcome = Outcome.POLICE_HANDLED) -> None:
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.resolve(ResolveReport(report_id=report_id, outcome=outcome, note=NOTE), KIM)


def only(house: LinkedHouse, channel: Channel) -> Delivery:
    [found] = [one for one in house.waiting() if one.channel is channel]
    return found


def test_an_accepted_report_is_told_by_place_and_ended_when_it_is_resolved(
    house: LinkedHouse,
) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    [request] = house.ministry.watching.values()
    assert (request.position, request.radius_m) == (GANGDONG_OFFICE, house.policy.wearers_m)
    assert (request.until - request.requested_at).total_seconds() == house.policy.wearers_s
    assert not {"citizen_id", "phone", "name"} & set(request.model_dump())
    assert house.watch_of(report_id) == ASKED
    resolve(house, report_id)
    house.bring_all()
    assert house.ministry.watching == {}
    [[end]] = house.ministry.ended.values()
    assert (end.request_id, end.reference) == (
        request.request_id,
        f"moj-{request.request_id.hex[:8]}",
    )
    assert house.watch_of(report_id) == ENDED


def test_giving_the_place_away_leaves_an_access_record(house: LinkedHouse) -> None:
    house.accepted()
    house.bring(only(house, Channel.WEARER_WATCH))
    [access] = house.access.accesses
    assert (access.subject, access.what, access.recipient) == (JIYOUNG, "position", MINISTRY)


def test_a_silent_report_is_watched_too(house: LinkedHouse) -> None:
    house.accepted(alert="silent")
    house.bring_all()
    assert len(house.ministry.watching) == 1


def test_so_is_a_bell(house: LinkedHouse) -> None:
    house.press()
    house.bring_all()
    assert len(house.ministry.watching) == 1


def test_nobody_is_watched_for_a_drill(house: LinkedHouse) -> None:
    report_id = house.accepted(drill=True).report_id
    resolve(house, report_id, Outcome.DRILL)
    house.bring_all()
    assert (house.ministry.watching, house.watch_of(report_id)) == ({}, [])


def test_nor_where_nobody_knows_where_she_is(house: LinkedHouse) -> None:
    house.accepted(position=None)
    assert house.bring(only(house, Channel.WEARER_WATCH)) == WITHHELD
    assert house.ministry.watching == {}


def test_the_same_delivery_again_asks_the_same(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    asked = only(house, Channel.WEARER_WATCH)
    house.ministry.deaf = PartnerUnavailable("no answer")
    with pytest.raises(PartnerUnavailable):
        house.bring(asked)
    house.restart()
    house.bring(asked)
    house.bring(asked)
    assert len(house.ministry.watching) == 1
    assert house.watch_of(report_id) == ASKED


def test_an_end_that_comes_first_closes_the_door_to_the_request(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    asked = only(house, Channel.WEARER_WATCH)
    resolve(house, report_id)
    assert house.bring(only(house, Channel.WEARER_WATCH_END)) == WITHHELD
    assert house.bring(asked) == WITHHELD
    assert (house.ministry.watching, house.ministry.ended) == ({}, {})
    assert house.watch_of(report_id) == ["wearer_watch.began", "wearer_watch.forgone"]


def test_a_request_whose_answer_was_lost_is_ended_all_the_same(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.ministry.deaf = PartnerUnavailable("no answer")
    with pytest.raises(PartnerUnavailable):
        house.bring(only(house, Channel.WEARER_WATCH))
    resolve(house, report_id)
    house.bring(only(house, Channel.WEARER_WATCH_END))
    house.bring_all()
    assert house.ministry.watching == {}
    assert [len(ends) for ends in house.ministry.ended.values()] == [1]


def test_an_end_whose_answer_was_lost_is_told_once(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    resolve(house, report_id)
    house.ministry.deaf = PartnerUnavailable("no answer")
    with pytest.raises(PartnerUnavailable):
        house.bring(only(house, Channel.WEARER_WATCH_END))
    house.restart()
    house.bring_all()
    assert [len(ends) for ends in house.ministry.ended.values()] == [1]
    assert house.watch_of(report_id) == ENDED


def test_a_reopened_report_is_asked_about_anew(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    resolve(house, report_id)
    house.bring_all()
    house.desk.reopen(ReopenReport(report_id=report_id, reason="he is back"), KIM)
    house.bring_all()
    assert len(house.ministry.watching) == 1
    assert house.watch_of(report_id).count("wearer_watch.requested") == 2


def test_an_old_end_does_not_end_what_was_asked_after_it(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    resolve(house, report_id)
    late = only(house, Channel.WEARER_WATCH_END)
    house.desk.reopen(ReopenReport(report_id=report_id, reason="he is back"), KIM)
    house.bring(late)
    house.bring(only(house, Channel.WEARER_WATCH))
    house.bring(late)
    assert len(house.ministry.watching) == 1


def test_that_the_ministry_was_not_reached_is_kept_once(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    asked = claimed(only(house, Channel.WEARER_WATCH))
    for _ in range(2):
        house.wearers.gave_up(asked, "partner_unavailable", SYSTEM)
    assert house.watch_of(report_id) == ["wearer_watch.began", "wearer_watch.unreachable"]
