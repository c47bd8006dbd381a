"""Which report a trigger belongs to, and each trigger's report for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from domain.policy import Policy
from domain.report_guard import (
    Began,
    ConsentWithdrawn,
    Joined,
    Opened,
    Placed,
    Promoted,
    Released,
    ReportGuard,
    SetAside,
)
from tests.scenario import T0, Scenario

POLICY = Policy()
JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
FIRST, SECOND, THIRD = (uuid5(JIYOUNG, name) for name in ("first", "second", "third"))


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def began(**changes: Any) -> Scenario[ReportGuard]:
    return Scenario[ReportGuard](ReportGuard.create_id(JIYOUNG)).given(
        Began,
        **{
            "originator_topic": "report_guard",
            "timestamp": T0,
            "citizen_id": JIYOUNG,
            "drill": False,
        }
        | changes,
    )


def opened(guard: Scenario[ReportGuard] | None = None, **changes: Any) -> Scenario[ReportGuard]:
    return (guard or began()).given(
        Opened, **{"timestamp": T0, "report_id": FIRST, "trigger_id": "t-1"} | changes
    )


def place(  # noqa: PLR0913 - a trigger differs in each
    guard: ReportGuard,
    *,
    seconds: float = 60,
    metres: float | None = 0.0,
    drill: bool = False,
    name: str = "t-2",
    would_open: UUID = SECOND,
) -> Placed:
    return guard.place(
        report_id=would_open,
        trigger_id=name,
        drill=drill,
        apart_m=metres,
        at=after(seconds),
        policy=POLICY,
    )


def test_a_guard_begins_without_a_report() -> None:
    guard = ReportGuard.begin_for(JIYOUNG, at=T0)
    assert (guard.latest, guard.open_reports) == (None, ())
    assert guard.id == ReportGuard.create_id(JIYOUNG)


def test_a_first_trigger_opens_a_report() -> None:
    began().when(place).then(
        (Opened, {"report_id": SECOND, "trigger_id": "t-2", "linked_to": None})
    )


def test_a_further_trigger_joins_the_open_report() -> None:
    opened().when(place).then((Joined, {"report_id": FIRST, "trigger_id": "t-2"}))


@pytest.mark.parametrize(
    ("seconds", "metres"),
    [(900, 300.0), (900, None), (0, 299.9), (900, 0.0)],
    ids=["at both limits", "unknown place", "near", "late"],
)
def test_within_fifteen_minutes_and_three_hundred_metres_it_joins(
    seconds: float, metres: float | None
) -> None:
    opened().when(lambda guard: place(guard, seconds=seconds, metres=metres)).then(Joined)


@pytest.mark.parametrize(
    ("seconds", "metres"),
    [(900.1, 0.0), (901, None), (1, 300.1)],
    ids=["too late", "too late, wherever", "too far"],
)
def test_beyond_it_is_a_report_of_its_own_linked_to_the_first(
    seconds: float, metres: float | None
) -> None:
    opened().when(lambda guard: place(guard, seconds=seconds, metres=metres)).then(
        (
            Opened,
            {
                "report_id": SECOND,
                "linked_to": FIRST,
                "apart_s": seconds,
                "apart_m": metres,
                "join_within_s": 900.0,
                "join_within_m": 300.0,
            },
        )
    )


def test_the_fifteen_minutes_count_from_the_last_trigger() -> None:
    pressed = opened().given(Joined, timestamp=after(800), report_id=FIRST, trigger_id="t-2")
    pressed.when(lambda guard: place(guard, seconds=1700, name="t-3")).then(Joined)
    pressed.when(lambda guard: place(guard, seconds=1701, name="t-3")).then(Opened)


def two_open() -> Scenario[ReportGuard]:
    return opened(opened(), timestamp=after(1000), report_id=SECOND, trigger_id="t-2")


def test_of_several_open_reports_the_latest_is_joined() -> None:
    def third(guard: ReportGuard) -> None:
        assert guard.open_reports == (FIRST, SECOND)
        place(guard, seconds=1100, name="t-3", would_open=THIRD)

    two_open().when(third).then((Joined, {"report_id": SECOND}))


def test_when_the_latest_is_over_the_one_before_is_the_latest() -> None:
    def third(guard: ReportGuard) -> None:
        guard.release(report_id=SECOND, at=after(1050))
        place(guard, seconds=1100, name="t-3", would_open=THIRD)

    two_open().when(third).then(Released, (Opened, {"report_id": THIRD, "linked_to": FIRST}))


def test_a_reopened_report_is_open_and_not_the_latest() -> None:
    def reopen_then_press(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=after(1010))
        guard.stands(report_id=FIRST, trigger_id="t-1", drill=False, at=after(1020))
        guard.stands(report_id=FIRST, trigger_id="t-1", drill=False, at=after(1020))
        place(guard, seconds=1100, name="t-3", would_open=THIRD)

    two_open().when(reopen_then_press).then(
        Released, (Opened, {"report_id": FIRST}), (Joined, {"report_id": SECOND})
    )


def test_a_released_guard_lets_another_report_open() -> None:
    def release_then_open(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=T0)
        guard.release(report_id=FIRST, at=T0)
        place(guard)

    opened().when(release_then_open).then(Released, (Opened, {"linked_to": None}))


def test_only_an_open_report_is_released() -> None:
    opened().when(lambda guard: guard.release(report_id=SECOND, at=T0)).then()


def test_a_trigger_is_remembered_after_its_report_has_ended() -> None:
    def release(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=T0)
        assert guard.reports == {"t-1": FIRST}
        assert guard.heard_at == {FIRST: T0}

    opened().when(release).then(Released)


def test_a_report_that_only_seems_over_makes_room_and_is_still_there() -> None:
    def seem_over(guard: ReportGuard) -> None:
        guard.put_aside(report_id=FIRST, at=T0)
        guard.put_aside(report_id=FIRST, at=T0)
        assert (guard.open_reports, guard.set_aside) == ((), (FIRST,))
        assert guard.last_over == (FIRST, T0)
        guard.stands(report_id=FIRST, trigger_id="t-1", drill=False, at=T0)
        place(guard)
        guard.release(report_id=FIRST, at=T0)
        assert (guard.open_reports, guard.set_aside) == ((SECOND,), ())

    opened().when(seem_over).then(SetAside, Opened, (Released, {"report_id": FIRST}))


def test_what_was_over_last_is_known_until_another_opens() -> None:
    def release_then_open(guard: ReportGuard) -> None:
        guard.release(report_id=FIRST, at=T0)
        assert guard.last_over == (FIRST, T0)
        place(guard)
        assert guard.last_over is None

    opened().when(release_then_open).then(Released, Opened)


def test_consent_is_withdrawn_once() -> None:
    def withdraw_twice(guard: ReportGuard) -> None:
        guard.withdraw_consent(at=T0)
        guard.withdraw_consent(at=T0)

    opened().when(withdraw_twice).then(ConsentWithdrawn)


class TestDrills:
    def drill(self) -> Scenario[ReportGuard]:
        return opened(drill=True)

    def test_a_second_trigger_makes_a_drill_real(self) -> None:
        def press(guard: ReportGuard) -> None:
            assert guard.open_real == ()
            place(guard, drill=True)
            assert guard.open_real == (FIRST,)

        self.drill().when(press).then((Promoted, {"report_id": FIRST}), Joined)

    def test_a_drill_is_never_linked(self) -> None:
        self.drill().when(lambda guard: place(guard, seconds=901)).then(
            (Opened, {"report_id": SECOND, "drill": False, "linked_to": None})
        )
        opened().when(lambda guard: place(guard, seconds=901, drill=True)).then(
            (Opened, {"drill": True, "linked_to": None})
        )

    def test_a_trigger_belongs_to_a_real_report_rather_than_to_a_later_drill(self) -> None:
        opened(self.drill(), report_id=SECOND, trigger_id="t-2").when(
            lambda guard: place(guard, name="t-3", would_open=THIRD)
        ).then((Joined, {"report_id": SECOND}))

    def test_an_operator_makes_it_real_once(self) -> None:
        def promote(guard: ReportGuard) -> None:
            guard.stands(report_id=FIRST, trigger_id="t-1", drill=True, at=T0)
            guard.stands(report_id=FIRST, trigger_id="t-1", drill=False, at=T0)
            guard.stands(report_id=FIRST, trigger_id="t-1", drill=False, at=T0)

        self.drill().when(promote).then((Promoted, {"report_id": FIRST}))

    def test_a_guard_that_drills_once_had_for_themselves_knows_drills_alone(self) -> None:
        def look(guard: ReportGuard) -> None:
            assert guard.drills == {FIRST}
            guard.release(report_id=FIRST, at=T0)

        opened(began(drill=True)).when(look).then(Released)
        assert ReportGuard.create_id(JIYOUNG, drill=True) != ReportGuard.create_id(JIYOUNG)
