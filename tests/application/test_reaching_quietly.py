"""Silence that comes late, and what a phone under duress sees of it all."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.emergency.commands import (
    AddNote,
    RequestCall,
    ResolveReport,
)
from application.emergency.writing import SayFine, WriteMessage
from application.outbox import Channel
from application.safe_return import Receipt
from domain.emergency.conversing import Template
from domain.emergency.refusals import AlreadyResolved, NotOpen, Silent
from domain.emergency.taking_back import PinGiven
from domain.emergency.vocabulary import Alert, Outcome
from tests.application.house import (
    CITIZEN,
    KIM,
    NOTE,
    SYSTEM,
    DeskHouse,
    phone,
)
from tests.application.test_reaching import SECOND, deliveries, heard, send, written


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


@pytest.mark.parametrize("claimed", [False, True])
def test_a_silent_trigger_makes_a_loud_report_silent_and_is_answered_in_the_app(
    house: DeskHouse,
    claimed: bool,  # noqa: FBT001
) -> None:
    report_id = (house.claimed() if claimed else house.accepted()).report_id
    house.desk.call_placed(report_id, "c-1", SYSTEM)
    again = house.raised(trigger_id="t-2", alert="silent")
    assert (again.report_id, again.joined) == (report_id, True)
    assert (again.alert, again.announcement) == (Alert.SILENT, ())
    told = heard(house, report_id)
    assert (told.silent, [one.template for one in told.messages]) == (
        True,
        [Template.SILENT_RECEIVED],
    )
    assert deliveries(house) == [Channel.CALL, Channel.HANG_UP]
    with pytest.raises(Silent):
        house.desk.request_call(RequestCall(report_id=report_id), KIM)
    house.raised(trigger_id="t-3", alert="silent")
    house.raised(trigger_id="t-4")
    told = heard(house, report_id)
    assert (told.silent, len(told.messages)) == (True, 1)


def test_a_repeat_that_asks_for_silence_is_answered_in_the_app_once(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    for _ in range(2):
        house.raised(alert="silent")
        house.log.forget_answers()
    told = heard(house, report_id)
    assert (told.silent, [one.template for one in told.messages]) == (
        True,
        [Template.SILENT_RECEIVED],
    )


def test_under_duress_a_silent_trigger_is_not_written_to(house: DeskHouse) -> None:
    """The PIN came too late to seem a cancel: her next trigger joins, and somebody else reads."""
    report_id = house.accepted().report_id
    report = house.report(report_id)
    report.cancel(at=house.clock.now(), policy=house.policy, pin=PinGiven.DURESS)
    house.app.commit([report], context=CITIZEN, receipt=Receipt(aggregate_id=report_id))
    assert house.raised(trigger_id="t-2", alert="silent").report_id == report_id
    assert written(house, report_id) == []


def taken_back(house: DeskHouse, pin: PinGiven, **raised: str) -> UUID:
    """She raises, somebody takes it back, and a control room goes on with it."""
    report_id = house.raised(**raised).report_id
    report = house.report(report_id)
    report.cancel(at=house.clock.now(), policy=house.policy, pin=pin)
    house.app.commit([report], context=CITIZEN, receipt=Receipt(aggregate_id=report_id))
    house.clock.advance(5)
    house.desk.window_elapsed(report_id, SYSTEM)
    house.desk.add_note(AddNote(report_id=report_id, note="보고 있음"), KIM)
    return report_id


def test_a_phone_under_duress_sees_what_it_would_see_of_a_cancelled_report() -> None:
    seen = []
    for pin in (PinGiven.NOT_ASKED, PinGiven.DURESS):
        house = DeskHouse()
        report_id = taken_back(house, pin)
        if pin is PinGiven.DURESS:
            house.desk.send_message(send(report_id, body="경찰이 갑니다"), KIM)
        with pytest.raises(NotOpen):
            house.desk.say_fine(SayFine(report_id=report_id, identity=phone()), CITIZEN)
        told = heard(house, report_id)
        seen.append((told.open, told.silent, told.messages, told.position))
    assert seen[0] == seen[1]


def test_a_phone_under_duress_sees_what_it_would_see_of_a_resolved_report() -> None:
    seen = []
    for pin in (PinGiven.RIGHT, PinGiven.DURESS):
        house = DeskHouse()
        report_id = house.claimed().report_id
        house.desk.send_message(send(report_id, body="경찰이 갑니다"), KIM)
        house.desk.resolve(
            ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE), KIM
        )
        house.clock.advance(60)
        report = house.report(report_id)
        report.cancel(at=house.clock.now(), policy=house.policy, pin=pin)
        house.app.commit([report], context=CITIZEN, receipt=Receipt(aggregate_id=report_id))
        house.desk.window_elapsed(report_id, SYSTEM)
        house.clock.advance(60)
        if pin is PinGiven.DURESS:
            house.desk.send_message(send(report_id, SECOND, body="어디 계세요?"), KIM)
        hers = WriteMessage(
            report_id=report_id, identity=phone(), message_id=UUID(int=3), body="고마워요"
        )
        house.desk.write(hers, CITIZEN)
        with pytest.raises(AlreadyResolved):
            house.desk.say_fine(SayFine(report_id=report_id, identity=phone()), CITIZEN)
        told = heard(house, report_id)
        seen.append((told.open, told.silent, [(one.mine, one.body) for one in told.messages]))
    assert seen[0] == seen[1] == (False, False, [(False, "경찰이 갑니다"), (True, "고마워요")])


def test_under_duress_nobody_is_called_and_nothing_is_written_by_itself(house: DeskHouse) -> None:
    report_id = taken_back(house, PinGiven.DURESS, alert="silent")
    assert house.report(report_id).is_silent
    assert deliveries(house) == []
    assert written(house, report_id) == []
