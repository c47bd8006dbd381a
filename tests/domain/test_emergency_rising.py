"""How a report rises beyond the ring: idle claims, closed centres, holders who are away."""

from __future__ import annotations

from uuid import uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.attending import HolderAway, HolderBack
from domain.emergency.rising import OnDuty, SupervisorPaged
from domain.emergency.vocabulary import RiseCause, TakeRight
from domain.geography import CITY
from domain.policy import EscalationLevel, Policy
from tests.domain.reports import (
    JIYOUNG,
    KIM,
    LEE,
    POLICY,
    REPORT,
    accepted,
    after,
    claimed,
    drill,
    resolved,
)
from tests.memory import GANGDONG, SONGPA
from tests.scenario import Scenario

SUPERVISOR = OnDuty(GANGDONG, LEE)
PAGE = uuid5(REPORT, "page/1")


def grows_idle(report: Emergency) -> None:
    report.idle_claim(due_at=after(40), at=after(40), policy=POLICY, on_duty=SUPERVISOR)


def rises(level: EscalationLevel, seconds: float):
    return lambda report: report.escalate(
        level=level, due_at=after(seconds), neighbours=(SONGPA,), at=after(seconds)
    )


def idle(report: Scenario[Emergency] | None = None) -> Scenario[Emergency]:
    """Kim has done nothing: it has rung again, and goes on to rise."""
    risen = (report or claimed()).when(grows_idle).happened[0]
    fields = risen.model_dump(exclude={"originator_id", "originator_version"})
    return (report or claimed()).given(facts.Escalated, **fields)


def away() -> Scenario[Emergency]:
    return claimed().given(
        HolderAway, timestamp=after(60), operator_id=KIM, last_seen_at=after(15), silent_s=45
    )


def take(reason: str | None = None, *, supervisor: bool = False, seconds: float = 70):
    return lambda report: report.take_over(
        operator_id=LEE, reason=reason, at=after(seconds), policy=POLICY, supervisor=supervisor
    )


def test_an_idle_claim_calls_the_supervisor_and_says_how_it_goes_on() -> None:
    risen = claimed().when(grows_idle).fact
    assert (risen.level, risen.because) == (EscalationLevel.IDLE_CLAIM, RiseCause.IDLE)
    assert (risen.page.page_id, risen.page.district, risen.page.staff_id) == (PAGE, GANGDONG, LEE)
    assert [(one.level, one.due_at) for one in risen.escalations] == [
        (EscalationLevel.NEIGHBOUR, after(55)),
        (EscalationLevel.CITY, after(85)),
        (EscalationLevel.POLICE, after(115)),
    ]


def test_an_idle_claim_that_stays_idle_rises_to_the_police() -> None:
    def all_of_it(report: Emergency) -> None:
        for level, seconds in (("neighbour", 55), ("city", 85), ("police", 115)):
            rises(EscalationLevel(level), seconds)(report)

    idle().when(all_of_it).then(
        (facts.Escalated, {"districts": (GANGDONG, SONGPA), "because": RiseCause.IDLE}),
        (facts.Escalated, {"districts": (GANGDONG, SONGPA, CITY)}),
        (facts.Escalated, {"level": EscalationLevel.POLICE}),
        (facts.PoliceRequested, {"unassessed": True, "operator_id": None}),
    )


@pytest.mark.parametrize(
    "act",
    [
        (facts.CameraViewed, {"operator_id": KIM, "camera_id": "c"}),
        (facts.NoteAdded, {"operator_id": KIM, "citizen_id": JIYOUNG}),
        (facts.CallConnected, {"call_id": "c-1"}),
        (facts.Claimed, {"operator_id": KIM, "act_by": after(75)}),
    ],
    ids=lambda act: act[0].TOPIC,
)
def test_whatever_the_holder_does_ends_the_rising(act) -> None:
    fact, fields = act
    idle().given(fact, timestamp=after(45), **fields).when(
        rises(EscalationLevel.NEIGHBOUR, 55)
    ).then()


def test_what_another_does_ends_it_not() -> None:
    idle().given(facts.NoteAdded, timestamp=after(45), operator_id=LEE, citizen_id=JIYOUNG).when(
        rises(EscalationLevel.NEIGHBOUR, 55)
    ).then(facts.Escalated)


def test_a_city_may_switch_the_automatic_request_off() -> None:
    policy = Policy(escalate_police_s=None)
    assert [level for level, _ in policy.escalations_s()] == ["supervisor", "neighbour", "city"]
    risen = claimed().when(
        lambda report: report.idle_claim(due_at=after(40), at=after(40), policy=policy)
    )
    assert [one.level for one in risen.fact.escalations] == ["neighbour", "city"]


