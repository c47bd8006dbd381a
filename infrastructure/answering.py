"""The part of the house that answers: staff at the door, questions, the live queue, health."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.access_desk import AccessDesk
    from application.colleagues import Colleagues
    from application.consoles import Presence
    from application.contact_desk import ContactDesk
    from application.conversation_desk import ConversationDesk
    from application.emergency import EmergencyDesk
    from application.emergency.whereabouts import PositionDesk
    from application.labels import Labels
    from application.log_event_desk import LogEventDesk
    from application.looking_on import LookingOn
    from application.policies_in_force import PoliciesInForce
    from application.ports import Secrets
    from application.review_desk import ReviewDesk
    from application.safe_return import SafeReturn
    from application.staff_desk import StaffDesk
    from application.viewing_desk import ViewingDesk
    from domain.policy import Policy
    from infrastructure.access_book import PostgresAccessBook
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.districts import KrgcDistricts
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.heartbeats import Heartbeats
    from infrastructure.key_ring import PostgresKeyRing
    from infrastructure.live_map import PostgresLiveMap
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.reader import LogReader
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.queue_feed import QueueFeed
    from infrastructure.readiness import Readiness
    from infrastructure.settings import Settings
    from infrastructure.views.cards import CardView
    from infrastructure.views.queue import QueueView
    from infrastructure.views.reports import HistoryView, ReportView
    from infrastructure.views.statistics import StatisticsView
    from infrastructure.views.watching import WatchingView


class Answering:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def reader(self) -> LogReader: ...
        @property
        def mapper(self) -> FactMapper: ...
        @property
        def key_ring(self) -> PostgresKeyRing: ...
        @property
        def districts(self) -> KrgcDistricts: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def fold_watch(self) -> FoldWatch: ...
        @property
        def queue_view(self) -> QueueView: ...
        @property
        def report_view(self) -> ReportView: ...
        @property
        def history_view(self) -> HistoryView: ...
        @property
        def statistics_view(self) -> StatisticsView: ...
        @property
        def watching_view(self) -> WatchingView: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def presence(self) -> Presence: ...
        @property
        def emergency_desk(self) -> EmergencyDesk: ...

    @cached_property
    def staff_desk(self) -> StaffDesk:
        from application.staff_desk import StaffDesk
        from infrastructure.passwords import Argon2Passwords
        from infrastructure.staff_accounts import PostgresStaffAccounts

        return StaffDesk(
            self.app,
            self.clock,
            self.receipts,
            accounts=PostgresStaffAccounts(self.database),
            passwords=Argon2Passwords(),
            secrets=self.secrets,
        )

    @cached_property
    def colleagues(self) -> Colleagues:
        from application.colleagues import Colleagues
        from infrastructure.staff_accounts import PostgresStaffAccounts

        return Colleagues(
            self.app, log_ins=PostgresStaffAccounts(self.database), access_log=self.access_log
        )

    @cached_property
    def reading_desk(self) -> LookingOn:
        from application.looking_on import LookingOn
        from application.past import Past

        return LookingOn(
            queue=self.queue_view,
            reports=self.report_view,
            histories=self.history_view,
            cards=self.card_view,
            live=self.live_map,
            clock=self.clock,
            statistics=self.statistics_view,
            watching=self.watching_view,
            folds=self.fold_watch,
            past=Past(self.reader, self.clock),
            unsealer=self.mapper,
            access_log=self.access_log,
        )

    @cached_property
    def live_map(self) -> PostgresLiveMap:
        from infrastructure.live_map import PostgresLiveMap

        return PostgresLiveMap(self.database, self.key_ring, self.policy)

    @cached_property
    def position_desk(self) -> PositionDesk:
        from application.emergency.whereabouts import PositionDesk

        return PositionDesk(
            self.app,
            self.clock,
            self.receipts,
            live=self.live_map,
            districts=self.districts,
            policy=self.policies,
            access_log=self.access_log,
            presence=self.presence,
        )

    @cached_property
    def card_view(self) -> CardView:
        from infrastructure.views.cards import CardView

        return CardView(self.database)

    @cached_property
    def contact_desk(self) -> ContactDesk:
        from application.contact_desk import ContactDesk
        from application.past import Past
        from infrastructure.views.contact import FollowUpsView, MessagesView

        return ContactDesk(
            messages=MessagesView(self.database),
            follow_ups=FollowUpsView(self.database),
            queue=self.queue_view,
            reports=self.report_view,
            histories=self.history_view,
            statistics=self.statistics_view,
            watching=self.watching_view,
            folds=self.fold_watch,
            past=Past(self.reader, self.clock),
            unsealer=self.mapper,
            access_log=self.access_log,
        )

    @cached_property
    def conversation_desk(self) -> ConversationDesk:
        from application.conversation_desk import ConversationDesk

        return ConversationDesk(self.app, self.access_log)

    @cached_property
    def viewing_desk(self) -> ViewingDesk:
        from application.viewing_desk import ViewingDesk
        from infrastructure.view_beats import PostgresBeats

        return ViewingDesk(
            self.app,
            self.clock,
            self.receipts,
            beats=PostgresBeats(self.database),
            policy=self.policies,
        )

    @cached_property
    def labels(self) -> Labels:
        from application.labels import Labels

        return Labels(self.queue_view, self.emergency_desk, self.clock, self.policy)

    @cached_property
    def access_book(self) -> PostgresAccessBook:
        from infrastructure.access_book import PostgresAccessBook

        return PostgresAccessBook(self.database)

    @cached_property
    def access_desk(self) -> AccessDesk:
        from application.access_desk import AccessDesk

        return AccessDesk(self.app, self.access_book, self.access_log)

    @cached_property
    def review_desk(self) -> ReviewDesk:
        from application.review_desk import ReviewDesk

        return ReviewDesk(
            self.app,
            self.clock,
            self.receipts,
            book=self.access_book,
            access_log=self.access_log,
        )

    @cached_property
    def log_event_desk(self) -> LogEventDesk:
        from application.log_event_desk import LogEventDesk
        from application.log_events import Names
        from infrastructure.history_lines import HistoryLines

        return LogEventDesk(HistoryLines(self.database), Names(self.settings.agency_domain))

    @cached_property
    def queue_feed(self) -> QueueFeed:
        from infrastructure.queue_feed import QueueFeed

        return QueueFeed(self.database, self.queue_view, self.live_map)

    @cached_property
    def heartbeats(self) -> Heartbeats:
        from infrastructure.heartbeats import Heartbeats

        return Heartbeats(self.database)

    @cached_property
    def readiness(self) -> Readiness:
        from infrastructure.readiness import Readiness
        from projections.catalogue import FOLDS

        return Readiness(self.database, self.heartbeats, folds=tuple(fold.name for fold in FOLDS))

    @property
    def absences(self) -> tuple[type[Exception], ...]:
        """What adapters raise when a server that they need is away."""
        from sqlalchemy.exc import InterfaceError, OperationalError

        from infrastructure.away import AWAY

        return (*AWAY, InterfaceError, OperationalError)

    def close_answering(self) -> None:
        """Stop what was built of it."""
        if "queue_feed" in self.__dict__:
            self.queue_feed.close()
