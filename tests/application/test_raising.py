"""Citizens raise and take back; a repeat meets the first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

import pytest

from application.emergency.announcements import announcement
from application.emergency.commands import (
    CancelReceipt,
    CancelReport,
    ReopenReport,
    ResolveReport,
    TriggerReceipt,
)
from application.errors import Unknown
from application.safe_return import Receipt
from domain.emergency.vocabulary import Alert, Flag, Outcome, Stage
from domain.language import Language
from domain.report_guard import ReportGuard
from tests.application.house import (
    CITIZEN,
    JIYOUNG,
    KIM,
    NOBODY,
    NOTE,
    SUJIN,
    DeskHouse,
    asked_by,
    phone,
    sent,
)
from tests.scenario import T0

STRANGERS_ID = "5e0c3c1f-4b0e-4c8e-9a51-6f1f1a7c9b10"


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def cancel(house: DeskHouse, receipt: TriggerReceipt, identity=None, device=None) -> CancelReceipt:
    return house.desk.cancel(
        CancelReport(report_id=receipt.report_id, identity=identity, device=device, occurred_at=T0),
        CITIZEN,
    )


def test_a_trigger_is_answered_with_its_window_and_its_announcement(house: DeskHouse) -> None:
    receipt = house.raised(language="en")
    assert (receipt.joined, receipt.drill, receipt.alert) == (False, False, Alert.SIREN)
    assert (receipt.cancel_until - receipt.server_time).total_seconds() == 5
    assert [said.language for said in receipt.announcement] == [Language.KO, Language.EN]
    assert receipt.announcement[0].text == "긴급신고가 접수되었습니다. 경찰관을 연결 중입니다"
    assert house.log.topics(receipt.report_id) == ["emergency.triggered"]
    assert receipt.position == 3


def test_nothing_is_said_aloud_when_silent_and_a_drill_says_so() -> None:
    assert announcement(Language.ZH, alert=Alert.SILENT, drill=False) == ()
    (spoken,) = announcement(Language.KO, alert=Alert.VIBRATION, drill=True)
    assert spoken.text.startswith("연습입니다. 긴급신고가")


def test_the_same_trigger_again_is_answered_alike(house: DeskHouse) -> None:
    first = house.raised()
    house.clock.advance(2)
    assert house.raised() == first
    house.restart()
    assert house.log.topics(first.report_id) == ["emergency.triggered"]


def test_a_repeat_meets_the_first_even_when_its_key_is_forgotten(house: DeskHouse) -> None:
    first = house.claimed()
    end = ResolveReport(report_id=first.report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(end, KIM)
    house.log.forget_answers()
    again = house.raised()
    assert again == first.model_copy(update={"position": None})


def test_one_idempotency_key_for_ever_silences_no_later_alarm(house: DeskHouse) -> None:
    context = asked_by(CITIZEN.principal.role, "jiyoung", key="constant")
    first = house.trigger(sent("t-1"), identity=phone(), context=context)
    second = house.trigger(sent("t-2"), identity=phone(), context=context)
    assert (second.report_id, second.joined) == (first.report_id, True)


def test_a_second_trigger_joins_the_open_report(house: DeskHouse) -> None:
    first = house.accepted()
    second = house.raised(trigger_id="t-2")
    assert (second.report_id, second.joined) == (first.report_id, True)
    assert second.cancel_until == first.cancel_until
    assert house.raised(trigger_id="t-2") == second
    assert house.log.topics(first.report_id)[-1] == "emergency.joined"


def test_after_an_end_or_a_cancel_a_trigger_opens_another_report(house: DeskHouse) -> None:
    first = house.raised()
    assert cancel(house, first, phone()).cancelled
    second = house.accepted(trigger_id="t-2")
    assert second.report_id != first.report_id
    assert not second.joined


def test_two_citizens_have_two_reports(house: DeskHouse) -> None:
    mine = house.raised()
    hers = house.trigger(sent(), identity=phone(SUJIN))
    assert mine.report_id != hers.report_id


def test_a_stranger_is_heard_once_per_trigger(house: DeskHouse) -> None:
    first = house.trigger(sent(STRANGERS_ID), context=NOBODY)
    assert first.flags == (Flag.DEVICE_UNKNOWN,)
    assert house.trigger(sent(STRANGERS_ID), context=NOBODY) == first
    house.log.forget_answers()
    again = house.trigger(sent(STRANGERS_ID), context=NOBODY)
    assert again.report_id == first.report_id
    assert len(house.log.facts()) == 1


def test_a_stranger_cannot_join_a_citizens_report(house: DeskHouse) -> None:
    mine = house.raised(trigger_id=STRANGERS_ID)
    theirs = house.trigger(
        sent(STRANGERS_ID, device={"device_id": f"citizen:{JIYOUNG}"}), context=NOBODY
    )
    assert theirs.report_id != mine.report_id


def test_a_cancel_within_the_window_is_acknowledged(house: DeskHouse) -> None:
    receipt = house.raised()
    house.clock.advance(5)
    answer = cancel(house, receipt, phone())
    assert answer.cancelled
    assert cancel(house, receipt, phone()).cancelled
    assert house.log.topics(receipt.report_id) == ["emergency.triggered", "emergency.cancelled"]
    guard = house.app.load(ReportGuard, ReportGuard.create_id(JIYOUNG))
    assert guard.open_reports == ()


def test_a_late_cancel_is_kept_and_not_acknowledged(house: DeskHouse) -> None:
    receipt = house.accepted()
    house.clock.advance(0.05)
    assert not cancel(house, receipt, phone()).cancelled
    assert house.report(receipt.report_id).stage is Stage.OPEN
    assert house.log.topics(receipt.report_id)[-1] == "emergency.cancel_refused"


def test_a_cancel_by_another_finds_nothing(house: DeskHouse) -> None:
    receipt = house.raised()
    for identity in (None, phone(SUJIN), phone(revoked=True)):
        with pytest.raises(Unknown):
            cancel(house, receipt, identity)
    with pytest.raises(Unknown):
        cancel(house, receipt.model_copy(update={"aggregate_id": SUJIN}), phone())
    assert house.report(receipt.report_id).stage is Stage.WINDOW


def test_a_stranger_takes_back_what_the_same_device_raised(house: DeskHouse) -> None:
    receipt = house.trigger(sent(STRANGERS_ID, device={"device_id": "phone-7"}), context=NOBODY)
    with pytest.raises(Unknown):
        cancel(house, receipt, device="phone-8")
    assert cancel(house, receipt, device="phone-7").cancelled


def test_a_reopened_report_is_the_open_one_again(house: DeskHouse) -> None:
    receipt = house.raised()
    cancel(house, receipt, phone())
    house.desk.reopen(ReopenReport(report_id=receipt.report_id, reason="A scream was heard."), KIM)
    second = house.raised(trigger_id="t-2")
    assert (second.report_id, second.joined) == (receipt.report_id, True)


def test_a_report_reopened_beside_another_leaves_that_one_in_place(house: DeskHouse) -> None:
    first = house.raised()
    cancel(house, first, phone())
    second = house.raised(trigger_id="t-2")
    house.desk.reopen(ReopenReport(report_id=first.report_id, reason="A scream was heard."), KIM)
    assert house.raised(trigger_id="t-3").report_id == second.report_id


def test_twenty_triggers_at_once_are_one_report(house: DeskHouse) -> None:
    start = Barrier(20)
    receipts: list[TriggerReceipt] = []

    def press(number: int) -> None:
        start.wait(5)
        receipts.append(house.raised(trigger_id=f"t-{number % 10}"))

    presses = [Thread(target=press, args=(number,)) for number in range(20)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(30)
    assert len({receipt.report_id for receipt in receipts}) == 1
    assert sum(not receipt.joined for receipt in receipts) == 2
    assert len(receipts) == 20
    heard = house.report(receipts[0].report_id).heard
    assert sorted(heard) == [f"t-{number}" for number in range(10)]


def guarded(house: DeskHouse, step: Callable[[ReportGuard], None]) -> None:
    guard = ReportGuard.begin_for(JIYOUNG, at=T0)
    step(guard)
    house.app.commit([guard], context=CITIZEN, receipt=Receipt(aggregate_id=guard.id))


def test_who_consents_no_longer_is_heard_all_the_same_and_flagged(house: DeskHouse) -> None:
    guarded(house, lambda guard: guard.withdraw_consent(at=T0))
    receipt = house.accepted()
    assert receipt.flags == (Flag.CONSENT_WITHDRAWN,)
    assert house.report(receipt.report_id).stage is Stage.OPEN


def test_an_alarm_that_comes_after_her_erasure_rings_as_nobodys(house: DeskHouse) -> None:
    guarded(house, lambda guard: guard.close(erasure_id=UUID(int=1), at=T0))
    receipt = house.accepted()
    report = house.report(receipt.report_id)
    assert (report.citizen_id, report.stage) == (None, Stage.OPEN)
    assert house.raised().report_id == receipt.report_id