def test_the_supervisors_level_calls_her_and_the_other_levels_nobody() -> None:
    page = accepted().when(rises(EscalationLevel.SUPERVISOR, 20)).fact.page
    assert (page.district, page.staff_id) == (CITY, None)
    assert accepted().when(rises(EscalationLevel.CITY, 65)).fact.page is None


def test_nobody_is_called_for_a_drill() -> None:
    assert drill().when(rises(EscalationLevel.SUPERVISOR, 20)).fact.page is None
    assert claimed(drill()).when(grows_idle).fact.page is None


def test_a_call_that_was_taken_is_kept_once() -> None:
    def twice(report: Emergency) -> None:
        for call_id in ("p-1", "p-2"):
            report.supervisor_paged(page_id=PAGE, call_id=call_id, at=after(42))

    idle().when(twice).then((SupervisorPaged, {"call_id": "p-1"}))
    claimed().when(twice).then_refused(refusals.NotRequested)


def test_a_closed_centre_rings_elsewhere_at_once_and_once() -> None:
    def closes(report: Emergency) -> None:
        for _ in range(2):
            report.ring_elsewhere(RiseCause.CENTRE_CLOSED, centres=(SONGPA,), at=after(5))
        rises(EscalationLevel.NEIGHBOUR, 35)(report)

    accepted().when(closes).then(
        (
            facts.Escalated,
            {
                "level": EscalationLevel.NEIGHBOUR,
                "because": RiseCause.CENTRE_CLOSED,
                "districts": (GANGDONG, SONGPA),
            },
        )
    )


def test_a_report_in_hand_or_over_rings_in_no_other_centre() -> None:
    for report in (claimed(), resolved()):
        report.when(
            lambda one: one.ring_elsewhere(
                RiseCause.CENTRE_UNATTENDED, centres=(SONGPA,), at=after(610)
            )
        ).then()


def test_a_silent_holder_is_away_after_45_seconds_and_once() -> None:
    def silent(seconds: float):
        return lambda report: report.holder_silent(
            operator_id=KIM, last_seen_at=after(15), at=after(seconds), policy=POLICY
        )

    claimed().when(silent(59)).then()
    claimed().when(silent(60)).then((HolderAway, {"last_seen_at": after(15), "silent_s": 45}))
    away().when(silent(90)).then()
    claimed().when(
        lambda report: report.holder_silent(
            operator_id=LEE, last_seen_at=after(15), at=after(90), policy=POLICY
        )
    ).then()
    accepted().when(silent(90)).then()
    resolved().when(silent(900)).then()


def test_a_holder_without_a_console_is_counted_from_her_last_step() -> None:
    def silent(report: Emergency) -> None:
        report.holder_silent(operator_id=KIM, last_seen_at=None, at=after(56), policy=POLICY)

    claimed().when(silent).then((HolderAway, {"last_seen_at": after(10)}))
    claimed().given(facts.NoteAdded, timestamp=after(20), operator_id=KIM, citizen_id=JIYOUNG).when(
        silent
    ).then()


def test_a_holder_comes_back_once() -> None:
    def seen(report: Emergency) -> None:
        for _ in range(2):
            report.holder_seen(operator_id=KIM, at=after(65))

    away().when(seen).then((HolderBack, {"operator_id": KIM}))
    claimed().when(seen).then()
    away().when(lambda report: report.holder_seen(operator_id=LEE, at=after(65))).then()


def test_by_what_right_a_report_is_taken_is_kept() -> None:
    for given, taking, right in (
        (claimed(), take(seconds=30), TakeRight.FRESH),
        (idle(), take(), TakeRight.RINGING),
        (away(), take(), TakeRight.AWAY),
        (claimed(), take(supervisor=True), TakeRight.SUPERVISOR),
        (claimed(), take("Kim faints."), TakeRight.REASON),
    ):
        given.when(taking).then((facts.TakenOver, {"right": right}))


def test_once_the_holder_is_back_a_reason_is_needed_again() -> None:
    back = away().given(HolderBack, timestamp=after(65), operator_id=KIM)
    back.when(take()).then_refused(refusals.ReasonNeeded)
    claimed().when(take(" ")).then_refused(refusals.ReasonNeeded)


def test_away_never_releases() -> None:
    def still_hers(report: Emergency) -> None:
        assert report.held_by == KIM
        report.add_note(operator_id=KIM, note="I am here.", at=after(90))

    away().when(still_hers).then(facts.NoteAdded)


def test_whoever_takes_over_is_there_and_may_fall_silent_in_turn() -> None:
    def silent_in_turn(report: Emergency) -> None:
        take()(report)
        assert not report.holder_away
        report.holder_silent(operator_id=LEE, last_seen_at=after(70), at=after(115), policy=POLICY)

    away().when(silent_in_turn).then(facts.TakenOver, (HolderAway, {"operator_id": LEE}))
