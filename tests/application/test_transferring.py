"""Two centres and one report: who may offer it, take it, give it back, and read it."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.emergency.commands import (
    AcceptTransfer,
    AddNote,
    ClaimReport,
    ClassifyReport,
    LocateIncident,
    NoteThirdPerson,
    OfferTransfer,
    RefuseTransfer,
)
from application.errors import Forbidden, Stale, TooEarly
from application.outbox import TimerKind
from domain.emergency import facts
from domain.emergency.classification import Classification, IncidentKind, PersonRole, Weapon
from domain.emergency.describing import IncidentLocated
from domain.emergency.transferring import NoTransfer, TransferPending, TransferUnfit
from domain.emergency.vocabulary import Stage
from domain.geography import CITY, FixSource
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    SYSTEM,
    DeskHouse,
    id_of,
)
from tests.memory import GANGDONG, GURO, GURO_OFFICE, SONGPA


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def offered(house: DeskHouse, to: str = SONGPA) -> UUID:
    """Kim has it and offers it."""
    report_id = house.claimed().report_id
    offer = OfferTransfer(report_id=report_id, to_district=to, reason="She has walked over.")
    house.desk.offer_transfer(offer, KIM)
    return report_id


def timer_of(house: DeskHouse, report_id: UUID, kind: TimerKind):
    return [
        one
        for one in house.log.timers.values()
        if (one.aggregate_id, one.kind) == (report_id, kind)
    ][-1]


def test_the_other_centre_takes_it_and_the_old_one_may_still_act(house: DeskHouse) -> None:
    report_id = offered(house)
    receipt = house.desk.accept_transfer(AcceptTransfer(report_id=report_id), PARK_OF_SONGPA)
    report = house.report(report_id)
    assert (report.district, report.held_by) == (SONGPA, id_of(PARK_OF_SONGPA))
    assert receipt.position is not None
    house.desk.add_note(AddNote(report_id=report_id, note="She wore a red coat."), LEE)
    idle = timer_of(house, report_id, TimerKind.IDLE_CLAIM)
    assert idle.due_at == report.act_by


def test_until_then_the_other_centre_may_only_answer(house: DeskHouse) -> None:
    report_id = offered(house)
    for who in (PARK_OF_SONGPA, CHOI_OF_GURO):
        with pytest.raises(Forbidden):
            house.desk.claim(ClaimReport(report_id=report_id), who)
    assert house.report(report_id).held_by == id_of(KIM)


@pytest.mark.parametrize("who", [KIM, CHOI_OF_GURO, AUDITOR, CITIZEN])
def test_nobody_answers_for_the_other_centre(house: DeskHouse, who) -> None:
    report_id = offered(house)
    with pytest.raises(Forbidden):
        house.desk.accept_transfer(AcceptTransfer(report_id=report_id), who)
    with pytest.raises(Forbidden):
        house.desk.refuse_transfer(RefuseTransfer(report_id=report_id, reason="No."), who)


def test_a_coordinator_answers_for_the_city_and_for_any_centre(house: DeskHouse) -> None:
    report_id = offered(house, CITY)
    house.desk.accept_transfer(AcceptTransfer(report_id=report_id), COORDINATOR)
    assert house.report(report_id).district == CITY


def test_given_back_it_is_as_it_was(house: DeskHouse) -> None:
    report_id = offered(house)
    back = RefuseTransfer(report_id=report_id, reason="She has turned round.")
    house.desk.refuse_transfer(back, PARK_OF_SONGPA)
    report = house.report(report_id)
    assert (report.district, report.held_by, report.stage) == (GANGDONG, id_of(KIM), Stage.CLAIMED)
    with pytest.raises(Forbidden):
        house.desk.add_note(AddNote(report_id=report_id, note="Still here?"), PARK_OF_SONGPA)
    with pytest.raises(NoTransfer):
        house.desk.accept_transfer(AcceptTransfer(report_id=report_id), KIM)


def test_its_timer_gives_it_back(house: DeskHouse) -> None:
    report_id = offered(house)
    timer = timer_of(house, report_id, TimerKind.TRANSFER)
    assert (timer.due_at - house.clock.now()).total_seconds() == 15
    with pytest.raises(TooEarly):
        house.desk.transfer_expired(report_id, timer.due_at, SYSTEM)
    house.clock.advance(15)
    assert house.desk.transfer_expired(report_id, timer.due_at, SYSTEM).position is not None
    assert house.desk.transfer_expired(report_id, timer.due_at, SYSTEM).position is None
    assert house.report(report_id).offer is None
    with pytest.raises(Forbidden):
        house.desk.transfer_expired(report_id, timer.due_at, KIM)


def test_an_offer_to_nobody_is_refused(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    for to in ("11999", "26440", GANGDONG):
        with pytest.raises(TransferUnfit):
            house.desk.offer_transfer(
                OfferTransfer(report_id=report_id, to_district=to, reason="?"), KIM
            )
    offer = OfferTransfer(report_id=report_id, to_district=SONGPA, reason="There.")
    house.desk.offer_transfer(offer, KIM)
    with pytest.raises(TransferPending):
        house.desk.offer_transfer(offer.model_copy(update={"to_district": GURO}), KIM)


def test_a_step_on_a_picture_from_before_the_transfer_is_stale(house: DeskHouse) -> None:
    report_id = offered(house)
    seen = len(house.log.facts())
    house.desk.accept_transfer(AcceptTransfer(report_id=report_id), PARK_OF_SONGPA)
    late = AddNote(report_id=report_id, note="I am with her.", expected_position=seen)
    with pytest.raises(Stale):
        house.desk.add_note(late, KIM)


def test_an_operator_says_what_it_is_where_and_who(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    said = Classification(kind=IncidentKind.ASSAULT, weapon=Weapon.BLADE)
    house.desk.classify(ClassifyReport(report_id=report_id, classification=said), KIM)
    place = LocateIncident(report_id=report_id, position=GURO_OFFICE, accuracy_m=30)
    house.desk.locate_incident(place, KIM)
    person = NoteThirdPerson(
        report_id=report_id, role=PersonRole.OFFENDER, description="Tall, black jacket."
    )
    house.desk.note_third_person(person, KIM)
    assert house.log.topics(report_id)[-3:] == [
        "emergency.classified",
        "emergency.incident_located",
        "emergency.third_person_noted",
    ]
    [located] = [one for one in house.log.facts(report_id) if isinstance(one, IncidentLocated)]
    assert (located.district, located.fix.source, located.cell) == (
        GURO,
        FixSource.TOLD,
        "1900_5440",
    )
    with pytest.raises(Forbidden):
        house.desk.classify(ClassifyReport(report_id=report_id, classification=said), CHOI_OF_GURO)


def test_a_drill_can_be_handed_over_and_reaches_nobody(house: DeskHouse) -> None:
    report_id = house.claimed(drill=True).report_id
    offer = OfferTransfer(report_id=report_id, to_district=SONGPA, reason="Exercise.")
    house.desk.offer_transfer(offer, KIM)
    house.desk.accept_transfer(AcceptTransfer(report_id=report_id), PARK_OF_SONGPA)
    assert house.report(report_id).district == SONGPA
    assert not house.log.deliveries
    assert not [one for one in house.log.facts() if isinstance(one, facts.PoliceRequested)]
