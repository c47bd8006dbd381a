"""The part of the house that the services beside the emergency report share."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.board_desk import BoardDesk
    from application.looking_on import LookingOn
    from application.messages_seen import MessagesOfSession
    from application.session_reading import SessionReading
    from domain.policy import Policy
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.key_ring import PostgresKeyRing
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.reader import LogReader
    from infrastructure.tracks import PostgresTracks
    from infrastructure.views.board import BoardView
    from infrastructure.views.queue import QueueView
    from infrastructure.views.reports import HistoryView
    from infrastructure.views.sent_messages import SentView
    from infrastructure.views.statistics import StatisticsView
    from infrastructure.views.watching import WatchingView


class Accompanying:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:

        @property
        def database(self) -> Database: ...
        @property
        def key_ring(self) -> PostgresKeyRing: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def reader(self) -> LogReader: ...
        @property
        def mapper(self) -> FactMapper: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def history_view(self) -> HistoryView: ...
        @property
        def statistics_view(self) -> StatisticsView: ...
        @property
        def watching_view(self) -> WatchingView: ...
        @property
        def reading_desk(self) -> LookingOn: ...
        @property
        def queue_view(self) -> QueueView: ...
        @property
        def fold_watch(self) -> FoldWatch: ...

    @cached_property
    def tracks(self) -> PostgresTracks:
        from infrastructure.tracks import PostgresTracks

        return PostgresTracks(self.database, self.key_ring, self.policy)

    @cached_property
    def board_view(self) -> BoardView:
        from infrastructure.views.board import BoardView

        return BoardView(self.database, self.queue_view)

    @cached_property
    def board_desk(self) -> BoardDesk:
        from application.board_desk import BoardDesk

        return BoardDesk(reading=self.reading_desk, board=self.board_view, folds=self.fold_watch)

    @cached_property
    def sent_view(self) -> SentView:
        from infrastructure.views.sent_messages import SentView

        return SentView(self.database)

    @cached_property
    def session_messages(self) -> MessagesOfSession:
        from application.messages_seen import MessagesOfSession
        from application.past import Past

        return MessagesOfSession(
            sent=self.sent_view,
            queue=self.queue_view,
            reports=self.board_view,
            histories=self.history_view,
            statistics=self.statistics_view,
            watching=self.watching_view,
            folds=self.fold_watch,
            past=Past(self.reader, self.clock),
            unsealer=self.mapper,
            access_log=self.access_log,
        )

    @cached_property
    def session_reading(self) -> SessionReading:
        from application.past import Past
        from application.session_reading import SessionReading

        return SessionReading(
            queue=self.queue_view,
            reports=self.board_view,
            histories=self.history_view,
            statistics=self.statistics_view,
            watching=self.watching_view,
            folds=self.fold_watch,
            past=Past(self.reader, self.clock),
            unsealer=self.mapper,
            access_log=self.access_log,
        )
