"""What the desk makes of repeats that differ, and of triggers after a cancel."""

from __future__ import annotations

import pytest

from application.emergency.commands import CancelReceipt, CancelReport, ReopenReport, TriggerReceipt
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.taking_back import RaisedAfterCancel
from domain.emergency.vocabulary import Alert, Amendable, CancelRefusal, Flag, Stage
from domain.geography import CITY
from tests.application.house import CITIZEN, KIM, NOBODY, SYSTEM, DeskHouse, phone, sent
from tests.memory import GANGDONG, GURO, GURO_OFFICE
from tests.scenario import T0

STRANGERS_ID = "5e0c3c1f-4b0e-4c8e-9a51-6f1f1a7c9b10"
IN_GURO = {
    "latitude_deg": GURO_OFFICE.latitude_deg,
    "longitude_deg": GURO_OFFICE.longitude_deg,
    "accuracy_m": 30,
}


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def cancel(house: DeskHouse, receipt: TriggerReceipt, **more) -> CancelReceipt:
    command = CancelReport(report_id=receipt.report_id, identity=phone(), **more)
    return house.desk.cancel(command, CITIZEN)


def told(house: DeskHouse, receipt: TriggerReceipt) -> list[str]:
    return [name.removeprefix("emergency.") for name in house.log.topics(receipt.report_id)]


def test_another_body_under_the_same_key_gets_the_first_answer_and_is_kept(
    house: DeskHouse,
) -> None:
    first = house.trigger(identity=phone())
    again = otherwise(house)
    assert again == first
    assert told(house, first) == ["triggered", "amended"]
    kept = house.log.facts(first.report_id)[-1]
    assert isinstance(kept, Amended)
    assert kept.fields == (Amendable.POSITION, Amendable.OTHER)
    assert Flag.FIELD_UNKNOWN in kept.flags
    assert house.report(first.report_id).district == GURO
    assert otherwise(house) == first
    assert told(house, first) == ["triggered", "amended"]


def test_a_difference_is_kept_when_the_key_is_forgotten(house: DeskHouse) -> None:
    first = house.accepted()
    house.log.forget_answers()
    again = house.raised(alert="silent")
    assert again.model_copy(update={"position": None}) == first.model_copy(
        update={"position": None}
    )
    assert told(house, first)[-2:] == ["amended", "message_sent"]
    assert house.report(first.report_id).alert is Alert.SILENT


def test_a_stranger_says_otherwise_too(house: DeskHouse) -> None:
    first = house.trigger(sent(STRANGERS_ID), context=NOBODY)
    house.log.forget_answers()
    again = house.trigger(sent(STRANGERS_ID, position=IN_GURO), context=NOBODY)
    assert again.report_id == first.report_id
    assert told(house, first) == ["triggered", "amended"]


def test_what_cannot_be_located_goes_to_the_city(house: DeskHouse) -> None:
    receipt = house.raised(position=None, permissions_denied=["location", "camera"])
    assert house.report(receipt.report_id).district == CITY
    assert {Flag.LOCATION_DENIED, Flag.CAMERA_DENIED, Flag.POSITION_MISSING} == set(receipt.flags)


def test_a_trigger_after_a_cancel_names_the_cancelled_report(house: DeskHouse) -> None:
    first = house.raised()
    assert cancel(house, first).cancelled
    house.clock.advance(600)
    second = house.accepted(trigger_id="t-2")
    assert told(house, second) == ["triggered", "raised_after_cancel", "accepted"]
    after = house.log.facts(second.report_id)[1]
    assert isinstance(after, RaisedAfterCancel)
    assert (after.cancelled_report_id, after.taken_back_at) == (first.report_id, T0)
    assert house.raised(trigger_id="t-2").report_id == second.report_id


def test_a_trigger_long_after_a_cancel_is_a_new_story(house: DeskHouse) -> None:
    cancel(house, house.raised())
    house.clock.advance(601)
    assert told(house, house.raised(trigger_id="t-2")) == ["triggered"]


def test_a_trigger_after_a_resolved_report_follows_no_cancel(house: DeskHouse) -> None:
    first = house.raised()
    cancel(house, first)
    house.desk.reopen(ReopenReport(report_id=first.report_id, reason="A scream was heard."), KIM)
    assert house.raised(trigger_id="t-2").report_id == first.report_id
    assert "raised_after_cancel" not in told(house, first)


def test_a_cancel_of_the_earlier_trigger_leaves_the_later_one(house: DeskHouse) -> None:
    first = house.raised()
    house.clock.advance(1)
    house.raised(trigger_id="t-2")
    answer = cancel(house, first, trigger_id="t-1")
    assert (answer.cancelled, answer.reason) == (False, CancelRefusal.RAISED_AGAIN)
    assert house.report(first.report_id).stage is Stage.WINDOW
    assert cancel(house, first, trigger_id="t-2").cancelled


def test_a_cancel_counts_from_when_it_stood_at_the_door(house: DeskHouse) -> None:
    receipt = house.raised()
    house.clock.advance(5.5)
    assert cancel(house, receipt, received_at=T0).cancelled
    assert isinstance(house.log.facts(receipt.report_id)[-1], facts.Cancelled)


def test_a_late_cancel_says_why_it_is_none(house: DeskHouse) -> None:
    answer = cancel(house, house.accepted(), received_at=T0)
    assert (answer.cancelled, answer.reason) == (False, CancelRefusal.LATE)


def test_nobody_is_called_for_a_report_that_was_taken_back(house: DeskHouse) -> None:
    receipt = house.raised()
    cancel(house, receipt)
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    assert not house.log.deliveries
    assert house.report(receipt.report_id).district == GANGDONG


def otherwise(house: DeskHouse) -> TriggerReceipt:
    """The first trigger once more, from elsewhere and with a word that nobody knows."""
    body = sent(position=IN_GURO, mood="afraid")
    return house.trigger(body, identity=phone())
