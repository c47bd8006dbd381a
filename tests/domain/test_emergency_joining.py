"""The same citizen raises again while her report is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.base import ERASED
from domain.emergency import Emergency, facts, refusals
from domain.emergency.vocabulary import Alert, Escalation, Outcome, Stage
from domain.geography import CITY, FixQuality, FixSource, Position, metres_between
from domain.policy import EscalationLevel
from tests.domain.reports import (
    FIX,
    KIM,
    LEE,
    NOTE,
    POLICY,
    accepted,
    after,
    cancelled,
    claimed,
    police_requested,
    resolved,
    signal,
    triggered,
)
from tests.memory import (
    ACROSS_THE_BORDER,
    GANGDONG,
    GANGDONG_OFFICE,
    GURO,
    GURO_OFFICE,
    SONGPA,
)
from tests.scenario import Scenario

LEVELS = [level for level, _ in POLICY.escalations_s()]
POOR = FixQuality(source=FixSource.CELL, accuracy_m=2000.0, fixed_at=None, age_s=None)
STALE = FixQuality(source=FixSource.GNSS, accuracy_m=5.0, fixed_at=None, age_s=600.0)


def join(seconds: float = 30, name: str = "t-2", **changes: Any) -> Callable[[Emergency], None]:
    again = signal(trigger_id=name, **changes)
    return lambda report: report.join(again, at=after(seconds), policy=POLICY)


def due(seconds: float) -> tuple[Escalation, ...]:
    """All levels again, as if the report had been accepted so many seconds after the trigger."""
    return tuple(
        Escalation(level=level, due_at=after(seconds + after_s))
        for level, after_s in POLICY.escalations_s()
    )


def end(report: Emergency, *, coordinator: bool = False) -> None:
    report.resolve(
        operator_id=KIM,
        outcome=Outcome.POLICE_HANDLED,
        note=NOTE,
        coordinator=coordinator,
        at=after(60),
        policy=POLICY,
    )


def test_a_held_report_rings_again_with_new_deadlines() -> None:
    def again(report: Emergency) -> None:
        join(30)(report)
        assert (report.ringing, report.stage, report.held_by) == (True, Stage.CLAIMED, KIM)

    claimed().when(again).then(
        (
            facts.Joined,
            {
                "trigger_id": "t-2",
                "timestamp": after(30),
                "responsible": GANGDONG,
                "districts": (GANGDONG,),
                "answer_by": after(45),
                "escalations": due(30),
            },
        )
    )


def test_its_holder_claims_it_anew() -> None:
    def again(report: Emergency) -> None:
        join(30)(report)
        report.claim(operator_id=KIM, at=after(31), policy=POLICY)
        assert (report.ringing, report.answer_by) == (False, None)

    claimed().when(again).then(facts.Joined, (facts.Claimed, {"act_by": after(61)}))


def test_its_holder_takes_it_over_by_claiming_it_anew() -> None:
    def again(report: Emergency) -> None:
        join(30)(report)
        report.take_over(operator_id=KIM, reason=None, at=after(31), policy=POLICY)
        report.take_over(operator_id=KIM, reason=None, at=after(32), policy=POLICY)

    claimed().when(again).then(facts.Joined, facts.Claimed)


def test_another_claims_it_from_its_holder_without_a_reason() -> None:
    def again(report: Emergency) -> None:
        join(60)(report)
        report.claim(operator_id=LEE, at=after(61), policy=POLICY)

    claimed().when(again).then(
        facts.Joined,
        (facts.TakenOver, {"operator_id": LEE, "from_operator_id": KIM, "reason": None}),
    )


def test_it_cannot_end_before_it_was_claimed_anew() -> None:
    joined = claimed().given(
        facts.Joined,
        timestamp=after(30),
        **signal(trigger_id="t-2").model_dump(exclude={"maker", "language", "drill"}),
        responsible=GANGDONG,
        districts=(GANGDONG,),
        answer_by=after(45),
        escalations=due(30),
    )
    joined.when(end).then_refused(refusals.RingsAgain)
    joined.when(lambda report: end(report, coordinator=True)).then(facts.Resolved)


def test_unclaimed_again_it_rises_up_to_the_police() -> None:
    def nobody_comes(report: Emergency) -> None:
        join(30)(report)
        for rise in due(30):
            report.escalate(
                level=rise.level, due_at=rise.due_at, neighbours=(SONGPA,), at=rise.due_at
            )

    claimed().when(nobody_comes).then(
        facts.Joined,
        *[(facts.Escalated, {"level": level}) for level in LEVELS],
        (facts.PoliceRequested, {"unassessed": True}),
    )
    police_requested().when(nobody_comes).then(facts.Joined, *[facts.Escalated] * len(LEVELS))


def test_pressing_again_puts_no_rise_off() -> None:
    """Whoever presses every minute would else keep the police away for ever."""

    def press(report: Emergency) -> None:
        first = report.escalations[0]
        report.escalate(level=first.level, due_at=first.due_at, neighbours=(), at=first.due_at)
        join(25)(report)

    was, anew = due(5), due(25)
    accepted().when(press).then(
        (facts.Escalated, {"level": EscalationLevel.SUPERVISOR}),
        (facts.Joined, {"answer_by": after(20), "escalations": (*was[1:2], anew[0], *was[2:])}),
    )


def test_a_holder_who_was_asked_for_an_act_is_asked_for_a_claim_instead() -> None:
    def idle(report: Emergency) -> None:
        join(30)(report)
        report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)

    claimed().when(idle).then(facts.Joined)


def test_the_same_trigger_joins_once() -> None:
    accepted().when(join(name="t-1")).then()


def test_in_its_window_it_waits_for_the_acceptance() -> None:
    def again(report: Emergency) -> None:
        join(3)(report)
        assert not report.ringing

    triggered().when(again).then((facts.Joined, {"answer_by": None, "escalations": ()}))


def test_nothing_joins_a_report_that_is_over() -> None:
    cancelled().when(join(9)).then_refused(refusals.NotOpen)
    resolved().when(join(999)).then_refused(refusals.AlreadyResolved)


def test_a_silent_second_trigger_makes_the_report_silent() -> None:
    def join_then_elapse(report: Emergency) -> None:
        join(3, alert=Alert.SILENT)(report)
        report.window_elapsed(at=after(5), policy=POLICY)

    triggered().when(join_then_elapse).then(facts.Joined, (facts.Accepted, {"call": False}))


class TestWhere:
    def across(self, **changes: Any) -> Callable[[Emergency], None]:
        where = {"district": SONGPA, "position": ACROSS_THE_BORDER, "cell": "2109_5476"}
        return join(30, **(where | changes))

    def test_it_goes_where_she_is_and_nobody_loses_sight_of_it(self) -> None:
        def moved(report: Emergency) -> None:
            self.across()(report)
            assert (report.district, report.districts) == (SONGPA, (GANGDONG, SONGPA))

        claimed().when(moved).then(
            (facts.Joined, {"responsible": SONGPA, "districts": (GANGDONG, SONGPA)})
        )

    @pytest.mark.parametrize("fix", [POOR, STALE], ids=["2 km", "10 minutes old"])
    def test_a_poor_position_takes_it_from_nobody_who_had_a_good_one(self, fix: FixQuality) -> None:
        claimed().when(self.across(fix=fix)).then(
            (facts.Joined, {"responsible": GANGDONG, "districts": (GANGDONG, SONGPA)})
        )

    def test_a_poor_position_is_better_than_none(self) -> None:
        accepted(fix=None, position=None).when(self.across(fix=POOR)).then(
            (facts.Joined, {"responsible": SONGPA})
        )

    def test_without_a_position_it_stays(self) -> None:
        def blind(report: Emergency) -> None:
            join(3, district=CITY, position=None, fix=None)(report)
            assert report.fix == FIX
            report.window_elapsed(at=after(5), policy=POLICY)

        triggered().when(blind).then(
            (facts.Joined, {"position": None, "districts": (GANGDONG,)}),
            (facts.Accepted, {"district": GANGDONG}),
        )

    def test_in_its_window_it_moves_whole(self) -> None:
        def moved(report: Emergency) -> None:
            join(3, district=GURO, position=GURO_OFFICE)(report)
            assert report.districts == (GURO,)
            report.window_elapsed(at=after(5), policy=POLICY)

        triggered().when(moved).then(
            (facts.Joined, {"responsible": GURO, "districts": (GURO,)}),
            (facts.Accepted, {"district": GURO}),
        )


class TestApart:
    def metres(self, **changes: Any) -> float | None:
        found: list[float | None] = []
        accepted().when(
            lambda report: found.append(report.apart_m(signal(**changes), policy=POLICY))
        ).then()
        return found[0]

    def test_from_the_last_known_position_along_the_great_circle(self) -> None:
        assert self.metres() == 0
        metres = self.metres(position=ACROSS_THE_BORDER)
        assert metres is not None
        assert round(metres, 1) == 189.0

    @pytest.mark.parametrize(
        "changes",
        [{"position": None, "fix": None}, {"fix": POOR}, {"fix": STALE}],
        ids=["none", "2 km", "10 minutes old"],
    )
    def test_what_is_not_known_well_enough_sets_nothing_apart(self, changes: Any) -> None:
        assert self.metres(**{"position": GURO_OFFICE} | changes) is None

    def test_nor_does_a_position_that_was_erased(self) -> None:
        report = accepted(position=ERASED)
        report.when(lambda one: _is_none(one.apart_m(signal(), policy=POLICY))).then()

    def test_a_known_distance(self) -> None:
        """Seoul city hall to Busan city hall: 325 km."""
        seoul = Position(latitude_deg=37.5663, longitude_deg=126.9779)
        busan = Position(latitude_deg=35.1798, longitude_deg=129.0750)
        assert round(metres_between(seoul, busan) / 1000) == 325
        assert metres_between(GANGDONG_OFFICE, GANGDONG_OFFICE) == 0


def _is_none(value: float | None) -> None:
    assert value is None


def old(report: Scenario[Emergency], seconds: float) -> Scenario[Emergency]:
    """Joined as the first shape told it: no new acknowledgement was asked for."""
    second = signal(trigger_id="t-2", district=GURO)
    told = second.model_dump(exclude={"maker", "language", "drill"})
    return report.given(facts.Joined, timestamp=after(seconds), **told)


def test_the_first_shape_rang_again_under_the_deadlines_that_stood() -> None:
    def look_then_end(report: Emergency) -> None:
        assert (report.ringing, report.district, report.answer_by) == (True, GANGDONG, None)
        end(report)

    old(claimed(), 30).when(look_then_end).then(facts.Resolved)


def test_the_first_shape_moved_what_stood_in_its_window() -> None:
    old(triggered(), 3).when(lambda one: one.window_elapsed(at=after(5), policy=POLICY)).then(
        (facts.Accepted, {"district": GURO})
    )
