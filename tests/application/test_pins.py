"""A cancel asks for the PIN; the duress PIN looks like one to whoever holds the phone."""

from __future__ import annotations

from typing import Any

import pytest

from application.emergency.commands import (
    CancelReceipt,
    ClaimReport,
    ResolveReport,
    TriggerReceipt,
)
from application.obstacles import against_citizen
from domain.emergency import facts
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.vocabulary import Alert, CancelRefusal, Outcome, Stage
from domain.report_guard import ReportGuard
from tests.application.her import DURESS, PIN, Her
from tests.application.house import KIM, NOTE, SYSTEM, DeskHouse


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


@pytest.fixture
def her(house: DeskHouse) -> Her:
    she = Her(house)
    she.sets(PIN, DURESS)
    return she


def shown(receipt: CancelReceipt | TriggerReceipt) -> dict[str, Any]:
    """All that the phone sees, without what tells two reports apart anyway."""
    return receipt.model_dump(exclude={"aggregate_id", "position"})


def test_a_cancel_without_the_pin_takes_nothing_back(her: Her) -> None:
    receipt = her.raises()
    missing, wrong = her.cancels(receipt), her.cancels(receipt, "0000")
    assert (missing.cancelled, missing.reason) == (False, CancelRefusal.PIN_MISSING)
    assert (wrong.cancelled, wrong.reason) == (False, CancelRefusal.PIN_WRONG)
    assert her.topics(receipt) == ["triggered", "cancel_refused", "cancel_refused"]
    assert her.cancels(receipt, PIN).cancelled
    assert her.topics(receipt)[-1] == "cancelled"


def test_after_five_wrong_pins_the_report_is_real(her: Her, house: DeskHouse) -> None:
    receipt = her.raises()
    for _ in range(5):
        her.cancels(receipt, "0000")
    assert her.cancels(receipt, PIN).reason is CancelRefusal.PIN_LOCKED
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    assert house.report(receipt.report_id).stage is Stage.OPEN


def test_without_a_pin_none_is_asked_for(house: DeskHouse) -> None:
    she = Her(house)
    assert she.cancels(she.raises(), "1234").cancelled
    assert house.passwords.checked == []


def test_the_duress_pin_alarms_and_the_phone_sees_a_cancel(her: Her, house: DeskHouse) -> None:
    receipt = her.raises()
    house.clock.advance(2)
    answer = her.cancels(receipt, DURESS)
    assert (answer.cancelled, answer.reason) == (True, None)
    assert her.topics(receipt) == ["triggered", "duress_suspected"]
    house.clock.advance(3)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    report = house.report(receipt.report_id)
    assert (report.stage, report.ringing, report.alert) == (Stage.OPEN, True, Alert.SILENT)
    assert not house.log.deliveries, "nobody calls her"


class Spied:
    """One house where she cancels, step by step, with all that can be seen from outside."""

    def __init__(self, pin: str) -> None:
        self.house = DeskHouse()
        self.her = Her(self.house)
        self.her.sets(PIN, DURESS)
        self.seen: list[Any] = []
        self.did: list[str] = []
        self._listen()
        first = self.her.raises()
        self.did.clear()
        self.house.clock.advance(2)
        self._sees(self.her.cancels(first, pin))
        self.house.clock.advance(1)
        for again in (pin, "0000", None, PIN):
            self._sees(self.her.cancels(first, again))
        self._sees(self.her.raises())
        self.house.log.forget_answers()
        self._sees(self.her.raises())
        self.house.clock.advance(60)
        self._sees(self.her.raises("t-2"))
        self._sees(self.her.cancels(first, pin))
        self.against = against_citizen(self.house.app, self.her.id, told_phone=True)

    def _sees(self, receipt: CancelReceipt | TriggerReceipt) -> None:
        position = None if receipt.position is None else "somewhere"
        self.seen.append({**receipt.model_dump(), "position": position})

    def _listen(self) -> None:
        """Every load and every append, in order, by what it concerns but its name."""
        log, app = self.house.log, self.house.app
        insert, find = log.insert_events, app.find

        def listened(stored: Any, **more: Any) -> Any:
            self.did.append(f"append {len(stored)}")
            return insert(stored, **more)

        def looked(kind: type, one: Any) -> Any:
            self.did.append(f"load {kind.__name__}")
            return find(kind, one)

        log.insert_events, app.find = listened, looked  # type: ignore[method-assign]


def test_nothing_tells_the_duress_pin_from_the_right_one() -> None:
    """The same answers, now and later, after the same loads, comparisons and appends."""
    right, forced = Spied(PIN), Spied(DURESS)
    assert forced.seen == right.seen
    assert forced.house.passwords.checked[:2] == right.house.passwords.checked[:2]
    assert len(forced.house.passwords.checked) == len(right.house.passwords.checked)
    until = forced.did.index("append 2") + 1
    assert forced.did[:until] == right.did[:until]
    assert [one.count("append") for one in forced.did] == [one.count("append") for one in right.did]
    assert forced.against == right.against


def test_whatever_comes_after_a_cancel_is_answered_alike(her: Her) -> None:
    receipt = her.raises()
    answers = [shown(her.cancels(receipt, pin)) for pin in (PIN, PIN, "0000", None, DURESS, DURESS)]
    assert all(one == answers[0] for one in answers)
    assert her.topics(receipt) == ["triggered", "cancelled", "duress_suspected"]
    assert her.cancels(receipt, DURESS).position is None


def test_a_report_under_duress_stands_beside_the_next_one(her: Her, house: DeskHouse) -> None:
    first = her.raises()
    her.cancels(first, DURESS)
    second = her.raises("t-2")
    assert (second.report_id != first.report_id, second.joined) == (True, False)
    assert her.topics(second) == ["triggered", "raised_after_cancel"]
    guard = house.app.load(ReportGuard, ReportGuard.create_id(her.id, drill=False))
    assert guard.set_aside == (first.report_id,)
    against = {one.target for one in against_citizen(house.app, her.id)}
    assert against == {first.report_id, second.report_id}, "nobody is forgotten under duress"


def test_only_operators_end_it(her: Her, house: DeskHouse) -> None:
    first = her.raises()
    her.cancels(first, DURESS)
    house.clock.advance(5)
    house.desk.window_elapsed(first.report_id, SYSTEM)
    end = ResolveReport(report_id=first.report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.claim(ClaimReport(report_id=first.report_id), KIM)
    house.desk.resolve(end, KIM)
    assert against_citizen(house.app, her.id) == ()
    assert her.topics(her.raises("t-2")) == ["triggered"]


def test_a_late_duress_pin_is_answered_as_late_and_alarms(her: Her, house: DeskHouse) -> None:
    receipt = her.raises()
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    late, forced = her.cancels(receipt, PIN), her.cancels(receipt, DURESS)
    assert shown(late) == shown(forced)
    assert her.topics(receipt)[-1] == "duress_suspected"


def test_the_duress_timer_brings_back_what_had_been_cancelled(her: Her, house: DeskHouse) -> None:
    receipt = her.raises()
    her.cancels(receipt, PIN)
    house.clock.advance(30)
    assert her.cancels(receipt, DURESS).cancelled
    due = [one for one in house.log.timers.values() if one.name == "duress"]
    assert [one.due_at for one in due] == [house.clock.now()]
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    assert isinstance(house.log.facts(receipt.report_id)[-1], facts.Accepted)
    assert isinstance(house.log.facts(receipt.report_id)[-2], DuressSuspected)
