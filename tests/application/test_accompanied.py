"""A citizen's report and her open sessions know of each other, by facts of one append."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.accompanied import reports_told, sessions_stopped
from application.emergency.commands import (
    CancelReport,
    PromoteReport,
    ReopenReport,
    ResolveReport,
)
from application.safe_return import Receipt
from domain.emergency.vocabulary import Outcome, VerifiedBy
from domain.monitoring import Monitoring
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from tests.application.house import CITIZEN, JIYOUNG, KIM, NOTE, SYSTEM, DeskHouse, phone
from tests.domain.monitorings import POLICY, wish


def raised_told(house: DeskHouse, session_id: UUID) -> list[str]:
    return [topic for topic in house.log.topics(session_id) if "emergency" in topic]


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


@pytest.fixture
def session_id(house: DeskHouse) -> UUID:
    """Jiyoung waits to be watched."""
    at = house.clock.now()
    session = Monitoring.request(wish(citizen_id=JIYOUNG), at=at, policy=POLICY)
    guard = SessionGuard.begin_for(JIYOUNG, at=at)
    guard.open(kind=SessionKind.MONITORING, session_id=session.id, at=at)
    house.app.commit([session, guard], context=CITIZEN, receipt=Receipt(aggregate_id=session.id))
    return session.id


def resolve(house: DeskHouse, report_id: UUID) -> None:
    house.desk.resolve(
        ResolveReport(
            report_id=report_id, outcome=Outcome.SAFE, verified_by=VerifiedBy.CAMERA, note=NOTE
        ),
        KIM,
    )


def test_at_acceptance_both_are_told_in_one_append(house: DeskHouse, session_id: UUID) -> None:
    receipt = house.raised()
    assert raised_told(house, session_id) == [], "within the window it may be nothing"
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    assert raised_told(house, session_id) == ["monitoring.emergency_raised"]
    report = house.report(receipt.report_id)
    assert report.sessions == ((SessionKind.MONITORING, session_id),)
    accepted, named, told = house.log.facts()[-3:]
    assert [type(one).TOPIC for one in (accepted, named, told)] == [
        "emergency.accepted",
        "emergency.session_named",
        "monitoring.emergency_raised",
    ]
    assert house.app.load(Monitoring, session_id).reports == (report.id,)


def test_a_drill_concerns_no_session_until_it_is_seen_to_be_none(
    house: DeskHouse, session_id: UUID
) -> None:
    receipt = house.accepted(drill=True)
    assert raised_told(house, session_id) == []
    house.desk.promote(PromoteReport(report_id=receipt.report_id), KIM)
    assert raised_told(house, session_id) == ["monitoring.emergency_raised"]


def test_what_she_takes_back_in_time_concerns_no_session(
    house: DeskHouse, session_id: UUID
) -> None:
    receipt = house.raised()
    house.desk.cancel(CancelReport(report_id=receipt.report_id, identity=phone()), CITIZEN)
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    assert raised_told(house, session_id) == []


def test_when_the_report_ends_the_session_goes_on_and_knows(
    house: DeskHouse, session_id: UUID
) -> None:
    receipt = house.claimed()
    resolve(house, receipt.report_id)
    assert raised_told(house, session_id)[1:] == ["monitoring.emergency_ended"]
    session = house.app.load(Monitoring, session_id)
    assert session.reports == ()
    assert not session.over
    house.desk.reopen(ReopenReport(report_id=receipt.report_id, reason="She called."), KIM)
    assert raised_told(house, session_id)[2:] == ["monitoring.emergency_raised"]


def test_what_is_over_is_told_of_nothing(house: DeskHouse, session_id: UUID) -> None:
    session = house.app.load(Monitoring, session_id)
    session.arrive(at=house.clock.now())
    house.app.commit([session], context=CITIZEN, receipt=Receipt(aggregate_id=session.id))
    receipt = house.claimed()
    resolve(house, receipt.report_id)
    assert raised_told(house, session_id) == []
    assert house.report(receipt.report_id).sessions == ()


def test_a_session_of_another_citizen_is_not_hers(house: DeskHouse, session_id: UUID) -> None:
    house.trigger(identity=None)
    house.clock.advance(5)
    assert raised_told(house, session_id) == []


def test_a_session_that_begins_during_a_report_knows_of_it(house: DeskHouse) -> None:
    receipt = house.claimed()
    later = Monitoring.request(
        wish(citizen_id=JIYOUNG, request_id="w-2", expected_at=house.clock.now().replace(hour=16)),
        at=house.clock.now(),
        policy=POLICY,
    )
    [report] = reports_told(
        house.app, SessionKind.MONITORING, later, citizen_id=JIYOUNG, at=house.clock.now()
    )
    assert report.id == receipt.report_id
    assert (SessionKind.MONITORING, later.id) in report.sessions
    assert later.reports == (report.id,)


def test_a_drill_is_no_report_to_know_of(house: DeskHouse) -> None:
    house.accepted(drill=True)
    later = Monitoring.request(wish(citizen_id=JIYOUNG), at=house.clock.now(), policy=POLICY)
    assert not reports_told(
        house.app, SessionKind.MONITORING, later, citizen_id=JIYOUNG, at=house.clock.now()
    )


def test_a_kind_that_nobody_ends_stays_open(house: DeskHouse, session_id: UUID) -> None:
    stop = sessions_stopped(house.app, {})
    assert list(stop(JIYOUNG, house.clock.now())) == []
    assert not house.app.load(Monitoring, session_id).over


def test_a_session_whose_stream_is_not_there_is_passed_over(house: DeskHouse) -> None:
    at = house.clock.now()
    guard = SessionGuard.begin_for(JIYOUNG, at=at)
    guard.open(kind=SessionKind.MONITORING, session_id=JIYOUNG, at=at)
    house.app.commit([guard], context=CITIZEN, receipt=Receipt(aggregate_id=guard.id))
    receipt = house.accepted()
    assert house.report(receipt.report_id).sessions == ()
