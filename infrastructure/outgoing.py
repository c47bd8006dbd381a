"""The part of the house that acts by itself: timers, deliveries, partners, the job queue."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from infrastructure.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dramatiq.brokers.redis import RedisBroker

    from application.carriers import Carrier
    from application.delivery_book import Patience
    from application.delivery_desk import DeliveryDesk, Partners
    from application.emergency import EmergencyDesk
    from application.escort import EscortDesk
    from application.inspection.checking import InspectionDesk
    from application.inspection.lending import DetectorDesk
    from application.inspection.notices import NoticeCarrier
    from application.monitoring import MonitoringDesk
    from application.monitoring.calls import SessionCalls
    from application.outbox import Channel, TimerKind
    from application.policies_in_force import PoliciesInForce
    from application.protection.desk import ProtectionDesk
    from application.report_texts import ReportTexts
    from application.safe_return import SafeReturn
    from application.taxi.desk import TaxiDesk
    from application.timers import Question, TimerDesk
    from application.ways import Numbers
    from domain.base import Aggregate
    from domain.message import Message
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.deliveries.book import PostgresDeliveryBook
    from infrastructure.deliveries.queue import JobQueue
    from infrastructure.deliveries.reconciler import Reconciler
    from infrastructure.embedded.home import Home
    from infrastructure.log.reader import LogReader
    from infrastructure.log.recorder import LogRecorder
    from infrastructure.metrics import DatabaseMetrics
    from infrastructure.partners.connections import PartnerConnections
    from infrastructure.settings import Settings
    from infrastructure.timers import PostgresTimers
    from infrastructure.views.queue import QueueView

ATTEMPT_MARGIN_S = 3.0
"""What an attempt may take beside the partner's answer. Should it take longer, a second one shows
the partner the same key, and the first one's row is no longer its own."""


