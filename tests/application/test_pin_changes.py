"""PINs are set, changed and cleared; with the duress PIN only so that it seems so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from application.errors import Forbidden, Unknown
from domain.emergency.vocabulary import CancelRefusal, Flag, Stage
from domain.pin import PinLocked, PinsAlike, PinWrong
from tests.application.her import DURESS, PIN, Her
from tests.application.house import KIM, SYSTEM, DeskHouse


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


@pytest.fixture
def her(house: DeskHouse) -> Her:
    she = Her(house)
    she.sets(PIN, DURESS)
    return she


def test_a_pin_is_changed_with_the_old_one_only(her: Her) -> None:
    for old in (None, "0000"):
        with pytest.raises(PinWrong):
            her.sets("5555", old=old)
    assert her.sets("5555", old=PIN).is_set
    receipt = her.raises()
    assert her.cancels(receipt, PIN).reason is CancelRefusal.PIN_WRONG
    assert her.cancels(receipt, DURESS).reason is CancelRefusal.PIN_WRONG, "none is set now"
    assert her.cancels(receipt, "5555").cancelled


def test_guessing_the_old_pin_has_an_end(her: Her, house: DeskHouse) -> None:
    for number in range(5):
        with pytest.raises(PinWrong):
            her.clears(f"000{number}")
    with pytest.raises(PinLocked):
        her.clears(PIN)
    house.clock.advance(timedelta(hours=1, seconds=1).total_seconds())
    assert not her.clears(PIN).is_set
    assert not house.pins.state(her.context).is_set


def test_a_pin_that_she_was_made_to_set_is_the_duress_pin(her: Her) -> None:
    assert her.sets("1111", old=DURESS).is_set
    receipt = her.raises()
    assert her.cancels(receipt, "1111").cancelled
    assert her.topics(receipt)[-1] == "duress_suspected"
    again = her.raises("t-2")
    assert her.cancels(again, PIN).cancelled
    assert her.topics(again)[-1] == "cancelled", "her own PIN stands"


def test_a_pin_that_she_was_made_to_clear_still_alarms(her: Her, house: DeskHouse) -> None:
    assert not her.clears(DURESS).is_set
    assert not house.pins.state(her.context).is_set
    receipt = her.raises()
    assert her.cancels(receipt).cancelled
    assert her.topics(receipt)[-1] == "duress_suspected"


def test_the_two_pins_differ_and_are_four_to_eight_digits(her: Her) -> None:
    with pytest.raises(PinsAlike):
        her.sets("5555", "5555", old=PIN)
    for unfit in ("123", "123456789", "12a4", "١٢٣٤", ""):
        with pytest.raises(ValidationError):
            her.sets(unfit)


def test_pins_are_a_citizens_own(house: DeskHouse, her: Her) -> None:
    with pytest.raises(Forbidden):
        house.pins.state(KIM)
    nobody = her.context.model_copy(
        update={"principal": her.context.principal.model_copy(update={"id": str(her.id)[::-1]})}
    )
    assert house.pins.state(her.context).is_set
    with pytest.raises((Unknown, ValueError)):
        house.pins.state(nobody)


def test_withdrawn_consent_is_a_flag_on_an_accepted_report(her: Her, house: DeskHouse) -> None:
    house.consents.withdraw(None, her.context)
    house.consents.withdraw(None, her.context)
    receipt = her.raises()
    assert receipt.flags == (Flag.CONSENT_WITHDRAWN,)
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    assert house.report(receipt.report_id).stage is Stage.OPEN
    with pytest.raises(Forbidden):
        house.consents.withdraw(None, KIM)
