"""A report is raised, taken back, accepted, and rises while nobody answers."""

from __future__ import annotations

import pytest

from domain.base import project
from domain.emergency import Emergency, facts
from domain.emergency.vocabulary import Alert, Escalation, How, Stage
from domain.geography import CITY
from domain.policy import EscalationLevel, Policy
from tests.domain.reports import (
    GANGDONG,
    JIYOUNG,
    KIM,
    POLICY,
    REPORT,
    accepted,
    after,
    cancelled,
    claimed,
    drill,
    idle,
    police_requested,
    resolved,
    signal,
    triggered,
)
from tests.memory import GURO, SONGPA
from tests.scenario import T0


def test_a_trigger_opens_a_report_with_its_window() -> None:
    report = Emergency.trigger(signal(), at=T0, policy=POLICY)
    (fact,) = report.pending_events
    assert isinstance(fact, facts.Triggered)
    assert (report.id, report.stage) == (REPORT, Stage.WINDOW)
    assert (fact.cancel_until, fact.position) == (after(5), signal().position)


def test_the_window_is_what_the_policy_said_then() -> None:
    report = Emergency.trigger(signal(), at=T0, policy=Policy(cancel_window_s=1))
    replayed = project(None, report.pending_events)
    assert isinstance(replayed, Emergency)
    assert replayed.cancel_until == after(1)


def test_the_window_elapses_into_an_accepted_report() -> None:
    fact = (
        triggered()
        .when(lambda report: report.window_elapsed(at=after(5), policy=POLICY))
        .then(
            (
                facts.Accepted,
                {"district": GANGDONG, "answer_by": after(20), "call": True, "drill": False},
            )
        )
        .fact
    )
    assert fact.escalations == (
        Escalation(level=EscalationLevel.SUPERVISOR, due_at=after(20)),
        Escalation(level=EscalationLevel.NEIGHBOUR, due_at=after(35)),
        Escalation(level=EscalationLevel.CITY, due_at=after(65)),
        Escalation(level=EscalationLevel.POLICE, due_at=after(95)),
    )


def test_a_window_that_is_not_over_elapses_into_nothing() -> None:
    triggered().when(lambda report: report.window_elapsed(at=after(4.999), policy=POLICY)).then()


def test_an_elapsing_window_finds_a_cancelled_or_accepted_report_unmoved() -> None:
    cancelled().when(lambda report: report.window_elapsed(at=after(5), policy=POLICY)).then()
    accepted().when(lambda report: report.window_elapsed(at=after(6), policy=POLICY)).then()


@pytest.mark.parametrize(
    "changes",
    [
        {"alert": Alert.SILENT},
        {"how": How.BELL},
        {"drill": True},
        {"citizen_id": None},
    ],
)
def test_silence_bells_drills_and_strangers_are_not_called(changes: dict[str, object]) -> None:
    triggered(**changes).when(
        lambda report: report.window_elapsed(at=after(5), policy=POLICY)
    ).then((facts.Accepted, {"call": False}))


def escalate(level: EscalationLevel, seconds: float, at: float | None = None):
    """Ask for the rise that was due so many seconds after the trigger."""
    return lambda report: report.escalate(
        level=level,
        due_at=after(seconds),
        neighbours=(SONGPA,),
        at=after(seconds if at is None else at),
    )


def test_an_unclaimed_report_rises_to_supervisor_neighbour_and_city() -> None:
    accepted().when(escalate(EscalationLevel.SUPERVISOR, 20)).then(
        (facts.Escalated, {"level": EscalationLevel.SUPERVISOR, "districts": (GANGDONG,)})
    )
    accepted().when(escalate(EscalationLevel.NEIGHBOUR, 35)).then(
        (facts.Escalated, {"districts": (GANGDONG, SONGPA)})
    )
    accepted().when(escalate(EscalationLevel.CITY, 65)).then(
        (facts.Escalated, {"districts": (GANGDONG, CITY)})
    )


def test_centres_that_rang_go_on_ringing() -> None:
    def rise(report: Emergency) -> None:
        escalate(EscalationLevel.NEIGHBOUR, 35)(report)
        escalate(EscalationLevel.CITY, 65)(report)

    accepted().when(rise).then(
        facts.Escalated, (facts.Escalated, {"districts": (GANGDONG, SONGPA, CITY)})
    )