class Outgoing(Writing):
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def reader(self) -> LogReader: ...
        @property
        def recorder(self) -> LogRecorder: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def emergency_desk(self) -> EmergencyDesk: ...
        @property
        def inspection_desk(self) -> InspectionDesk: ...
        @property
        def detector_desk(self) -> DetectorDesk: ...
        @property
        def notice_carrier(self) -> NoticeCarrier: ...
        @property
        def escort_desk(self) -> EscortDesk: ...
        @property
        def protection_desk(self) -> ProtectionDesk: ...
        @property
        def linked_carriers(self) -> Mapping[Channel, Carrier]: ...
        @property
        def linked_patience(self) -> Patience: ...
        @property
        def queue_view(self) -> QueueView: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def membership_questions(self) -> Mapping[TimerKind, Question]: ...
        @property
        def taxi_desk(self) -> TaxiDesk: ...
        @property
        def monitoring_desk(self) -> MonitoringDesk: ...
        @property
        def monitoring_calls(self) -> SessionCalls: ...

    @cached_property
    def timers(self) -> PostgresTimers:
        from infrastructure.timers import PostgresTimers

        return PostgresTimers(self.database)

    @cached_property
    def timer_desk(self) -> TimerDesk:
        from application.timers import TimerDesk

        return TimerDesk(self.emergency_desk, *self.questions)

    @property
    def questions(self) -> tuple[Mapping[TimerKind, Question], ...]:
        """What the timers of the other services ask."""
        return (
            self.inspection_desk.timed(),
            self.detector_desk.timed(),
            self.escort_desk.timed(),
            self.membership_questions,
            self.protection_desk.timed(),
            self.taxi_desk.timed(),
            self.message_desk.timed(),
            self.monitoring_desk.timed(),
        )

    @property
    def carriers(self) -> Mapping[Channel, Carrier]:
        """Who brings what is not about an emergency report."""
        from application.outbox import Channel

        return {
            Channel.MESSAGE: self.message_desk,
            Channel.TEXT: self.report_texts,
            Channel.POLICE_NOTICE: self.notice_carrier,
            Channel.TAXI_CHECK: self.taxi_desk,
            Channel.TAXI_CALL: self.taxi_desk,
            Channel.SESSION_CALL: self.monitoring_calls,
            **self.linked_carriers,
        }

    @property
    def numbers(self) -> Numbers:
        """Where the numbers of recipients are looked up."""
        from application.escort.numbers import numbers_of_scouts
        from application.inspection.telling import number_of_applicant
        from application.messaging import numbers_of_members
        from application.report_texts import numbers_of_reports
        from domain.message import RecipientKind

        return {
            **numbers_of_members(self.app),
            **numbers_of_reports(self.app),
            **numbers_of_scouts(self.app),
            RecipientKind.APPLICANT: lambda message: number_of_applicant(self.app, message),
        }

    def provisions(self, message: Message, at: datetime) -> Sequence[Aggregate]:
        """What is saved along with a step of a message."""
        from application.report_texts import told_to_report
        from application.taxi.provisions import provided_with

        return (
            *provided_with(self.app, message, at),
            *told_to_report(self.app, message, at),
        )

    @cached_property
    def report_texts(self) -> ReportTexts:
        from application.report_texts import ReportTexts

        return ReportTexts(self.app, self.clock, self.receipts, reports=self.emergency_desk)

    @property
    def attempt_lease_s(self) -> float:
        """How long one attempt at a delivery may take before its worker counts as dead."""
        return self.settings.partner_timeout_s + ATTEMPT_MARGIN_S

    @cached_property
    def delivery_book(self) -> PostgresDeliveryBook:
        from infrastructure.deliveries.book import PostgresDeliveryBook

        return PostgresDeliveryBook(self.database, attempt_lease_s=self.attempt_lease_s)

    @cached_property
    def patience(self) -> Patience:
        """How often partners are tried; assign another before the first use."""
        from application.delivery_book import Patience

        return Patience()

    @cached_property
    def delivery_desk(self) -> DeliveryDesk:
        import secrets

        from application.delivery_desk import DeliveryDesk
        from application.outbox import LINKED

        return DeliveryDesk(
            app=self.app,
            book=self.delivery_book,
            reports=self.emergency_desk,
            partners=lambda: self.told_partners,
            access_log=self.access_log,
            chance=secrets.SystemRandom().random,
            patience=self.patience,
            carriers=self.carriers,
            patiences=dict.fromkeys(LINKED, self.linked_patience),
        )

    @cached_property
    def told_partners(self) -> Partners:
        """The partners, with one call a line before the provider of calls."""
        from dataclasses import replace

        from application.pager import OneCallALine
        from infrastructure.page_lines import PostgresPageLines

        pager = OneCallALine(
            self.partners.partners.page,
            lines=PostgresPageLines(self.database),
            calling=self.queue_view.calling,
            clock=self.clock,
            policies=self.policies,
        )
        return replace(self.partners.partners, page=pager)

    @cached_property
    def partner_secret(self) -> bytes:
        """Shared with the partners; the home's own where the settings name none."""
        if self.settings.partner_secret is not None:
            return self.settings.partner_secret.get_secret_value().encode()
        return self.home.secret("partner_secret").encode()

    @cached_property
    def partners(self) -> PartnerConnections:
        from infrastructure.partners.connections import PartnerConnections, partners_address

        return PartnerConnections(
            partners_address(self.settings, self.home),
            secret=self.partner_secret,
            clock=self.clock,
            timeout_s=self.settings.partner_timeout_s,
            sender=self.settings.sms_sender,
        )

    @cached_property
    def broker(self) -> RedisBroker:
        from infrastructure.deliveries.queue import broker, redis_address

        return broker(redis_address(self.settings, self.home))

    @cached_property
    def job_queue(self) -> JobQueue:
        from infrastructure.deliveries.queue import JobQueue

        return JobQueue(self.broker)

    @cached_property
    def linked_queue(self) -> JobQueue:
        """Of its own: help, calls and messages never stand behind linked services."""
        from infrastructure.deliveries.queue import LINKED_ACTOR, LINKED_QUEUE, JobQueue

        return JobQueue(self.broker, queue=LINKED_QUEUE, actor=LINKED_ACTOR)

    @cached_property
    def reconciler(self) -> Reconciler:
        from application.policies import called_for
        from infrastructure.deliveries.reconciler import Reconciler

        return Reconciler(self.database, self.reader, called_for)

    @cached_property
    def metrics(self) -> DatabaseMetrics:
        from infrastructure.metrics import DatabaseMetrics

        return DatabaseMetrics(self.database, self.recorder.figures)

    def close_outgoing(self) -> None:
        """Close what was built of it."""
        self.close_writing()
        for name in ("partners", "broker"):
            if name in self.__dict__:
                getattr(self, name).close()
