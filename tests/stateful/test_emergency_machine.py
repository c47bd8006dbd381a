"""The desk must agree with a plain model after any history of a report's life."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis.stateful import invariant

from application.outbox import TimerKind
from domain.base import project
from domain.emergency import Emergency, facts
from domain.emergency.calling import CallRequested
from domain.emergency.checking import SaidFine
from domain.emergency.conversing import MessageSent
from domain.emergency.drills import Promoted
from domain.emergency.following_up import FollowUpDone, FollowUpScheduled
from domain.emergency.help_answers import PoliceDeclined, PoliceDuplicateOf, PoliceStoodDown
from domain.emergency.moving import PositionUpdated, SignalLost, SignalRegained
from domain.emergency.providing import PositionProvided
from domain.emergency.sharing import CameraShared
from domain.emergency.silence import Silenced
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.transferring import TransferAccepted, TransferOffered
from domain.emergency.vocabulary import Alert, Stage
from domain.report_guard import ReportGuard
from infrastructure.engine.memory import MemoryEngine
from projections.operator_queue import OperatorQueue
from projections.queue_row import OPEN_STAGES
from tests.scenario import state_of
from tests.stateful.answering import Answering
from tests.stateful.calling import Calling
from tests.stateful.joining import Joining
from tests.stateful.moving import Moving
from tests.stateful.told import Told

CANCEL_WINDOW = TimerKind.CANCEL_WINDOW
ACTS = (
    facts.CameraViewed,
    facts.PoliceRequested,
    PoliceStoodDown,
    CameraShared,
    CallRequested,
    MessageSent,
    Silenced,
    SaidFine,
    FollowUpScheduled,
    FollowUpDone,
    TransferOffered,
)
RUNG_ANEW = (
    facts.Accepted,
    facts.Claimed,
    facts.TakenOver,
    facts.Released,
    facts.Reopened,
    PoliceDeclined,
    PoliceDuplicateOf,
    TransferAccepted,
    facts.Joined,
    Promoted,
)


class ReportsLife(Answering, Moving, Calling, Joining):
    """What holds after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[UUID, Any] = {}
        self.folded = 0
        self.queue = MemoryEngine(Told(self.house.log), [OperatorQueue()])

    @invariant()
    def every_accepted_report_ends_in_an_outcome_or_is_in_a_queue(self) -> None:
        """In that of each centre that may act on it, with the holder and the ring that it has."""
        while self.queue.step(OperatorQueue.name):
            pass
        assert not self.queue.parked(OperatorQueue.name)
        rows: Any = self.queue.rows(OperatorQueue.name)
        for report_id, one in self.model.items():
            report, row = self.house.report(report_id), rows[report_id,]
            if one.stage is Stage.RESOLVED:
                assert report.outcome is not None
            elif one.stage is not Stage.CANCELLED:
                assert row.stage in OPEN_STAGES
            assert (row.stage, row.held_by, row.ringing) == (one.stage, one.holder, report.ringing)
            assert set(report.districts) <= set(row.audience)
            assert report.district not in row.returned_by

    @invariant()
    def stages_and_holders_agree_with_the_model(self) -> None:
        for report_id, one in self.model.items():
            report = self.house.report(report_id)
            assert (report.stage, report.held_by) == (one.stage, one.holder)

    @invariant()
    def replay_equals_live(self) -> None:
        for fact in self.house.log.facts()[self.folded :]:
            kept = self.live.get(fact.originator_id)
            self.live[fact.originator_id] = project(kept, [fact])
            self.folded += 1
        for report_id in self.model:
            assert state_of(self.live[report_id]) == state_of(self.house.report(report_id))

    @invariant()
    def never_two_holders(self) -> None:
        for report_id in self.model:
            holder: UUID | None = None
            for fact in self.house.log.facts(report_id):
                match fact:
                    case facts.Claimed():
                        assert holder in (None, fact.operator_id)
                        holder = fact.operator_id
                    case TransferAccepted():
                        assert holder == fact.from_operator_id
                        holder = fact.operator_id
                    case facts.TakenOver():
                        assert holder == fact.from_operator_id
                        holder = fact.operator_id
                    case facts.Released() | facts.Resolved() | facts.Reopened():
                        holder = None

    @invariant()
    def neither_a_cancelled_report_nor_a_drill_reaches_anybody(self) -> None:
        for delivery in self.house.log.deliveries.values():
            one = self.model[delivery.about]
            assert not one.drill
            assert one.cancelled_at is None or one.reopened or one.duress

    @invariant()
    def what_the_phone_takes_for_cancelled_waits_for_an_operator(self) -> None:
        for report_id, one in self.model.items():
            if one.pretended:
                guard_id = ReportGuard.create_id(one.citizen)
                guard = self.house.app.load(ReportGuard, guard_id)
                assert report_id not in guard.open_reports or one.reopened
                assert one.stage is not Stage.CANCELLED
                assert self.house.report(report_id).alert is Alert.SILENT

    @invariant()
    def each_position_that_was_given_is_kept_once(self) -> None:
        given = [
            fact.delivery_id
            for fact in self.house.log.facts()
            if isinstance(fact, PositionProvided)
        ]
        assert sorted(given) == sorted(self.sent)

    @invariant()
    def every_living_report_has_an_alarm(self) -> None:
        waiting = {(one.aggregate_id, one.kind, one.due_at) for one in self._waiting()}
        windows = {one.aggregate_id for one in self._waiting() if one.kind is CANCEL_WINDOW}
        for report_id, one in self.model.items():
            report: Emergency = self.house.report(report_id)
            if one.stage is Stage.WINDOW:
                assert report_id in windows
            if one.stage is Stage.OPEN or one.unanswered:
                assert report.ringing
                assert report.answer_by is not None
                assert all(
                    (report_id, TimerKind.ESCALATION, rise.due_at) in waiting
                    for rise in report.escalations
                )
            if one.stage is Stage.CLAIMED and not report.ringing and not self._has_acted(report_id):
                assert (report_id, TimerKind.IDLE_CLAIM, report.act_by) in waiting

    def _has_acted(self, report_id: UUID) -> bool:
        """Whether the holder did anything since the last claim, by the facts alone."""
        told = self.house.log.facts(report_id)
        claims = [
            n
            for n, one in enumerate(told)
            if isinstance(one, facts.Claimed | facts.TakenOver | TransferAccepted)
        ]
        since = told[claims[-1] :]
        return any(
            isinstance(one, facts.CallConnected)
            or (isinstance(one, ACTS) and one.operator_id == self.model[report_id].holder)
            for one in since
        )

    @invariant()
    def an_offer_waits_for_its_timer_and_the_sender_keeps_it_until_then(self) -> None:
        waiting = {(one.aggregate_id, one.kind, one.due_at) for one in self._waiting()}
        for report_id, one in self.model.items():
            report = self.house.report(report_id)
            if report.offer is not None:
                assert (report_id, TimerKind.TRANSFER, report.offer.answer_by) in waiting
                assert report.offer.to_district != report.district
            assert report.district == self._centre_of(report_id)
            assert (report.offer is None) or self._lives(one)

    @invariant()
    def a_signal_is_lost_once_until_it_is_back(self) -> None:
        for report_id in self.model:
            lost = ended = False
            for fact in self.house.log.facts(report_id):
                match fact:
                    case SignalLost():
                        assert not lost
                        assert not ended
                        lost = True
                    case SignalRegained():
                        assert lost
                        lost = False
                    case PositionUpdated():
                        assert not ended
                    case facts.Resolved() | facts.Cancelled():
                        ended = True
                    case facts.Reopened():
                        lost = ended = False
                    case DuressSuspected():
                        ended = False

    @invariant()
    def no_report_rises_twice_to_one_level(self) -> None:
        for report_id in self.model:
            risen: list[object] = []
            for fact in self.house.log.facts(report_id):
                if isinstance(fact, RUNG_ANEW):
                    risen.clear()
                elif isinstance(fact, facts.Escalated):
                    assert fact.level not in risen
                    risen.append(fact.level)


TestReportsLife = ReportsLife.TestCase
TestReportsLife.settings = settings(max_examples=250, stateful_step_count=50, deadline=None)
