"""Positions flow; the log keeps one now and then, and says when they stop."""

from __future__ import annotations

import pytest

from domain.emergency import Emergency, facts
from domain.emergency.moving import PositionUpdated, SignalLost, SignalRegained
from domain.emergency.vocabulary import How
from domain.geography import metres_between
from domain.watching.fix import Fix
from tests.domain.reports import (
    FIX,
    POLICY,
    accept,
    accepted,
    after,
    cancelled,
    claimed,
    resolved,
    signal,
    triggered,
)
from tests.domain.walks import fix, hears, north
from tests.memory import GANGDONG, GANGDONG_OFFICE, GURO_OFFICE, SONGPA


def asked(seconds: float, last: Fix | None = None):
    def step(report: Emergency) -> None:
        report.lose_signal(last, at=after(seconds), policy=POLICY)

    return step


def lost(seconds: float = 120, **changes: object):
    fields = {
        "timestamp": after(seconds),
        "lost_after_s": 120.0,
        "district": GANGDONG,
        "cell": "2109_5478",
        "fix": FIX,
        "age_s": seconds,
        "battery_pct": 40,
        "position": GANGDONG_OFFICE,
    }
    return accepted().given(SignalLost, **(fields | changes))


def without_position():
    said = {"fix": None, "position": None, "cell": None}
    return accept(triggered(**said))


def test_distances_are_those_on_the_ground() -> None:
    assert metres_between(GANGDONG_OFFICE, north(100)) == pytest.approx(100, abs=0.1)
    assert metres_between(GANGDONG_OFFICE, GURO_OFFICE) == pytest.approx(21_225, rel=0.003)
    assert metres_between(GANGDONG_OFFICE, GANGDONG_OFFICE) == 0


def test_where_she_stands_is_kept_twice_a_minute() -> None:
    walk = [fix(second, late_s=60 - second) for second in range(5, 65, 5)]
    accepted().when(hears(*walk)).then(
        (PositionUpdated, {"timestamp": after(60), "position": north(0)}),
        (PositionUpdated, {"battery_pct": 40}),
    )


def test_a_move_is_kept_at_once_and_jitter_is_not() -> None:
    accepted().when(hears(fix(10, metres=101))).then((PositionUpdated, {"position": north(101)}))
    accepted().when(hears(fix(10, metres=99))).then()
    accepted().when(hears(fix(10, metres=180, accuracy_m=200))).then()


def test_another_district_is_kept_at_once_unless_it_may_be_an_error() -> None:
    accepted().when(hears(fix(10, district=SONGPA))).then((PositionUpdated, {"district": SONGPA}))
    accepted().when(hears(fix(10, district=SONGPA, depth_m=7.9))).then()


def test_what_is_older_or_known_does_nothing() -> None:
    moved = accepted().given(
        PositionUpdated,
        timestamp=after(50),
        district=GANGDONG,
        cell=None,
        outside=False,
        fix=fix(40, late_s=10).quality,
        battery_pct=40,
        position=north(150),
    )
    moved.when(hears(fix(40, metres=150), fix(39, metres=900), at=60)).then()
    moved.when(hears(fix(71, metres=150), at=71)).then(PositionUpdated)


def test_positions_that_come_late_are_kept_as_the_track_they_are() -> None:
    walk = [fix(second, late_s=200 - second) for second in range(0, 200, 10)]
    facts_of = accepted().when(hears(*walk, at=200)).happened
    assert [one.fix.age_s for one in facts_of] == [170, 140, 110, 80, 50, 20]
    assert {one.timestamp for one in facts_of} == {after(200)}


def test_a_useless_position_is_better_than_none_and_worse_than_any() -> None:
    poor = fix(40, accuracy_m=501)
    accepted().when(hears(poor)).then()
    without_position().when(hears(poor)).then(PositionUpdated)
    accepted().when(hears(fix(40, accuracy_m=None))).then(PositionUpdated)


