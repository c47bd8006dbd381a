"""The part of the house that acts by itself: timers, deliveries, partners, the job queue."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dramatiq.brokers.redis import RedisBroker

    from application.delivery_book import Patience
    from application.delivery_desk import DeliveryDesk, Partners
    from application.emergency import EmergencyDesk
    from application.policies_in_force import PoliciesInForce
    from application.safe_return import SafeReturn
    from application.timers import TimerDesk
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


class Outgoing:
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
        def queue_view(self) -> QueueView: ...
        @property
        def policies(self) -> PoliciesInForce: ...

    @cached_property
    def timers(self) -> PostgresTimers:
        from infrastructure.timers import PostgresTimers

        return PostgresTimers(self.database)

    @cached_property
    def timer_desk(self) -> TimerDesk:
        from application.timers import TimerDesk

        return TimerDesk(self.emergency_desk)

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

        return DeliveryDesk(
            app=self.app,
            book=self.delivery_book,
            reports=self.emergency_desk,
            partners=lambda: self.told_partners,
            access_log=self.access_log,
            chance=secrets.SystemRandom().random,
            patience=self.patience,
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
        for name in ("partners", "broker"):
            if name in self.__dict__:
                getattr(self, name).close()
