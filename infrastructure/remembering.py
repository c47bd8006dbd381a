"""The part of the house that keeps and forgets: erasures, holds, retention, keys."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.erasing import Eraser, Restorer
    from application.erasure_desk import ErasureDesk
    from application.hold_desk import HoldDesk
    from application.ports import Secrets
    from application.retention import RetentionDesk
    from application.safe_return import SafeReturn
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clips.forgetting import ClipForgetting
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.embedded.home import Home
    from infrastructure.forgetting.leftovers import PostgresLeftovers
    from infrastructure.forgetting.search import WholeSearch
    from infrastructure.forgetting.tombstones import FileTombstones
    from infrastructure.forgetting.traces import PostgresTraces
    from infrastructure.key_keeper import KeyKeeper
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.settings import Settings
    from infrastructure.subject_keys import PostgresSubjectKeys


class Remembering:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...
        @property
        def owner_database(self) -> Database | None: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def mapper(self) -> FactMapper: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def clip_forgetting(self) -> ClipForgetting: ...

    @cached_property
    def traces(self) -> PostgresTraces:
        from infrastructure.forgetting.traces import PostgresTraces

        return PostgresTraces(self.database)

    @cached_property
    def leftovers(self) -> PostgresLeftovers:
        from infrastructure.forgetting.leftovers import PostgresLeftovers

        return PostgresLeftovers(self.database, self.clip_forgetting)

    @cached_property
    def subject_keys(self) -> PostgresSubjectKeys:
        from infrastructure.subject_keys import PostgresSubjectKeys

        return PostgresSubjectKeys(self.database)

    def honour_erasures(self) -> int:
        """Destroy, before anything is served, what a restored back-up brought back; how much."""
        from application.erasing import destroy_again

        return destroy_again(self.tombstones, self.subject_keys)

    @cached_property
    def key_keeper(self) -> KeyKeeper:
        from infrastructure.key_keeper import KeyKeeper

        return KeyKeeper(self.settings, self.database, self.home.secret_file("kek"))

    @cached_property
    def tombstones(self) -> FileTombstones:
        from infrastructure.forgetting.tombstones import FileTombstones

        return FileTombstones(self.settings.erased_file or self.home.keys / "erased")

    @cached_property
    def whole_search(self) -> WholeSearch:
        from infrastructure.deliveries.queue import redis_address
        from infrastructure.forgetting.search import WholeSearch

        return WholeSearch(
            self.owner_database or self.database,
            self.home.path,
            lambda: redis_address(self.settings, self.home),
            queue_is_ours=self.settings.redis_url is None,
        )

    @cached_property
    def erasure_desk(self) -> ErasureDesk:
        from application.erasure_desk import ErasureDesk

        return ErasureDesk(self.app, self.clock, self.receipts, traces=self.traces)

    @cached_property
    def hold_desk(self) -> HoldDesk:
        from application.hold_desk import HoldDesk

        return HoldDesk(
            self.app, self.clock, self.receipts, secrets=self.secrets, traces=self.traces
        )

    @cached_property
    def eraser(self) -> Eraser:
        from application.erasing import Eraser

        return Eraser(
            self.app,
            self.clock,
            self.receipts,
            traces=self.traces,
            keys=self.subject_keys,
            tombstones=self.tombstones,
            leftovers=self.leftovers,
            films=self.clip_forgetting,
            search=self.whole_search,
            unsealer=self.mapper,
            access_log=self.access_log,
        )

    @cached_property
    def restorer(self) -> Restorer:
        from application.erasing import Restorer

        return Restorer(self.tombstones, self.subject_keys, self.leftovers, self.erasure_desk)

    @cached_property
    def retention_desk(self) -> RetentionDesk:
        from application.obstacles import is_held
        from application.retention import RetentionDesk, terms
        from infrastructure.forgetting.expired import PostgresExpired

        settings = self.settings
        return RetentionDesk(
            self.app,
            self.clock,
            self.receipts,
            expired=PostgresExpired(
                self.database,
                self.subject_keys,
                self.clip_forgetting,
                lambda report_id, citizen_id: is_held(self.app, report_id, citizen_id),
            ),
            terms=terms(
                track_days=settings.keep_track_days,
                clips_days=settings.keep_clips_days,
                forms_days=settings.keep_forms_days,
                deliveries_days=settings.keep_deliveries_days,
                access_records_days=settings.keep_access_records_days,
                timers_days=settings.keep_timers_days,
                receipts_days=0,
            ),
        )