def test_the_first_good_position_takes_the_place_of_a_bad_one_at_once() -> None:
    rough = accept(triggered(fix=FIX.model_copy(update={"accuracy_m": 2_000.0})))
    rough.when(hears(fix(6, metres=5))).then((PositionUpdated, {"position": north(5)}))
    rough.when(hears(fix(6, metres=5, accuracy_m=900))).then()


@pytest.mark.parametrize("over", [cancelled, resolved])
def test_a_report_that_is_over_keeps_no_position(over) -> None:
    over().when(hears(fix(700, metres=900))).then()


def test_the_window_keeps_positions_too() -> None:
    triggered().when(hears(fix(3, metres=150))).then(PositionUpdated)


def test_after_120_s_without_a_position_she_is_lost_sight_of() -> None:
    accepted().when(asked(119.9)).then()
    accepted().when(asked(120)).then(
        (
            SignalLost,
            {
                "lost_after_s": 120.0,
                "position": GANGDONG_OFFICE,
                "age_s": 120.0,
                "district": GANGDONG,
                "battery_pct": None,
            },
        )
    )


def test_the_last_place_is_the_newest_that_lies_beside_the_log() -> None:
    newest = fix(60, metres=70, battery_pct=0)
    accepted().when(asked(179.9, newest)).then()
    accepted().when(asked(180, newest)).then(
        (SignalLost, {"position": north(70), "age_s": 120.0, "battery_pct": 0})
    )
    older = fix(-60, metres=70)
    accepted().when(asked(180, older)).then((SignalLost, {"position": GANGDONG_OFFICE}))


def test_who_never_said_where_is_lost_120_s_after_the_trigger() -> None:
    without_position().when(asked(119)).then()
    without_position().when(asked(120)).then(
        (SignalLost, {"position": None, "fix": None, "age_s": None, "district": None})
    )


def test_an_old_position_at_the_trigger_gets_its_time_too() -> None:
    stale = FIX.model_copy(update={"age_s": 600.0})
    old = accept(triggered(fix=stale))
    old.when(asked(119)).then()
    old.when(asked(120)).then((SignalLost, {"age_s": 720.0}))


def test_it_is_said_once_and_only_of_open_reports_that_can_move() -> None:
    lost().when(asked(500)).then()
    resolved().when(asked(900)).then()
    cancelled().when(asked(900)).then()
    triggered().when(asked(900)).then()
    accept(triggered(how=How.BELL)).when(asked(900)).then()
    claimed().when(asked(900)).then(SignalLost)


def test_a_fresh_position_finds_her_again() -> None:
    lost().when(hears(fix(150))).then(
        (SignalRegained, {"lost_for_s": 30.0, "battery_pct": 40}), PositionUpdated
    )
    lost().when(hears(fix(119, late_s=2))).then(SignalRegained, PositionUpdated)
    back = (
        lost()
        .given(SignalRegained, timestamp=after(150), lost_for_s=30.0, battery_pct=40)
        .given(
            PositionUpdated,
            timestamp=after(150),
            district=GANGDONG,
            cell=None,
            outside=False,
            fix=fix(150).quality,
            battery_pct=40,
            position=north(0),
        )
    )
    back.when(asked(269)).then()
    back.when(asked(270)).then((SignalLost, {"age_s": 120.0}))


def test_old_positions_that_come_late_do_not_find_her() -> None:
    lost(250, age_s=250.0).when(hears(fix(60, late_s=200))).then(PositionUpdated)
    lost().when(hears(fix(150, accuracy_m=900))).then()


def test_a_reopened_report_listens_anew() -> None:
    again = resolved().given(
        facts.Reopened,
        timestamp=after(1000),
        operator_id=REOPENER,
        citizen_id=None,
        answer_by=after(1015),
        escalations=(),
        reason="A scream was heard.",
    )
    again.when(asked(1119)).then()
    again.when(asked(1120)).then(SignalLost)


def test_a_position_says_nothing_in_clear() -> None:
    assert PositionUpdated.PURPOSES == {"position": "track"}
    assert SignalLost.PURPOSES == {"position": "track"}


REOPENER = signal().citizen_id
