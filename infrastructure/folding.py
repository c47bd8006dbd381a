"""The part of the house that folds the log into read models, and answers from them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from application.ledger_desk import LedgerDesk
    from application.links_desk import LinksDesk
    from application.looking_on import LookingOn
    from application.safe_return import SafeReturn
    from application.whatif.changes import Changes
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.embedded.home import Home
    from infrastructure.engine.postgres import PostgresEngine
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.log.reader import LogReader
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.settings import Settings
    from infrastructure.views.queue import QueueView
    from infrastructure.views.reports import HistoryView, ReportView
    from infrastructure.views.statistics import StatisticsView
    from infrastructure.views.watching import WatchingView


class Folding:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def name(self) -> str: ...
        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def reader(self) -> LogReader: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def reading_desk(self) -> LookingOn: ...

    @cached_property
    def engine(self) -> PostgresEngine:
        """Every fold; rebuilding and comparing need the owner's connection as well."""
        from infrastructure.engine.postgres import PostgresEngine
        from projections.catalogue import FOLDS

        return PostgresEngine(
            self.database,
            self.reader,
            FOLDS,
            owner=self.owner_database,
            log_database=self.database,
        )

    @cached_property
    def owner_database(self) -> Database | None:
        """The tables' owner; None where this process is not told how to connect as it."""
        from infrastructure.database import Database

        url = self.settings.admin_database_url
        if url is None and self.settings.database_url is None:
            from infrastructure.embedded.services import database_address

            url = database_address(self.home, "owner")
        return Database(url, application_name=f"{self.name}-owner", size=1) if url else None

    @cached_property
    def fold_watch(self) -> FoldWatch:
        from infrastructure.engine.watch import FoldWatch

        return FoldWatch(self.database)

    @cached_property
    def queue_view(self) -> QueueView:
        from infrastructure.views.queue import QueueView

        return QueueView(self.database)

    @cached_property
    def report_view(self) -> ReportView:
        from infrastructure.views.reports import ReportView

        return ReportView(self.database)

    @cached_property
    def history_view(self) -> HistoryView:
        from infrastructure.views.reports import HistoryView

        return HistoryView(self.database)

    @cached_property
    def statistics_view(self) -> StatisticsView:
        from infrastructure.views.statistics import StatisticsView

        return StatisticsView(self.database, self.reader)

    @cached_property
    def watching_view(self) -> WatchingView:
        from infrastructure.views.watching import WatchingView

        return WatchingView(self.database)

    @cached_property
    def links_desk(self) -> LinksDesk:
        from application.links_desk import LinksDesk
        from infrastructure.views.places import PlacesView

        return LinksDesk(
            self.app,
            self.clock,
            reading=self.reading_desk,
            queue=self.queue_view,
            places=PlacesView(self.database),
            folds=self.fold_watch,
        )

    @cached_property
    def ledger_desk(self) -> LedgerDesk:
        from application.ledger_desk import LedgerDesk

        return LedgerDesk(self.app, self.clock, self.receipts)

    def what_if(
        self,
        changes: Changes,
        begin: datetime | None,
        end: datetime | None,
        progress: Callable[[int, int], None],
    ) -> dict[str, Any]:
        """A period's reports decided again under other numbers; nothing is written.

        Raises:
            EmptyPeriod: no report began in it.
        """
        from infrastructure.whatif import what_if

        return what_if(self.database, self.reader, changes, begin=begin, end=end, progress=progress)

    def close_folding(self) -> None:
        """Close what was built of it."""
        for name in ("fold_watch", "owner_database"):
            if self.__dict__.get(name) is not None:
                getattr(self, name).close()
