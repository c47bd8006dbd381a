"""Endings and what follows them, over twins."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.emergency.commands import FinishFollowUp, ResolveReport, ScheduleFollowUp
from application.outbox import TimerKind
from application.timers import TimerDesk, TimerOutcome
from domain.emergency.refusals import OriginalUnfit
from domain.emergency.vocabulary import Outcome, VerifiedBy
from tests.application.house import KIM, NOTE, SUJIN, DeskHouse, phone
from tests.application.test_timer_desk import due


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def test_contact_is_planned_falls_due_and_is_made(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.desk.resolve(
        ResolveReport(
            report_id=report_id, outcome=Outcome.SAFE, verified_by=VerifiedBy.CAMERA, note=NOTE
        ),
        KIM,
    )
    later = house.clock.now() + timedelta(days=1)
    plan = ScheduleFollowUp(report_id=report_id, due_at=later, note="안부 전화")
    house.desk.schedule_follow_up(plan, KIM)
    [planned] = house.report(report_id).to_do
    house.clock.advance(86_400)
    timer = due(house, TimerKind.FOLLOW_UP, str(planned.follow_up_id))
    assert TimerDesk(house.desk).fire(timer) is TimerOutcome.CHANGED
    finish = FinishFollowUp(report_id=report_id, follow_up_id=planned.follow_up_id, note="잘 지냄")
    house.desk.finish_follow_up(finish, KIM)
    assert house.log.topics(report_id)[-3:] == [
        "emergency.follow_up_scheduled",
        "emergency.follow_up_due",
        "emergency.follow_up_done",
    ]


def test_a_duplicate_names_a_report_that_there_is(house: DeskHouse) -> None:
    original = house.trigger({"trigger_id": "t-9"}, identity=phone(SUJIN)).report_id
    report_id = house.claimed().report_id

    def repeats(of: UUID) -> ResolveReport:
        return ResolveReport(
            report_id=report_id, outcome=Outcome.DUPLICATE, duplicate_of=of, note=NOTE
        )

    with pytest.raises(OriginalUnfit):
        house.desk.resolve(repeats(uuid4()), KIM)
    house.desk.resolve(repeats(original), KIM)
    assert house.report(report_id).outcome is Outcome.DUPLICATE
