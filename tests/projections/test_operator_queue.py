"""Given facts, then this row: the operators' queue."""

from __future__ import annotations

from typing import Any

import pytest

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.labelling import Label, Labelled, LabelReviewed
from domain.emergency.taking_back import DuressSuspected, RaisedAfterCancel
from domain.emergency.vocabulary import Alert, Amendable, CallEnd, Flag, PartnerChannel, Stage
from domain.page import Page
from domain.policy import EscalationLevel
from projections.operator_queue import OperatorQueue
from projections.progress import Call, Help, Lane
from projections.queue_row import QueueRow
from tests.story import GANGDONG, GURO, KIM, LEE, SONGPA, Story, moment, report

Told = type[Fact] | tuple[type[Fact], dict[str, Any]]
ACCEPTED: tuple[Told, ...] = (facts.Triggered, facts.Accepted)
CLAIMED: tuple[Told, ...] = (*ACCEPTED, facts.Claimed)
MANY: Told = (Labelled, {"label": Label.MANY_TRIGGERS, "count": 12, "within_s": 600.0})


def queue(*told: Told) -> QueueRow | None:
    story = Story()
    fold, row = OperatorQueue(), None
    for one in told:
        kind, fields = one if isinstance(one, tuple) else (one, {})
        fact = story.tell(kind, report(1), **fields)
        assert list(fold.keys(fact)) == [(report(1),)]
        row = fold.evolve(row, fact)
    return row


def then(row: QueueRow | None, **expected: Any) -> None:
    assert row is not None
    assert {name: getattr(row, name) for name in expected} == expected


def test_a_trigger_waits_in_its_window() -> None:
    then(
        queue(facts.Triggered),
        stage=Stage.WINDOW,
        lane=Lane.REAL,
        ringing=False,
        audience=(GANGDONG,),
        citizen_known=True,
        cancel_until=moment(6),
        accepted_at=None,
        call=Call.NONE,
        fix_accuracy_m=12.0,
        last_position=1,
        last_topic="emergency.triggered",
    )


def test_a_drill_has_a_lane_of_its_own_and_a_bell_no_citizen() -> None:
    then(
        queue((facts.Triggered, {"drill": True, "citizen_id": None, "fix": None})),
        lane=Lane.DRILL,
        citizen_known=False,
        fix_source=None,
    )


def test_an_accepted_report_rings_in_its_district() -> None:
    then(
        queue(facts.Triggered, (facts.Accepted, {"district": GURO})),
        stage=Stage.OPEN,
        ringing=True,
        district=GURO,
        audience=(GURO,),
        accepted_at=moment(2),
        answer_by=moment(17),
        call=Call.ORDERED,
    )


def test_a_cancelled_report_says_until_when_it_is_shown() -> None:
    then(
        queue(facts.Triggered, facts.Cancelled),
        stage=Stage.CANCELLED,
        ringing=False,
        reopen_until=moment(602),
    )
    then(queue(facts.Triggered, facts.Cancelled, facts.Reopened), reopen_until=None)


def test_duress_is_marked_silent_and_comes_back_from_where_it_was() -> None:
    then(
        queue(facts.Triggered, DuressSuspected),
        stage=Stage.WINDOW,
        duress=True,
        alert=Alert.SILENT,
        ringing=False,
    )
    then(queue(*CLAIMED, DuressSuspected), stage=Stage.CLAIMED, duress=True, held_by=KIM)
    then(
        queue(facts.Triggered, facts.Cancelled, DuressSuspected),
        stage=Stage.WINDOW,
        reopen_until=None,
    )
    then(queue(facts.Triggered, facts.Cancelled, DuressSuspected, facts.Accepted), ringing=True)
    then(queue(*CLAIMED, facts.Resolved, DuressSuspected), stage=Stage.WINDOW)


def test_a_report_after_a_cancel_is_marked() -> None:
    then(queue(facts.Triggered), after_cancel=False)
    then(queue(facts.Triggered, RaisedAfterCancel), after_cancel=True)


def test_an_amendment_says_what_differs_and_rings_nothing() -> None:
    moved = {"district": GURO, "flags": (Flag.POSITION_STALE,)}
    then(
        queue(facts.Triggered, (Amended, moved)),
        amended=(Amendable.POSITION,),
        district=GURO,
        audience=(GURO,),
        flags=(Flag.POSITION_STALE,),
        joined=0,
    )
    silent = {"fix": None, "alert": Alert.SILENT, "fields": (Amendable.ALERT,)}
    then(
        queue(*CLAIMED, (Amended, moved), (Amended, silent)),
        district=GANGDONG,
        ringing=False,
        alert=Alert.SILENT,
        fix_accuracy_m=12.0,
        amended=(Amendable.POSITION, Amendable.ALERT),
    )


def test_a_late_cancel_is_shown_and_acts_on_nothing() -> None:
    then(
        queue(*ACCEPTED, facts.CancelRefused, facts.CancelRefused),
        stage=Stage.OPEN,
        ringing=True,
        late_cancels=2,
    )


def test_a_claim_stops_the_ring_only() -> None:
    then(
        queue(*CLAIMED),
        stage=Stage.CLAIMED,
        ringing=False,
        held_by=KIM,
        claimed_at=moment(3),
        act_by=moment(18),
    )


