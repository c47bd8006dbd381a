"""What stands against forgetting a scout, and whose keys go with hers."""

from __future__ import annotations

from uuid import UUID

from application.emergency.commands import ClaimReport, ResolveReport
from application.forgotten_keys import keys_beside
from application.obstacles import kinds_of, looked_at
from domain.emergency.describing import keys_of
from domain.emergency.vocabulary import Outcome
from domain.erasure import Erasure, ErasureReason, SubjectKind
from domain.hold_kind import HoldKind
from tests.application.escort_house import KIM, SUPERVISOR, EscortHouse
from tests.application.house import NOTE
from tests.application.test_scout_alarms import press


def test_her_service_and_her_open_alarm_stand_against_it_and_her_reports_keys_go() -> None:
    house = EscortHouse()
    scout = house.enlist("bora")
    scout_id = UUID(scout.principal.id)
    report_id = press(house, scout).aggregate_id

    def against() -> tuple[HoldKind, ...]:
        kind, obstacles = looked_at(house.app, scout_id)
        assert kind is SubjectKind.SCOUT
        return kinds_of(obstacles)

    assert against() == (HoldKind.IN_SERVICE, HoldKind.OPEN_CASE)
    house.scouts.discharge(scout_id, SUPERVISOR)
    assert against() == (HoldKind.OPEN_CASE,)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(end, KIM)
    assert against() == ()
    erasure = Erasure.request(
        scout_id,
        SubjectKind.SCOUT,
        asked_by=UUID(SUPERVISOR.principal.id),
        reason=ErasureReason.REQUESTED,
        text="",
        holds=(),
        at=house.clock.now(),
    )
    assert keys_beside(house.app, erasure) == keys_of(report_id)
