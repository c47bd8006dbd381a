"""The part of the house that takes clips of reports, checks them, and shows them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dramatiq.brokers.redis import RedisBroker

    from application.clips.checking import ClipChecking
    from application.clips.ports import ClipSeals, ClipStore
    from application.clips.receiving import ClipReceiving
    from application.clips.showing import ClipShowing
    from application.ports import Secrets
    from application.safe_return import SafeReturn
    from domain.policy import Policy
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clips.book import PostgresUploadBook
    from infrastructure.clips.forgetting import ClipForgetting
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.deliveries.queue import JobQueue
    from infrastructure.embedded.home import Home
    from infrastructure.key_ring import PostgresKeyRing
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.settings import Settings

CHECK_MARGIN_S: Final = 20.0
"""What a check may take beside the look itself: reading, sealing and storing 20 MB."""
CLIPS_QUEUE: Final = "clips"
CHECK_ACTOR: Final = "clip.check"


class Filming:
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
        def receipts(self) -> LogReceipts: ...
        @property
        def key_ring(self) -> PostgresKeyRing: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def broker(self) -> RedisBroker: ...

    @cached_property
    def clip_store(self) -> ClipStore:
        from infrastructure.clips.addresses import store_at

        return store_at(self.settings.clip_store or f"file:{self.home.path / 'clips'}")

    @cached_property
    def clip_seals(self) -> ClipSeals:
        from infrastructure.clips.sealing import KeyedSeals

        return KeyedSeals(self.key_ring)

    @property
    def check_lease_s(self) -> float:
        """How long one check of a clip may take before its worker counts as dead."""
        from infrastructure.clips.inspecting import WALL_S

        return WALL_S + CHECK_MARGIN_S

    @cached_property
    def upload_book(self) -> PostgresUploadBook:
        from infrastructure.clips.book import PostgresUploadBook

        return PostgresUploadBook(self.database, attempt_lease_s=self.check_lease_s)

    @cached_property
    def clip_receiving(self) -> ClipReceiving:
        from application.clips.receiving import ClipReceiving

        return ClipReceiving(
            self.app,
            self.clock,
            self.receipts,
            book=self.upload_book,
            store=self.clip_store,
            seals=self.clip_seals,
            secrets=self.secrets,
            policy=self.policy,
        )

    @cached_property
    def clip_checking(self) -> ClipChecking:
        import secrets

        from application.clips.checking import ClipChecking
        from application.delivery_book import Patience
        from infrastructure.clips.inspecting import ConfinedInspector

        return ClipChecking(
            self.app,
            self.clock,
            self.receipts,
            book=self.upload_book,
            store=self.clip_store,
            seals=self.clip_seals,
            inspector=ConfinedInspector(),
            policy=self.policy,
            chance=secrets.SystemRandom().random,
            patience=Patience(attempts_max=4, first_wait_s=2.0, wait_max_s=30.0),
        )

    @cached_property
    def clip_showing(self) -> ClipShowing:
        from application.clips.showing import ClipShowing

        return ClipShowing(
            app=self.app,
            clock=self.clock,
            store=self.clip_store,
            seals=self.clip_seals,
            access_log=self.access_log,
            policy=self.policy,
        )

    @cached_property
    def clip_forgetting(self) -> ClipForgetting:
        from infrastructure.clips.forgetting import ClipForgetting

        return ClipForgetting(self.upload_book, self.clip_store, self.clip_seals)

    @cached_property
    def clip_queue(self) -> JobQueue:
        """Of its own: films never stand in the way of what is urgent."""
        from infrastructure.deliveries.queue import JobQueue

        return JobQueue(self.broker, queue=CLIPS_QUEUE, actor=CHECK_ACTOR)
