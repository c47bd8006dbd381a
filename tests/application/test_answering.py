"""Rights, stale pictures and repeats at the control rooms' side of the desk."""

from __future__ import annotations

import pytest

from application.access import AccessKind
from application.emergency.commands import (
    AddNote,
    ClaimReport,
    ReleaseReport,
    ReopenReport,
    RequestAmbulance,
    RequestPolice,
    ResolveReport,
    TakeOverReport,
    ViewCamera,
)
from application.errors import Forbidden, KeyReused, Stale, Unknown
from application.outbox import Channel, TimerKind
from domain.emergency.refusals import HeldByAnother, OutcomeUnfit
from domain.emergency.vocabulary import Outcome
from domain.policy import EscalationLevel
from domain.roles import Role
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    JIYOUNG,
    KIM,
    LEE,
    NOTE,
    PARK_OF_SONGPA,
    SYSTEM,
    DeskHouse,
    asked_by,
    id_of,
    phone,
    sent,
)
from tests.memory import GANGDONG


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def test_a_report_is_played_to_its_end(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    desk = house.desk
    desk.claim(ClaimReport(report_id=report_id), KIM)
    desk.view_camera(ViewCamera(report_id=report_id, camera_id="GD-001"), KIM)
    desk.request_police(RequestPolice(report_id=report_id), KIM)
    desk.request_ambulance(RequestAmbulance(report_id=report_id), KIM)
    desk.add_note(AddNote(report_id=report_id, note="Hides beside the bakery."), KIM)
    desk.take_over(TakeOverReport(report_id=report_id), LEE)
    desk.release(ReleaseReport(report_id=report_id, reason="Shift ends."), LEE)
    desk.claim(ClaimReport(report_id=report_id), KIM)
    receipt = desk.resolve(
        ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE), KIM
    )
    assert house.log.topics(report_id) == [
        f"emergency.{done}"
        for done in (
            "triggered",
            "accepted",
            "claimed",
            "camera_viewed",
            "police_requested",
            "ambulance_requested",
            "note_added",
            "taken_over",
            "released",
            "claimed",
            "resolved",
        )
    ]
    assert receipt.position == house.log.max_notification_id()
    assert {one.channel for one in house.log.deliveries.values()} == {
        Channel.CALL,
        Channel.POLICE,
        Channel.AMBULANCE,
    }


def test_a_second_operator_is_refused_by_name(house: DeskHouse) -> None:
    receipt = house.claimed()
    with pytest.raises(HeldByAnother) as refused:
        house.desk.claim(ClaimReport(report_id=receipt.report_id), LEE)
    assert refused.value.code == "emergency.held_by_another"
    assert house.report(receipt.report_id).held_by == id_of(KIM)


@pytest.mark.parametrize("context", [CHOI_OF_GURO, PARK_OF_SONGPA, AUDITOR, CITIZEN, SYSTEM])
def test_nobody_acts_on_another_districts_report(house: DeskHouse, context) -> None:
    report_id = house.accepted().report_id
    with pytest.raises(Forbidden):
        house.desk.claim(ClaimReport(report_id=report_id), context)


