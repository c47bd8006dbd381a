"""Given facts, then these rows: the watch list, the board that tells nothing more, the figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.base import Envelope, Fact
from domain.emergency import facts as emergency
from domain.emergency.classification import Urgency
from domain.emergency.describing import Classified
from domain.emergency.protected import Protected
from domain.protection import facts
from domain.protection.vocabulary import EndCause, Enroller, LookFinding, Measure, MissedLevel
from infrastructure.log.scope import Scope
from projections.board import BoardRow, BoardUrgency, ServiceBoard
from projections.fold import Course
from projections.operator_queue import OperatorQueue
from projections.protections import ProtectionRow, Protections, ProtectionsByMonth
from projections.report_detail import ReportDetail
from tests.story import CITIZEN, GANGDONG, KIM, LEE, Story, moment, report

PROTECTION, PLACE, LOOK, NEXT = (UUID(int=number) for number in range(1, 5))
Told = type[Fact] | tuple[type[Fact], dict[str, Any]]
SAID: dict[type[Fact], dict[str, Any]] = {
    facts.Enrolled: {
        "originator_topic": "protection",
        "citizen_id": CITIZEN,
        "district": GANGDONG,
        "enroller": Enroller.POLICE,
        "measure": Measure.EMERGENCY,
        "ends_at": moment(900),
        "verified": True,
    },
    facts.Verified: {"staff_id": KIM},
    facts.PlaceNamed: {"citizen_id": CITIZEN, "place_id": PLACE},
    facts.OperatorAssigned: {"operator_id": KIM, "staff_id": LEE},
    facts.OperatorRelieved: {"operator_id": KIM, "staff_id": LEE},
    facts.LookPlanned: {"look_id": LOOK, "place_id": PLACE, "due_at": moment(100)},
    facts.LookDue: {"look_id": LOOK, "place_id": PLACE, "missed_at": moment(160)},
    facts.Looked: {
        "citizen_id": CITIZEN,
        "look_id": LOOK,
        "operator_id": KIM,
        "finding": LookFinding.SUSPICIOUS,
        "late": False,
    },
    facts.LookMissed: {
        "look_id": LOOK,
        "level": MissedLevel.SUPERVISOR,
        "again": False,
        "district": GANGDONG,
        "next_at": moment(220),
        "page": None,
    },
    facts.EmergencyRaised: {"report_id": NEXT},
    facts.GlassBroken: {"staff_id": LEE},
    facts.Extended: {"citizen_id": CITIZEN, "enroller": Enroller.POLICE, "ends_at": moment(990)},
    facts.EndAsked: {"citizen_id": CITIZEN},
    facts.Ended: {"citizen_id": CITIZEN, "cause": EndCause.POLICE, "staff_id": None},
}
UNVERIFIED: Told = (facts.Enrolled, {"enroller": Enroller.PERSON, "verified": False})
TO_CITY: Told = (
    facts.LookMissed,
    {"level": MissedLevel.CITY, "again": True, "next_at": None},
)


def folded(fold: Course[Any], *told: Told) -> Any:
    row = None
    for version, one in enumerate(told, 1):
        kind, more = one if isinstance(one, tuple) else (one, {})
        fact = kind(
            originator_id=PROTECTION,
            originator_version=version,
            timestamp=moment(version),
            **(SAID[kind] | more),
        )
        fact.enveloped(
            Envelope(
                position=version,
                event_id=PROTECTION,
                correlation_id=PROTECTION,
                causation_id=None,
                actor="system:test",
                recorded_at=moment(version),
                sealed=(),
            )
        )
        row = fold.evolve(row, fact)
    return row


def watched(*told: Told) -> ProtectionRow:
    row: ProtectionRow = folded(Protections(), facts.Enrolled, *told)
    return row


def on_board(first: Told, *told: Told) -> BoardRow:
    row: BoardRow = folded(ServiceBoard(), first, *told)
    return row


class TestWatchList:
    def test_it_says_who_looks_and_what_is_due(self) -> None:
        row = watched(facts.PlaceNamed, facts.LookPlanned, facts.OperatorAssigned, facts.LookDue)
        assert (row.assigned, row.due, row.looks) == ((KIM,), {str(LOOK): moment(160)}, 1)
        assert watched(facts.OperatorAssigned, facts.OperatorRelieved).assigned == ()

    def test_a_look_is_recorded_or_rises_and_counted_once(self) -> None:
        looked = watched(facts.LookDue, facts.Looked)
        assert (looked.due, looked.looked, looked.suspicious) == ({}, 1, 1)
        risen = watched(facts.LookDue, facts.LookMissed)
        assert (risen.due, risen.missed) == ({str(LOOK): moment(220)}, 1)
        city = watched(facts.LookDue, facts.LookMissed, TO_CITY)
        assert (city.due, city.missed) == ({}, 1)

    def test_its_period_and_its_end(self) -> None:
        assert watched(facts.Extended).ends_at == moment(990)
        over = watched(facts.OperatorAssigned, facts.LookDue, facts.EndAsked, facts.Ended)
        assert (over.ended, over.assigned, over.due, over.end_asked) == (
            EndCause.POLICE,
            (),
            {},
            True,
        )
        assert folded(Protections(), UNVERIFIED, facts.Verified).verified

    def test_what_began_nothing_makes_no_row(self) -> None:
        assert folded(Protections(), facts.LookDue) is None

    def test_figures_are_the_citys_by_month(self) -> None:
        row = watched(
            facts.LookDue, facts.LookMissed, facts.GlassBroken, facts.EmergencyRaised, facts.Ended
        )
        figures = ProtectionsByMonth().contribution(row)
        assert figures is not None
        assert "district" not in figures.model_dump()
        assert (figures.month, figures.enrolled, figures.by_person) == ("2026-03", 1, 0)
        assert (figures.looks, figures.looked, figures.missed) == (1, 0, 1)
        assert (figures.broken, figures.emergencies, figures.ended) == (1, 1, 1)


class TestBoard:
    def test_it_shows_that_there_is_one_and_counts_no_use(self) -> None:
        row = on_board(facts.Enrolled, facts.PlaceNamed, facts.OperatorAssigned)
        assert (row.kind, row.urgency, row.used) == ("protection", BoardUrgency.CALM, False)
        assert (row.citizen_id, row.label, row.detail) == (None, None, {})

    def test_a_look_that_is_due_asks_for_attention_and_a_missed_one_for_more(self) -> None:
        due = on_board(facts.Enrolled, facts.LookDue)
        assert (due.urgency, due.attention) == (BoardUrgency.ATTENTION, "look_due")
        missed = on_board(facts.Enrolled, facts.LookDue, facts.LookMissed, TO_CITY)
        assert (missed.urgency, missed.attention) == (BoardUrgency.NO_ANSWER, "look_missed")
        for story in ((facts.LookDue,), (facts.LookDue, facts.LookMissed)):
            assert on_board(facts.Enrolled, *story, facts.Looked).urgency == BoardUrgency.CALM

    def test_what_is_to_be_decided_waits(self) -> None:
        row = on_board(UNVERIFIED)
        assert (row.urgency, row.attention) == (BoardUrgency.WAITING, "unverified")
        assert on_board(UNVERIFIED, facts.Verified).attention is None
        assert on_board(facts.Enrolled, facts.EndAsked).attention == "end_asked"

    def test_over_is_over(self) -> None:
        row = on_board(facts.Enrolled, facts.LookDue, facts.Ended)
        assert (row.ended, row.urgency, row.detail) == (True, BoardUrgency.OVER, {})

    def test_a_fact_that_begins_none_makes_no_row(self) -> None:
        assert on_board(facts.LookDue) is None


class TestReports:
    def test_a_protected_persons_report_is_at_the_head_whatever_is_seen_of_it(self) -> None:
        story = Story()
        story.tell(emergency.Triggered, report(1))
        story.tell(Protected, report(1), protection_id=PROTECTION)
        story.tell(
            Classified,
            report(1),
            operator_id=KIM,
            kind="followed",
            concerns="herself",
            weapon="none",
            injury="none",
            urgency=Urgency.USUAL,
        )
        for fold in (OperatorQueue(), ReportDetail()):
            row: Any = None
            for fact in story.page(0, 3, Scope.of(fold)):
                row = fold.evolve(row, fact)
            assert row.urgency is Urgency.PROTECTED