def test_the_last_rise_asks_the_police_unassessed() -> None:
    accepted().when(escalate(EscalationLevel.POLICE, 95)).then(
        (facts.Escalated, {"level": EscalationLevel.POLICE}),
        (facts.PoliceRequested, {"operator_id": None, "unassessed": True}),
    )


def test_the_last_rise_asks_no_police_who_are_asked_already() -> None:
    police_requested(accepted()).when(escalate(EscalationLevel.POLICE, 95)).then(facts.Escalated)


def test_a_drill_rises_without_the_police() -> None:
    drill().when(escalate(EscalationLevel.POLICE, 95)).then(facts.Escalated)


def test_a_rise_that_is_early_repeated_or_of_an_old_schedule_is_nothing() -> None:
    accepted().when(escalate(EscalationLevel.SUPERVISOR, 20, at=19.9)).then()
    accepted().when(escalate(EscalationLevel.SUPERVISOR, 21)).then()

    def twice(report: Emergency) -> None:
        escalate(EscalationLevel.SUPERVISOR, 20)(report)
        escalate(EscalationLevel.SUPERVISOR, 20)(report)

    accepted().when(twice).then(facts.Escalated)


def test_a_claimed_cancelled_or_resolved_report_does_not_rise() -> None:
    for report in (claimed(), cancelled(), resolved()):
        report.when(escalate(EscalationLevel.SUPERVISOR, 20)).then()


def test_a_claim_without_an_act_rings_again() -> None:
    def idle_at_forty(report: Emergency) -> None:
        report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)
        assert report.ringing
        assert report.held_by == KIM

    claimed().when(idle_at_forty).then(
        (facts.Escalated, {"level": EscalationLevel.IDLE_CLAIM, "districts": (GANGDONG,)})
    )


def test_an_idle_claim_rings_again_once() -> None:
    idle().when(
        lambda report: report.idle_claim(due_at=after(40), at=after(41), policy=POLICY)
    ).then()


def test_an_idle_claim_is_not_asked_early_late_or_when_nobody_holds_it() -> None:
    claimed().when(
        lambda report: report.idle_claim(due_at=after(40), at=after(39), policy=POLICY)
    ).then()
    claimed().when(
        lambda report: report.idle_claim(due_at=after(39), at=after(40), policy=POLICY)
    ).then()
    accepted().when(
        lambda report: report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)
    ).then()


def test_a_looked_at_camera_a_note_and_a_connected_call_are_acts() -> None:
    acts = (
        claimed().given(
            facts.CameraViewed, timestamp=after(20), operator_id=KIM, camera_id="GD-001"
        ),
        claimed().given(
            facts.NoteAdded, timestamp=after(20), operator_id=KIM, citizen_id=JIYOUNG, note="Calm."
        ),
        claimed().given(facts.CallConnected, timestamp=after(20), call_id="c-1"),
        police_requested(),
    )
    for acted in acts:
        acted.when(
            lambda report: report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)
        ).then()


def test_anothers_look_is_no_act_of_the_holder() -> None:
    looked = claimed().given(
        facts.CameraViewed, timestamp=after(20), operator_id=JIYOUNG, camera_id="GD-001"
    )
    looked.when(
        lambda report: report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)
    ).then(facts.Escalated)


def test_only_its_own_citizen_or_device_may_take_a_report_back() -> None:
    report = Emergency.trigger(signal(), at=T0, policy=POLICY)
    assert report.is_triggered_by(citizen_id=JIYOUNG, device=None)
    assert not report.is_triggered_by(citizen_id=None, device=signal().maker)
    unknown = signal(maker="unknown:phone-7", citizen_id=None)
    stranger = Emergency.trigger(unknown, at=T0, policy=POLICY)
    assert stranger.is_triggered_by(citizen_id=JIYOUNG, device="unknown:phone-7")
    assert not stranger.is_triggered_by(citizen_id=JIYOUNG, device="unknown:phone-8")
    assert not stranger.is_triggered_by(citizen_id=JIYOUNG, device=None)


def test_the_same_trigger_names_the_same_report_and_a_drill_another() -> None:
    assert signal().report_id == signal(district=GURO, flags=()).report_id
    assert signal().report_id != signal(drill=True).report_id