def test_an_operator_without_a_district_acts_on_none(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    with pytest.raises(Forbidden):
        house.desk.claim(ClaimReport(report_id=report_id), asked_by(Role.OPERATOR, "nobody"))


def test_a_neighbour_acts_once_the_report_rings_there(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    due = house.report(report_id).escalations[1]
    house.clock.advance(30)
    house.desk.escalate(report_id, EscalationLevel.NEIGHBOUR, due.due_at, SYSTEM)
    house.desk.claim(ClaimReport(report_id=report_id), PARK_OF_SONGPA)
    assert house.report(report_id).held_by == id_of(PARK_OF_SONGPA)


def test_a_coordinator_ends_what_another_holds(house: DeskHouse) -> None:
    receipt = house.claimed()
    end = ResolveReport(report_id=receipt.report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(end, COORDINATOR)
    assert house.report(receipt.report_id).outcome is Outcome.POLICE_HANDLED


def test_an_unknown_report_is_unknown_to_everybody(house: DeskHouse) -> None:
    with pytest.raises(Unknown):
        house.desk.claim(ClaimReport(report_id=id_of(KIM)), KIM)


def test_a_step_on_an_old_picture_is_stale(house: DeskHouse) -> None:
    receipt = house.claimed()
    seen = house.log.max_notification_id()
    house.trigger(sent("t-2"), identity=phone())
    take = TakeOverReport(report_id=receipt.report_id, expected_position=seen)
    with pytest.raises(Stale):
        house.desk.take_over(take, LEE)
    fresh = take.model_copy(update={"expected_position": house.log.max_notification_id()})
    assert house.desk.take_over(fresh, LEE).position is not None


def test_a_camera_or_a_call_makes_no_picture_old(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    seen = house.log.max_notification_id()
    house.desk.call_placed(report_id, "c-1", SYSTEM)
    house.desk.view_camera(ViewCamera(report_id=report_id, camera_id="GD-001"), LEE)
    house.desk.claim(ClaimReport(report_id=report_id, expected_position=seen), KIM)


def test_a_repeated_step_gets_the_first_answer(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    context = asked_by(Role.OPERATOR, "kim", GANGDONG, key="note-1")
    note = AddNote(report_id=report_id, note="Lit street.")
    first = house.desk.add_note(note, context)
    assert house.desk.add_note(note, context) == first
    assert house.log.topics(report_id).count("emergency.note_added") == 1


def test_a_key_that_stands_for_another_body_is_refused(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    context = asked_by(Role.OPERATOR, "kim", GANGDONG, key="note-1")
    house.desk.add_note(AddNote(report_id=report_id, note="Lit street."), context)
    assert context.idempotency is not None
    other = context.model_copy(
        update={"idempotency": context.idempotency.model_copy(update={"body_sha256": b"2"})}
    )
    with pytest.raises(KeyReused):
        house.desk.add_note(AddNote(report_id=report_id, note="Dark street."), other)


def test_a_refused_step_stores_nothing(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    head = house.log.max_notification_id()
    with pytest.raises(OutcomeUnfit):
        house.desk.resolve(
            ResolveReport(report_id=report_id, outcome=Outcome.DRILL, note=NOTE), KIM
        )
    assert house.log.max_notification_id() == head


def test_a_strangers_report_is_ended_and_reopened_without_a_guard(house: DeskHouse) -> None:
    receipt = house.trigger(sent("5e0c3c1f-4b0e-4c8e-9a51"), context=CITIZEN)
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    house.desk.claim(ClaimReport(report_id=receipt.report_id), KIM)
    house.desk.resolve(
        ResolveReport(report_id=receipt.report_id, outcome=Outcome.PRANK, note=NOTE), KIM
    )
    house.desk.reopen(ReopenReport(report_id=receipt.report_id, reason="No prank."), LEE)
    assert {fact.originator_id for fact in house.log.facts()} == {receipt.report_id}


def test_each_claim_sets_a_timer_of_its_own(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.clock.advance(1)
    house.desk.take_over(TakeOverReport(report_id=report_id), LEE)
    idle = [one for one in house.log.timers.values() if one.kind is TimerKind.IDLE_CLAIM]
    assert len(idle) == 2


def test_a_look_through_a_camera_is_recorded_and_so_is_its_refusal(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    look = ViewCamera(report_id=report_id, camera_id="GD-001")
    house.desk.view_camera(look, KIM)
    with pytest.raises(Forbidden):
        house.desk.view_camera(look, CHOI_OF_GURO)
    with pytest.raises(Forbidden):
        house.desk.view_camera(look, AUDITOR)
    assert [(one.kind, one.what, one.subject, one.about) for one in house.access.accesses] == [
        (AccessKind.CAMERA, "camera:GD-001", JIYOUNG, report_id),
        (AccessKind.REFUSAL, "camera.refused", JIYOUNG, report_id),
        (AccessKind.REFUSAL, "camera.refused", JIYOUNG, report_id),
    ]
