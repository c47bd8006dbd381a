"""One open report for each citizen, and each trigger's report for ever."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from domain.report_guard import (
    Began,
    ConsentWithdrawn,
    Joined,
    Opened,
    Released,
    ReportGuard,
    SetAside,
)
from tests.scenario import T0, Scenario

JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
FIRST, SECOND = uuid5(JIYOUNG, "first"), uuid5(JIYOUNG, "second")


def began() -> Scenario[ReportGuard]:
    return Scenario[ReportGuard](ReportGuard.create_id(JIYOUNG, drill=False)).given(
        Began, originator_topic="report_guard", timestamp=T0, citizen_id=JIYOUNG, drill=False
    )


def opened() -> Scenario[ReportGuard]:
    return began().given(Opened, timestamp=T0, report_id=FIRST, trigger_id="t-1")


def test_a_guard_begins_without_a_report() -> None:
    guard = ReportGuard.begin_for(JIYOUNG, drill=False, at=T0)
    assert guard.open_report is None
    assert guard.id == ReportGuard.create_id(JIYOUNG, drill=False)


def test_drills_have_a_guard_of_their_own() -> None:
    assert ReportGuard.create_id(JIYOUNG, drill=True) != ReportGuard.create_id(JIYOUNG, drill=False)


def test_a_first_report_opens() -> None:
    began().when(lambda guard: guard.open(report_id=FIRST, trigger_id="t-1", at=T0)).then(
        (Opened, {"report_id": FIRST, "trigger_id": "t-1"})
    )


def test_a_second_report_leaves_the_first_in_place() -> None:
    opened().when(lambda guard: guard.open(report_id=SECOND, trigger_id="t-2", at=T0)).then()


def test_a_further_trigger_joins_the_open_report_once() -> None:
    def join_twice(guard: ReportGuard) -> None:
        guard.join(trigger_id="t-2", at=T0)
        guard.join(trigger_id="t-2", at=T0)

    opened().when(join_twice).then((Joined, {"report_id": FIRST, "trigger_id": "t-2"}))


def test_nothing_joins_when_no_report_is_open() -> None:
    began().when(lambda guard: guard.join(trigger_id="t-2", at=T0)).then()


def test_a_released_guard_lets_another_report_open() -> None:
    def release_then_open(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=T0)
        guard.release(report_id=FIRST, at=T0)
        guard.open(report_id=SECOND, trigger_id="t-2", at=T0)

    opened().when(release_then_open).then(Released, (Opened, {"report_id": SECOND}))


def test_only_the_open_report_releases() -> None:
    opened().when(lambda guard: guard.release(report_id=SECOND, at=T0)).then()


def test_a_trigger_is_remembered_after_its_report_has_ended() -> None:
    def release(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=T0)
        assert guard.reports == {"t-1": FIRST}

    opened().when(release).then(Released)


def test_a_report_that_only_seems_over_makes_room_and_is_still_there() -> None:
    def seem_over(guard: ReportGuard) -> None:
        guard.put_aside(report_id=FIRST, at=T0)
        guard.put_aside(report_id=FIRST, at=T0)
        assert (guard.open_report, guard.set_aside) == (None, (FIRST,))
        assert guard.last_over == (FIRST, T0)
        guard.open(report_id=SECOND, trigger_id="t-2", at=T0)
        guard.release(report_id=FIRST, at=T0)
        assert (guard.open_report, guard.set_aside) == (SECOND, ())

    opened().when(seem_over).then(SetAside, Opened, (Released, {"report_id": FIRST}))


def test_what_was_over_last_is_known_until_another_opens() -> None:
    def release_then_open(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=T0)
        assert guard.last_over == (FIRST, T0)
        guard.open(report_id=SECOND, trigger_id="t-2", at=T0)
        assert guard.last_over is None

    opened().when(release_then_open).then(Released, Opened)


def test_consent_is_withdrawn_once() -> None:
    def withdraw_twice(guard: ReportGuard) -> None:
        guard.withdraw_consent(at=T0)
        guard.withdraw_consent(at=T0)

    opened().when(withdraw_twice).then(ConsentWithdrawn)