def test_another_takes_over() -> None:
    then(queue(*CLAIMED, facts.TakenOver), held_by=LEE, claimed_at=moment(4))


def test_a_released_report_rings_again() -> None:
    then(
        queue(*CLAIMED, facts.Released),
        stage=Stage.OPEN,
        ringing=True,
        held_by=None,
        act_by=None,
        answer_by=moment(19),
    )


def test_an_escalation_adds_those_who_see_it() -> None:
    then(
        queue(*ACCEPTED, facts.Escalated),
        escalation=EscalationLevel.NEIGHBOUR,
        audience=(GANGDONG, SONGPA),
        ringing=True,
    )


def test_an_idle_claim_rings_though_it_is_held() -> None:
    idle = {"level": EscalationLevel.IDLE_CLAIM, "districts": (GANGDONG,)}
    then(
        queue(*CLAIMED, (facts.Escalated, idle)),
        stage=Stage.CLAIMED,
        held_by=KIM,
        ringing=True,
        escalation=EscalationLevel.IDLE_CLAIM,
    )


def test_a_joined_trigger_rings_again() -> None:
    told = {"flags": (Flag.POSITION_STALE,), "district": GURO, "alert": Alert.SILENT}
    then(
        queue(*CLAIMED, (facts.Joined, told)),
        joined=1,
        ringing=True,
        flags=(Flag.POSITION_STALE,),
        district=GANGDONG,
        alert=Alert.SILENT,
        stage=Stage.CLAIMED,
    )


def test_a_trigger_joined_in_the_window_may_move_it() -> None:
    then(
        queue(facts.Triggered, (facts.Joined, {"district": GURO})),
        ringing=False,
        district=GURO,
        audience=(GURO,),
    )


def test_a_joined_trigger_without_a_position_keeps_the_known_one() -> None:
    then(queue(*ACCEPTED, (facts.Joined, {"fix": None})), fix_accuracy_m=12.0, joined=1)


def test_a_resolved_report_can_be_reopened() -> None:
    resolved = queue(*CLAIMED, facts.Resolved)
    then(resolved, stage=Stage.RESOLVED, held_by=None, ringing=False)
    then(
        queue(*CLAIMED, facts.Resolved, facts.Reopened),
        stage=Stage.OPEN,
        ringing=True,
        district=GANGDONG,
        answer_by=moment(20),
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((facts.CallPlaced,), {"call": Call.PLACED}),
        ((facts.CallPlaced, facts.CallConnected), {"call": Call.CONNECTED}),
        ((facts.CallEnded,), {"call": Call.ENDED}),
        (((facts.CallEnded, {"end": CallEnd.UNANSWERED}),), {"call": Call.UNANSWERED}),
        ((facts.PoliceRequested,), {"police": Help.REQUESTED, "police_unassessed": False}),
        (
            ((facts.PoliceRequested, {"operator_id": None, "unassessed": True}),),
            {"police": Help.REQUESTED, "police_unassessed": True},
        ),
        ((facts.PoliceRequested, facts.PoliceAcknowledged), {"police": Help.ACKNOWLEDGED}),
        ((facts.PatrolArrived, facts.PoliceAcknowledged), {"police": Help.ARRIVED}),
        ((facts.AmbulanceRequested,), {"ambulance": Help.REQUESTED}),
        ((facts.AmbulanceRequested, facts.AmbulanceAcknowledged), {"ambulance": Help.ACKNOWLEDGED}),
        ((facts.AmbulanceArrived,), {"ambulance": Help.ARRIVED}),
        ((facts.PartnerUnreachable,), {"police": Help.UNREACHABLE}),
        (
            ((facts.PartnerUnreachable, {"channel": PartnerChannel.CALL}),),
            {"call": Call.UNREACHABLE},
        ),
        (
            ((facts.PartnerUnreachable, {"channel": PartnerChannel.AMBULANCE}),),
            {"ambulance": Help.UNREACHABLE},
        ),
        (
            (
                (
                    facts.Escalated,
                    {"page": Page(page_id=report(8), district=GANGDONG, staff_id=None)},
                ),
                (facts.PartnerUnreachable, {"channel": PartnerChannel.PAGE}),
            ),
            {"paged": None, "police": Help.NONE},
        ),
        ((facts.CameraViewed,), {"last_topic": "emergency.camera_viewed", "last_position": 4}),
    ],
)
def test_help_is_shown_as_far_as_it_has_come(told: Any, expected: dict[str, Any]) -> None:
    then(queue(*CLAIMED, *told), **expected)


def test_what_was_never_triggered_has_no_row() -> None:
    assert queue(facts.Claimed) is None


def test_a_label_is_shown_and_changes_nothing_else() -> None:
    plain, marked = queue(*ACCEPTED), queue(*ACCEPTED, MANY)
    then(marked, many_triggers=12, label_seen=False)
    assert plain is not None
    assert marked is not None
    newest = {"last_topic", "last_at", "last_position", "many_triggers"}
    assert plain.model_dump(exclude=newest) == marked.model_dump(exclude=newest)
    reviewed = (LabelReviewed, {"label": Label.MANY_TRIGGERS, "operator_id": KIM})
    then(queue(*ACCEPTED, MANY, reviewed), many_triggers=12, label_seen=True, ringing=True)
