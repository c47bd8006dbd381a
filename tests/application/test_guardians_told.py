"""Guardians are told of an emergency only where she wants it: a guardian may be the danger."""

from __future__ import annotations

from uuid import UUID

import pytest
from pydantic import SecretStr

from application.emergency.commands import CancelReport, ClaimReport, ResolveReport
from application.errors import Forbidden
from application.outbox import TimerKind
from application.phrases import worded
from application.pin_desk import SetPin
from domain.consents import Consent
from domain.emergency.vocabulary import Outcome
from domain.language import Language
from domain.message import Composed, RecipientKind
from domain.preferences import GuardiansTold, Settings
from domain.sms import TextKind, fitted
from tests.application.house import KIM, NOTE, SYSTEM, phone, sent
from tests.application.joining import Guarded, JoiningHouse


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse()


@pytest.fixture
def her(house: JoiningHouse) -> Guarded:
    return Guarded(house)


def wants(her: Guarded, told: GuardiansTold) -> None:
    her.house.settings.change(Settings(guardians_told=told), her.context)


def raises(her: Guarded, trigger_id: str = "t-1", **changes: object) -> UUID:
    receipt = her.house.trigger(
        sent(trigger_id, **changes), identity=phone(her.id), context=her.context
    )
    return receipt.report_id


def accepted(her: Guarded, **changes: object) -> UUID:
    """Her window is over; the timers that are due ask."""
    report_id = raises(her, **changes)
    her.house.clock.advance(5)
    her.house.desk.window_elapsed(report_id, SYSTEM)
    fire(her)
    return report_id


def fire(her: Guarded) -> None:
    house = her.house
    for timer in list(house.log.timers.values()):
        if timer.kind is TimerKind.GUARDIANS_TOLD and timer.due_at <= house.clock.now():
            house.told.tell(timer.aggregate_id, SYSTEM)


def told_of(her: Guarded, report_id: UUID) -> list[Composed]:
    return [one for one in her.messages() if one.about == report_id]


def test_nobody_is_told_as_long_as_she_says_nothing(her: Guarded) -> None:
    her.confirmed()
    assert told_of(her, accepted(her)) == []


def test_each_confirmed_guardian_is_told_once_and_no_other(her: Guarded) -> None:
    confirmed = {her.confirmed(1), her.confirmed(2, language=Language.ZH)}
    her.names(3)
    wants(her, GuardiansTold.UNLESS_SILENT)
    report_id = accepted(her)
    fire(her)
    told = told_of(her, report_id)
    assert {one.recipient_id for one in told} == confirmed
    assert {one.recipient_kind for one in told} == {RecipientKind.GUARDIAN}
    assert len(told) == 2
    assert told[0].words == {"name": "박서연", "time": "23:41"}


def test_a_report_in_its_window_tells_nobody(her: Guarded) -> None:
    her.confirmed()
    wants(her, GuardiansTold.ALWAYS)
    report_id = raises(her)
    assert [one.kind for one in her.house.log.timers.values()].count(TimerKind.GUARDIANS_TOLD) == 0
    her.house.told.tell(report_id, SYSTEM)
    assert told_of(her, report_id) == []


@pytest.mark.parametrize(
    ("wanted", "messages"), [(GuardiansTold.UNLESS_SILENT, 0), (GuardiansTold.ALWAYS, 1)]
)
def test_a_silent_report_is_told_only_by_her_explicit_word(
    her: Guarded, wanted: GuardiansTold, messages: int
) -> None:
    her.confirmed()
    wants(her, wanted)
    assert len(told_of(her, accepted(her, alert="silent"))) == messages


@pytest.mark.parametrize(
    ("wanted", "messages"), [(GuardiansTold.UNLESS_SILENT, 0), (GuardiansTold.ALWAYS, 1)]
)
def test_nor_is_one_that_she_was_made_to_take_back(
    her: Guarded, wanted: GuardiansTold, messages: int
) -> None:
    her.confirmed()
    wants(her, wanted)
    pins = SetPin(pin=SecretStr("1234"), duress_pin=SecretStr("9876"))
    her.house.pins.set(pins, her.context)
    report_id = raises(her)
    cancel = CancelReport(report_id=report_id, identity=phone(her.id), pin=SecretStr("9876"))
    assert her.house.desk.cancel(cancel, her.context).cancelled, "so the phone is told"
    her.house.clock.advance(5)
    her.house.desk.window_elapsed(report_id, SYSTEM)
    assert her.house.report(report_id).answer_by is not None
    fire(her)
    assert len(told_of(her, report_id)) == messages


def test_a_drill_tells_nobody_and_tells_once_it_is_real(her: Guarded) -> None:
    her.confirmed()
    wants(her, GuardiansTold.UNLESS_SILENT)
    her.house.practise(her.id)
    report_id = accepted(her, drill=True)
    her.house.told.tell(report_id, SYSTEM)
    assert told_of(her, report_id) == []
    raises(her, "t-2")
    fire(her)
    assert len(told_of(her, report_id)) == 1


def test_what_is_over_is_told_to_nobody(her: Guarded) -> None:
    her.confirmed()
    wants(her, GuardiansTold.UNLESS_SILENT)
    house, report_id = her.house, raises(her)
    house.clock.advance(5)
    house.desk.window_elapsed(report_id, SYSTEM)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.resolve(
        ResolveReport(report_id=report_id, outcome=Outcome.FALSE_ALARM, note=NOTE), KIM
    )
    fire(her)
    assert told_of(her, report_id) == []


def test_for_who_consents_no_longer_nobody_is_messaged(her: Guarded) -> None:
    her.confirmed()
    wants(her, GuardiansTold.ALWAYS)
    her.house.consents.withdraw(Consent.PERSONAL_DATA, her.context)
    assert told_of(her, accepted(her)) == []


def test_a_bells_report_is_nobodys(her: Guarded) -> None:
    receipt = her.house.trigger({"trigger_id": "t-9", "how": "bell"})
    her.house.clock.advance(5)
    her.house.desk.window_elapsed(receipt.report_id, SYSTEM)
    fire(her)
    her.house.told.tell(receipt.report_id, SYSTEM)
    assert her.messages() == []


def test_only_a_timer_asks(her: Guarded) -> None:
    with pytest.raises(Forbidden):
        her.house.told.tell(accepted(her), KIM)


@pytest.mark.parametrize("name", ["김지영", "황보서연희", "Anna"])
def test_the_words_fit_one_korean_text_message(name: str) -> None:
    words = worded("guardian.emergency", Language.KO, {"name": name, "time": "23:41"})
    assert fitted(words, "+821012345678").kind is TextKind.SMS
