"""The police and the ambulance: asked once, told in any order."""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.vocabulary import PartnerChannel
from tests.domain.reports import (
    CALL_112,
    CALL_119,
    KIM,
    REPORT,
    accepted,
    after,
    ambulance_requested,
    claimed,
    drill,
    police_requested,
    resolved,
)

DELIVERY = uuid5(REPORT, "delivery")


def ask_police(report: Emergency) -> None:
    report.request_police(operator_id=KIM, at=after(30))


def ask_ambulance(report: Emergency) -> None:
    report.request_ambulance(operator_id=KIM, at=after(30))


def unreachable(channel: PartnerChannel, delivery_id: UUID = DELIVERY):
    return lambda report: report.partner_unreachable(
        channel=channel, delivery_id=delivery_id, code="partner_unavailable", at=after(90)
    )


def test_an_operator_asks_the_police() -> None:
    claimed().when(ask_police).then(
        (
            facts.PoliceRequested,
            {"request_id": CALL_112, "operator_id": KIM, "unassessed": False},
        )
    )


def test_help_may_be_asked_for_before_a_claim() -> None:
    accepted().when(ask_police).then(facts.PoliceRequested)
    accepted().when(ask_ambulance).then(facts.AmbulanceRequested)


def test_a_request_stands_until_it_is_answered() -> None:
    police_requested().when(ask_police).then()
    ambulance_requested().when(ask_ambulance).then()


def test_an_answered_request_may_be_followed_by_another() -> None:
    police_requested().given(
        facts.PoliceAcknowledged, timestamp=after(22), request_id=CALL_112, reference="112-1"
    ).when(ask_police).then((facts.PoliceRequested, {"request_id": uuid5(REPORT, "police/2")}))
    ambulance_requested().given(
        facts.AmbulanceAcknowledged, timestamp=after(22), request_id=CALL_119, reference="119-1"
    ).when(ask_ambulance).then(
        (facts.AmbulanceRequested, {"request_id": uuid5(REPORT, "ambulance/2")})
    )


def test_an_operator_asks_although_the_escalation_has_asked_unseen() -> None:
    accepted().given(
        facts.PoliceRequested,
        timestamp=after(95),
        request_id=CALL_112,
        operator_id=None,
        unassessed=True,
    ).when(ask_police).then((facts.PoliceRequested, {"unassessed": False}))


def test_the_first_reference_stands() -> None:
    def acknowledge_twice(report: Emergency) -> None:
        for reference in ("112-1", "112-2"):
            report.police_acknowledged(request_id=CALL_112, reference=reference, at=after(22))

    police_requested().when(acknowledge_twice).then(
        (facts.PoliceAcknowledged, {"reference": "112-1"})
    )


def test_an_ambulance_is_acknowledged_and_arrives_once() -> None:
    def twice(report: Emergency) -> None:
        for _ in range(2):
            report.ambulance_acknowledged(request_id=CALL_119, reference="119-1", at=after(22))
            report.ambulance_arrived(reference="119-1", at=after(300), occurred_at=after(290))

    ambulance_requested().when(twice).then(
        facts.AmbulanceAcknowledged, (facts.AmbulanceArrived, {"occurred_at": after(290)})
    )


def test_a_patrol_may_arrive_before_the_acknowledgement_and_after_the_end() -> None:
    def arrive_twice(report: Emergency) -> None:
        report.patrol_arrived(reference="112-1", at=after(700))
        report.patrol_arrived(reference="112-1", at=after(701))

    police_requested().when(arrive_twice).then((facts.PatrolArrived, {"reference": "112-1"}))
    resolved(police_requested()).when(arrive_twice).then(facts.PatrolArrived)


def test_nobody_answers_what_was_not_asked() -> None:
    for answer in (
        lambda report: report.police_acknowledged(request_id=CALL_112, reference="1", at=after(9)),
        lambda report: report.patrol_arrived(reference="1", at=after(9)),
        lambda report: report.ambulance_acknowledged(
            request_id=CALL_119, reference="1", at=after(9)
        ),
        lambda report: report.ambulance_arrived(reference="1", at=after(9)),
        unreachable(PartnerChannel.POLICE),
        unreachable(PartnerChannel.AMBULANCE),
    ):
        claimed().when(answer).then_refused(refusals.NotRequested)


def test_a_drill_asks_nobody() -> None:
    claimed(drill()).when(ask_police).then_refused(refusals.DrillHasNoPartner)
    claimed(drill()).when(ask_ambulance).then_refused(refusals.DrillHasNoPartner)
    claimed(drill()).when(
        lambda report: report.call_placed(call_id="c-1", at=after(6))
    ).then_refused(refusals.NoCall)
    claimed(drill()).when(unreachable(PartnerChannel.CALL)).then_refused(refusals.NotRequested)


@pytest.mark.parametrize(
    ("report", "channel"),
    [
        (accepted(), PartnerChannel.CALL),
        (police_requested(), PartnerChannel.POLICE),
        (ambulance_requested(), PartnerChannel.AMBULANCE),
    ],
    ids=["call", "police", "ambulance"],
)
def test_a_delivery_that_was_given_up_is_told_once(report, channel) -> None:
    def twice(one: Emergency) -> None:
        unreachable(channel)(one)
        unreachable(channel)(one)

    report.when(twice).then((facts.PartnerUnreachable, {"channel": channel}))


def test_a_request_that_was_given_up_may_be_made_again() -> None:
    def give_up_and_ask(report: Emergency) -> None:
        unreachable(PartnerChannel.POLICE)(report)
        ask_police(report)

    police_requested().when(give_up_and_ask).then(facts.PartnerUnreachable, facts.PoliceRequested)

    def again(report: Emergency) -> None:
        unreachable(PartnerChannel.AMBULANCE)(report)
        ask_ambulance(report)

    ambulance_requested().when(again).then(facts.PartnerUnreachable, facts.AmbulanceRequested)


def test_an_answered_request_is_not_given_up() -> None:
    def answer_and_give_up(report: Emergency) -> None:
        report.police_acknowledged(request_id=CALL_112, reference="112-1", at=after(22))
        unreachable(PartnerChannel.POLICE)(report)
        assert report.police[CALL_112].reference == "112-1"
        assert not report.police[CALL_112].unreachable

    police_requested().when(answer_and_give_up).then(
        facts.PoliceAcknowledged, facts.PartnerUnreachable
    )


def test_a_replayed_delivery_is_acknowledged_after_it_was_given_up() -> None:
    def give_up_and_answer(report: Emergency) -> None:
        unreachable(PartnerChannel.POLICE)(report)
        report.police_acknowledged(request_id=CALL_112, reference="112-1", at=after(200))

    police_requested().when(give_up_and_answer).then(
        facts.PartnerUnreachable, facts.PoliceAcknowledged
    )
