"""The desk must agree with a plain model after any history of a report's life."""

from __future__ import annotations

from typing import Final

from hypothesis import settings
from hypothesis.stateful import invariant

from application.outbox import TimerKind
from domain.emergency import facts
from domain.emergency.checking import RecheckDue
from domain.emergency.drills import Promoted
from domain.emergency.help_answers import AmbulanceDeclined, PoliceDeclined, PoliceDuplicateOf
from domain.emergency.moving import PositionUpdated, SignalLost, SignalRegained
from domain.emergency.providing import PositionProvided
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import Alert, Stage
from domain.geography import CITY
from domain.policy import EscalationLevel
from domain.report_guard import ReportGuard
from tests.stateful.promises import Promises

RUNG_ANEW: Final = (
    facts.Accepted,
    facts.Claimed,
    facts.TakenOver,
    facts.Released,
    facts.Reopened,
    PoliceDeclined,
    PoliceDuplicateOf,
    AmbulanceDeclined,
    TransferAccepted,
    facts.Joined,
    RecheckDue,
    Promoted,
)


class ReportsLife(Promises):
    """What else holds after every step."""

    @invariant()
    def stages_and_holders_agree_with_the_model(self) -> None:
        for report_id, one in self.model.items():
            report = self.report(report_id)
            assert (report.stage, report.held_by) == (one.stage, one.holder)

    @invariant()
    def what_the_phone_takes_for_cancelled_waits_for_an_operator(self) -> None:
        for report_id, one in self.model.items():
            if one.pretended:
                guard_id = ReportGuard.create_id(one.citizen)
                guard = self.house.app.load(ReportGuard, guard_id)
                assert report_id not in guard.open_reports or one.reopened
                assert one.stage is not Stage.CANCELLED
                assert self.report(report_id).alert is Alert.SILENT

    @invariant()
    def each_position_that_was_given_is_kept_once(self) -> None:
        if self.changed("given"):
            given = [
                fact.delivery_id
                for fact in self.house.log.facts()
                if isinstance(fact, PositionProvided)
            ]
            assert sorted(given) == sorted(self.sent)

    @invariant()
    def an_offer_waits_for_its_timer_and_the_sender_keeps_it_until_then(self) -> None:
        for report_id, one in self.model.items():
            report = self.report(report_id)
            if report.offer is not None:
                assert (TimerKind.TRANSFER, report.offer.answer_by) in self.alarms(report_id)
                assert report.offer.to_district != report.district
            assert report.district == self.centres.responsible(report_id)
            assert set(report.districts) - {CITY} == self.centres.acting(report_id)
            assert (report.offer is None) or self._lives(one)

    @invariant()
    def a_signal_is_lost_once_until_it_is_back(self) -> None:
        for report_id in self.changed("signal"):
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
        for report_id in self.changed("rises"):
            risen: list[object] = []
            for fact in self.house.log.facts(report_id):
                if isinstance(fact, RUNG_ANEW):
                    risen.clear()
                elif isinstance(fact, facts.Escalated):
                    assert fact.level not in risen
                    if fact.level is EscalationLevel.IDLE_CLAIM:  # what was to rise begins anew
                        risen.clear()
                    risen.append(fact.level)


TestReportsLife = ReportsLife.TestCase
TestReportsLife.settings = settings(max_examples=120, stateful_step_count=50, deadline=None)
