"""What the one application makes of conflicts, answers given before, and a lost log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent

from application.desk import ATTEMPTS_MAX
from application.emergency.commands import ClaimReport
from application.errors import Conflict, LogUnavailable, Unknown
from domain.device import Device
from domain.emergency import Emergency
from tests.application.house import JIYOUNG, KIM, DeskHouse, phone, sent
from tests.memory import MemoryLog


class TroubledLog(MemoryLog):
    """Fails as it is told to, as often as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reading: Exception | None = None
        self.writing: list[Exception] = []
        self.asked = 0

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        self.asked += 1
        if self.writing:
            raise self.writing.pop()
        return super().insert_events(stored_events, **kwargs)

    def select_events(self, *args: Any, **kwargs: Any) -> Any:
        if self.reading:
            raise self.reading
        return super().select_events(*args, **kwargs)


class BlindLog(TroubledLog):
    """Sees a stored answer only when it writes, as in a race of two repeats."""

    blind = False

    def find(self, principal_id: str, idempotency: Any) -> Any:
        if self.blind:
            self.blind = False
            return None
        return super().find(principal_id, idempotency)


@pytest.fixture
def house() -> DeskHouse:
    house = DeskHouse()
    house.log = BlindLog()
    house.restart()
    return house


def test_a_step_that_was_overtaken_runs_again(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    house.log.writing = [IntegrityError("overtaken")] * 3
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    assert house.report(report_id).held_by is not None


def test_a_step_that_is_always_overtaken_ends_in_a_conflict(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    house.log.writing = [IntegrityError("overtaken")] * 20
    asked = house.log.asked
    with pytest.raises(Conflict):
        house.desk.claim(ClaimReport(report_id=report_id), KIM)
    assert house.log.asked - asked == ATTEMPTS_MAX


def test_a_log_that_takes_nothing_or_tells_nothing_is_unavailable(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    house.log.writing = [OperationalError("down")]
    with pytest.raises(LogUnavailable):
        house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.log.reading = OperationalError("down")
    with pytest.raises(LogUnavailable):
        house.desk.claim(ClaimReport(report_id=report_id), KIM)
    with pytest.raises(LogUnavailable):
        house.app.history(report_id)


def test_a_broken_stream_is_no_mere_trouble(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    house.log.reading = IntegrityError("two of one version")
    with pytest.raises(IntegrityError):
        house.report(report_id)


def test_two_repeats_at_once_get_one_answer(house: DeskHouse) -> None:
    first = house.trigger(sent(position=None, trigger_id="5e0c3c1f-4b0e-4c8e"))
    house.log.blind = True
    house.log._stored_events_index.clear()
    assert house.trigger(sent(position=None, trigger_id="5e0c3c1f-4b0e-4c8e")) == first


def test_an_id_of_another_kind_is_unknown(house: DeskHouse) -> None:
    report_id = house.raised().report_id
    with pytest.raises(Unknown):
        house.app.load(Device, report_id)
    assert house.app.find(Emergency, JIYOUNG) is None


def test_a_history_is_all_of_a_reports_facts(house: DeskHouse) -> None:
    receipt = house.trigger(sent(), identity=phone())
    assert [fact.TOPIC for fact in house.app.history(receipt.report_id)] == ["emergency.triggered"]
