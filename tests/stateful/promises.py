"""The six promises of a report's life, looked at after every step."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from hypothesis.stateful import invariant

from application.outbox import LINKED, Channel, Delivery, TimerKind
from domain.base import project
from domain.emergency import facts
from domain.emergency.calling import CallRequested
from domain.emergency.checking import SaidFine
from domain.emergency.conversing import MessageSent
from domain.emergency.following_up import FollowUpDone, FollowUpScheduled
from domain.emergency.help_answers import AmbulanceStoodDown, PoliceStoodDown
from domain.emergency.sharing import CameraShared
from domain.emergency.silence import Silenced
from domain.emergency.transferring import TransferAccepted, TransferOffered
from domain.emergency.vocabulary import Stage
from domain.message import Composed
from infrastructure.engine.memory import MemoryEngine
from projections.operator_queue import OperatorQueue
from projections.queue_row import OPEN_STAGES
from tests.scenario import state_of
from tests.stateful.answering import Answering
from tests.stateful.belonging import Modelled
from tests.stateful.calling import Calling
from tests.stateful.joining import Joining
from tests.stateful.life_of_reports import CLAIMS
from tests.stateful.moving import Moving
from tests.stateful.told import Told

ACTS: Final = (
    facts.CameraViewed,
    facts.NoteAdded,
    facts.PoliceRequested,
    facts.AmbulanceRequested,
    PoliceStoodDown,
    AmbulanceStoodDown,
    CameraShared,
    CallRequested,
    MessageSent,
    Silenced,
    SaidFine,
    FollowUpScheduled,
    FollowUpDone,
    TransferOffered,
)
CONTACTS: Final = (
    facts.PoliceRequested,
    facts.AmbulanceRequested,
    facts.PoliceAcknowledged,
    facts.AmbulanceAcknowledged,
    CameraShared,
    CallRequested,
)


class Promises(Answering, Moving, Calling, Joining):
    """In the words of the house; each is shown to be able to break."""

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[UUID, Any] = {}
        self.folded = 0
        self.queue = MemoryEngine(Told(self.house.log), [OperatorQueue()])

    @invariant()
    def no_accepted_report_is_without_an_alarm_that_someone_must_end(self) -> None:
        """It rings and goes on rising; or who has it acts, or is awaited to."""
        for report_id, one in self.model.items():
            report, alarms = self.report(report_id), self.alarms(report_id)
            if one.stage is Stage.WINDOW:
                assert any(kind is TimerKind.CANCEL_WINDOW for kind, _ in alarms)
            if one.stage is Stage.OPEN or one.unanswered:
                assert report.ringing
                assert report.answer_by is not None
                rises = {(TimerKind.ESCALATION, rise.due_at) for rise in report.escalations}
                assert rises <= alarms
            if one.stage is Stage.CLAIMED and not report.ringing and not self._has_acted(report_id):
                assert (TimerKind.IDLE_CLAIM, report.act_by) in alarms
            if report.act_by is not None and not report.acted:
                assert (TimerKind.IDLE_CLAIM, report.act_by) in alarms

    def _has_acted(self, report_id: UUID) -> bool:
        """Whether the holder did anything since the last claim, by the facts alone."""
        told = self.house.log.facts(report_id)
        last = max(n for n, fact in enumerate(told) if isinstance(fact, CLAIMS))
        return any(
            isinstance(fact, facts.CallConnected)
            or (isinstance(fact, ACTS) and fact.operator_id == self.model[report_id].holder)
            for fact in told[last:]
        )

    @invariant()
    def never_two_holders(self) -> None:
        for report_id in self.changed("holders"):
            holder: UUID | None = None
            for fact in self.house.log.facts(report_id):
                match fact:
                    case facts.Claimed():
                        assert holder in (None, fact.operator_id)
                        holder = fact.operator_id
                    case facts.TakenOver() | TransferAccepted():
                        assert holder == fact.from_operator_id
                        holder = fact.operator_id
                    case facts.Released() | facts.Resolved() | facts.Reopened():
                        holder = None
            assert holder == self.report(report_id).held_by == self.model[report_id].holder

    @invariant()
    def an_acknowledged_cancel_has_no_delivery(self) -> None:
        """But where she was forced to it, or an operator opened it again."""
        for delivery in self.house.log.deliveries.values():
            if delivery.channel in LINKED:
                continue  # these are withheld when they are brought: see the bells' machine
            one = self.model[self._report_of(delivery)]
            assert not self._is_taken_back(one), delivery.channel

    def _report_of(self, delivery: Delivery) -> UUID:
        """A text to her is a message of its own, about the report."""
        if delivery.channel is not Channel.MESSAGE:
            return delivery.about
        composed = self.house.log.facts(delivery.about)[0]
        assert isinstance(composed, Composed)
        return composed.about

    def _is_taken_back(self, one: Modelled) -> bool:
        return one.cancelled_at is not None and not (one.reopened or one.duress)

    @invariant()
    def every_accepted_report_ends_in_an_outcome_or_is_in_a_queue(self) -> None:
        """In that of each centre that may act on it, with the holder and the ring that it has."""
        while self.queue.step(OperatorQueue.name):
            pass
        assert not self.queue.parked(OperatorQueue.name)
        rows: Any = self.queue.rows(OperatorQueue.name)
        for report_id, one in self.model.items():
            report, row = self.report(report_id), rows[report_id,]
            if one.stage is Stage.RESOLVED:
                assert report.outcome is not None
            elif one.stage is not Stage.CANCELLED:
                assert row.stage in OPEN_STAGES
            assert (row.stage, row.held_by, row.ringing) == (one.stage, one.holder, report.ringing)
            assert self.centres.acting(report_id) <= set(row.audience)
            assert report.district not in row.returned_by

    @invariant()
    def a_drill_has_no_partner_contact(self) -> None:
        """Nothing goes out, nobody was asked, and no line rings."""
        drills = {report_id for report_id, one in self.model.items() if one.drill}
        assert not [
            one.channel
            for one in self.house.log.deliveries.values()
            if one.channel not in LINKED and self._report_of(one) in drills
        ]
        assert not drills & set(self.provider.calls.values())
        for report_id in drills & set(self.changed("drills")):
            told = self.house.log.facts(report_id)
            assert not [fact for fact in told if isinstance(fact, CONTACTS)]

    @invariant()
    def replay_equals_live(self) -> None:
        """What was folded fact by fact as it came, against what the log gives when it is asked."""
        for fact in self.house.log.facts()[self.folded :]:
            kept = self.live.get(fact.originator_id)
            self.live[fact.originator_id] = project(kept, [fact])
            self.folded += 1
        for report_id in self.changed("replay"):
            assert state_of(self.live[report_id]) == state_of(self.house.report(report_id))
