"""Endings and what follows them, over twins."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.emergency.commands import FinishFollowUp, ResolveReport, ScheduleFollowUp
from application.erasure_commands import ConfirmErasure, RequestErasure
from application.erasure_desk import ErasureDesk
from application.outbox import TimerKind
from application.timers import TimerDesk, TimerOutcome
from domain.emergency.refusals import OriginalUnfit
from domain.emergency.vocabulary import Outcome, VerifiedBy
from domain.erasure import ErasureReason
from domain.language import Language
from domain.member import Member
from domain.roles import Role
from tests.application.house import JIYOUNG, KIM, NOTE, SUJIN, DeskHouse, asked_by, phone
from tests.application.test_timer_desk import due
from tests.memory import GANGDONG


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


class Traces:
    """Nobody but Jiyoung, who has no phone."""

    def devices_of(self, _citizen_id: UUID) -> list[UUID]:
        return []


def test_who_is_forgotten_is_contacted_no_more(house: DeskHouse) -> None:
    receipt = house.claimed()
    end = ResolveReport(report_id=receipt.report_id, outcome=Outcome.FALSE_ALARM, note=NOTE)
    house.desk.resolve(end, KIM)
    later = house.clock.now() + timedelta(days=1)
    plan = ScheduleFollowUp(report_id=receipt.report_id, due_at=later, note="안부 전화")
    house.desk.schedule_follow_up(plan, KIM)
    house.app.save(
        Member.register(
            citizen_id=JIYOUNG,
            name="지영",
            phone="+821011112222",
            language=Language.KO,
            at=house.clock.now(),
        )
    )
    desk = ErasureDesk(house.app, house.clock, house.log, traces=Traces())
    asked = desk.request(
        RequestErasure(subject=JIYOUNG, reason=ErasureReason.REQUESTED, text="by letter"),
        asked_by(Role.SUPERVISOR, "park", GANGDONG),
    )
    desk.confirm(
        ConfirmErasure(erasure_id=asked.aggregate_id), asked_by(Role.ADMINISTRATOR, "choi")
    )
    assert house.log.topics(receipt.report_id)[-1] == "emergency.follow_up_dropped"
