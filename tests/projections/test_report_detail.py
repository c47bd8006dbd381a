"""Given facts, then this row: one report in full, its history, and what it counts as."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest

from domain import ledger
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.taking_back import DuressSuspected, RaisedAfterCancel
from domain.emergency.vocabulary import (
    Alert,
    Amendable,
    CallEnd,
    How,
    Outcome,
    PartnerChannel,
    Stage,
)
from domain.policy import EscalationLevel
from projections.incident_history import HistoryRow, IncidentHistory
from projections.operator_queue import OperatorQueue
from projections.progress import Call, Help, Lane
from projections.report_detail import ReportDetail
from projections.report_detail_row import ReportRow
from projections.usage import UsageOpening
from projections.usage_reports import UsageByHour, UsageReports
from tests.story import CITIZEN, GANGDONG, GURO, KIM, LEE, REQUEST, SONGPA, Story, moment, report

Told = type[Fact] | tuple[type[Fact], dict[str, Any]]
ACCEPTED: tuple[Told, ...] = (facts.Triggered, facts.Accepted)
CLAIMED: tuple[Told, ...] = (*ACCEPTED, facts.Claimed)


def tell(*told: Told) -> Story:
    story = Story()
    for one in told:
        kind, fields = one if isinstance(one, tuple) else (one, {})
        story.tell(kind, report(1), **fields)
    return story


def detail(*told: Told) -> ReportRow:
    fold, row = ReportDetail(), None
    for fact in tell(*told).facts:
        assert isinstance(fact, Fact)
        assert list(fold.keys(fact)) == [(report(1),)]
        row = fold.evolve(row, fact)
    assert row is not None
    return row


def then(row: ReportRow, **expected: Any) -> None:
    assert {name: getattr(row, name) for name in expected} == expected


def test_a_trigger_brings_all_that_is_known_and_the_position_sealed() -> None:
    row = detail((facts.Triggered, {"how": How.SHAKE, "presses": 4}))
    then(
        row,
        stage=Stage.WINDOW,
        lane=Lane.REAL,
        citizen_id=CITIZEN,
        how=How.SHAKE,
        presses=4,
        cell="2070_5500",
        position_at=moment(1),
        fixed_at=moment(0),
    )
    assert row.position is not None
    assert row.position.subject == facts.track_of(report(1))


def test_the_milestones_of_the_straight_way() -> None:
    row = detail(
        *CLAIMED,
        facts.CallPlaced,
        facts.CallConnected,
        facts.CameraViewed,
        facts.PoliceRequested,
        facts.PoliceAcknowledged,
        facts.PatrolArrived,
        facts.AmbulanceRequested,
        facts.AmbulanceAcknowledged,
        facts.AmbulanceArrived,
        facts.CallEnded,
        facts.NoteAdded,
        (facts.Resolved, {"outcome": Outcome.TRANSPORTED}),
    )
    then(
        row,
        stage=Stage.RESOLVED,
        outcome=Outcome.TRANSPORTED,
        accepted_at=moment(2),
        first_claimed_at=moment(3),
        call=Call.ENDED,
        call_connected_at=moment(5),
        call_talked_s=30.0,
        cameras_viewed=1,
        police=Help.ARRIVED,
        patrol_arrived_at=moment(9),
        ambulance=Help.ARRIVED,
        ambulance_arrived_at=moment(12),
        resolved_by=KIM,
        resolved_at=moment(15),
        held_by=None,
    )
    assert [(one.request_id, one.reference) for one in row.police_requests] == [(REQUEST, "112-1")]
    assert [one.reference for one in row.ambulance_requests] == ["119-1"]
    assert [(one.topic, one.field) for one in row.texts] == [
        ("emergency.note_added", "note"),
        ("emergency.resolved", "note"),
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            (facts.Cancelled,),
            {
                "stage": Stage.CANCELLED,
                "cancelled_at": moment(4),
                "reopen_until": moment(604),
            },
        ),
        ((facts.Cancelled, facts.Reopened), {"cancelled_at": None, "reopen_until": None}),
        (
            (DuressSuspected, DuressSuspected),
            {"stage": Stage.CLAIMED, "duress_at": moment(4), "alert": Alert.SILENT},
        ),
        ((facts.Cancelled, DuressSuspected), {"stage": Stage.WINDOW, "reopen_until": None}),
        ((facts.Resolved, DuressSuspected), {"stage": Stage.WINDOW, "outcome": None}),
        ((RaisedAfterCancel,), {"after_cancel_of": report(9)}),
        (
            (Amended,),
            {
                "amended": (Amendable.POSITION,),
                "joined": 0,
                "ringing": False,
                "position_at": moment(4),
            },
        ),
        ((facts.CancelRefused,), {"late_cancels": 1}),
        ((facts.TakenOver,), {"held_by": LEE, "first_claimed_at": moment(3)}),
        ((facts.Released,), {"held_by": None, "stage": Stage.OPEN, "ringing": True}),
        (
            (facts.Escalated,),
            {"escalation": EscalationLevel.NEIGHBOUR, "audience": (GANGDONG, SONGPA)},
        ),
        ((facts.Joined,), {"joined": 1, "ringing": True, "position_at": moment(4)}),
        (
            ((facts.Joined, {"fix": None, "alert": Alert.SILENT}),),
            {"position_at": moment(1), "alert": Alert.SILENT},
        ),
        (
            (facts.Resolved, facts.Reopened),
            {"stage": Stage.OPEN, "outcome": None, "reopened": 1, "resolved_at": None},
        ),
        (((facts.CallEnded, {"end": CallEnd.FAILED}),), {"call": Call.FAILED}),
        ((facts.PartnerUnreachable,), {"police": Help.UNREACHABLE}),
        (
            ((facts.PartnerUnreachable, {"channel": PartnerChannel.CALL}),),
            {"call": Call.UNREACHABLE},
        ),
        ((facts.PatrolArrived, facts.PoliceAcknowledged), {"police": Help.ARRIVED}),
    ],
)
def test_what_a_fact_makes_of_a_claimed_report(told: Any, expected: dict[str, Any]) -> None:
    then(detail(*CLAIMED, *told), **expected)


def test_a_trigger_joined_in_the_window_may_move_it() -> None:
    then(detail(facts.Triggered, (facts.Joined, {"district": GURO})), district=GURO, ringing=False)


def test_a_take_over_without_a_reason_seals_nothing() -> None:
    story = tell(*CLAIMED)
    fact = story.tell(facts.TakenOver, report(1))
    envelope = fact.envelope
    bare = fact.enveloped(type(envelope)(**{**_fields_of(envelope), "sealed": ()}))
    row = detail(*CLAIMED)
    assert ReportDetail().evolve(row, bare).texts == ()


def _fields_of(envelope: Any) -> dict[str, Any]:
    return {name: getattr(envelope, name) for name in type(envelope).__slots__}


def test_what_was_never_triggered_has_no_row() -> None:
    story = tell(facts.Claimed)
    [fact] = story.facts
    assert isinstance(fact, Fact)
    assert ReportDetail().evolve(None, fact) is None


def test_a_fact_that_says_nothing_of_help_moves_the_row_on_alone() -> None:
    story = tell(*CLAIMED)
    fact = story.tell(ledger.CountedFrom, report(1), day=moment(0).date())
    row = ReportDetail().evolve(detail(*CLAIMED), fact)
    assert row == detail(*CLAIMED).replace(
        last_topic="downloads.counted_from", last_at=moment(4), last_position=4
    )
    assert OperatorQueue().evolve(None, fact) is None
    assert UsageOpening().evolve(None, fact) is None


def test_history_keeps_each_fact_without_its_personal_fields() -> None:
    fold = IncidentHistory()
    rows: list[HistoryRow] = []
    for fact in tell(facts.Triggered, facts.Accepted, facts.NoteAdded).facts:
        assert isinstance(fact, Fact)
        [_] = fold.keys(fact)
        row = fold.evolve(None, fact)
        assert row is not None
        rows.append(row)
    assert [(row.version, row.topic, row.position) for row in rows] == [
        (1, "emergency.triggered", 1),
        (2, "emergency.accepted", 2),
        (3, "emergency.note_added", 3),
    ]
    opened = json.loads(rows[0].open)
    assert "position" not in opened
    assert "timestamp" not in opened
    assert opened["cell"] == "2070_5500"
    assert len(rows[0].sealed) == len(rows[2].sealed) == 1


def counted(*told: Told) -> Any:
    story = Story()
    row = None
    for one in told:
        kind, fields = one if isinstance(one, tuple) else (one, {})
        row = UsageReports().evolve(row, story.tell(kind, report(1), **fields))
    assert row is not None
    return UsageByHour().contribution(row)


def test_an_accepted_report_is_one_use_of_its_hour() -> None:
    hour = counted((facts.Triggered, {"how": How.SHAKE}), facts.Accepted, facts.PoliceRequested)
    assert (hour.service, hour.district, hour.hour) == ("emergency", GANGDONG, moment(0))
    assert (hour.uses, hour.by_shake, hour.by_button, hour.police, hour.cancelled) == (
        1,
        1,
        0,
        1,
        0,
    )
    assert hour.hour.tzinfo is UTC


def test_a_cancelled_report_is_counted_as_cancelled_and_no_use() -> None:
    hour = counted(facts.Triggered, facts.Cancelled)
    assert (hour.uses, hour.cancelled, hour.by_button) == (0, 1, 0)


def test_a_report_reopened_after_its_cancel_is_a_use() -> None:
    hour = counted(facts.Triggered, facts.Cancelled, facts.Reopened)
    assert (hour.uses, hour.cancelled) == (1, 0)


@pytest.mark.parametrize(
    "told", [((facts.Triggered, {"drill": True}), facts.Accepted), (facts.Triggered,)]
)
def test_a_drill_and_an_open_window_count_nothing(told: Any) -> None:
    assert counted(*told) is None


def test_what_she_said_otherwise_counts_where_she_is_and_duress_counts_as_silent() -> None:
    moved = counted(facts.Triggered, (Amended, {"district": GURO}), facts.Accepted)
    assert (moved.district, moved.joined, moved.silent) == (GANGDONG, 0, 0)  # as accepted
    silent = counted(*ACCEPTED, (Amended, {"alert": Alert.SILENT}))
    assert (silent.silent, silent.joined) == (1, 0)
    duress = counted(facts.Triggered, facts.Cancelled, DuressSuspected, facts.Accepted)
    assert (duress.uses, duress.cancelled, duress.silent) == (1, 0, 1)
    assert counted(facts.Triggered, facts.Cancelled, DuressSuspected) is None
    over = counted(*ACCEPTED, facts.Resolved, DuressSuspected)
    assert over is None
    assert counted(*ACCEPTED, DuressSuspected).uses == 1
