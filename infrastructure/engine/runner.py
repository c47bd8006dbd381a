"""Keeps one fold level with the log: one active runner in the cluster, others stand by."""

from __future__ import annotations

import time
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from application.errors import ApplicationError
from infrastructure.engine.engine import BATCH_MAX, FoldOutdated, Overtaken
from infrastructure.log.bell import CHANNEL

if TYPE_CHECKING:
    from threading import Event

    from infrastructure.database import Connection, Database
    from infrastructure.engine.postgres import PostgresEngine

log = structlog.get_logger()

LEADER_LOCKS: Final = 71_933_210
STANDBY_POLL_S: Final = 0.25
LOG_POLL_S: Final = 0.25
"""Behind NOTIFY: a ring that was lost delays a fold so long."""
RECOVERY_S: Final = 0.5
OUTDATED_POLL_S: Final = 1.0
BATCH_MIN: Final = 16
BATCH_LONG_S: Final = 0.25
"""A batch that takes longer is made smaller: others wait for its end."""


class FoldRunner:
    """Leads, folds and announces over one connection of its own.

    Leadership is a session lock on the connection that also writes, so a runner that has
    lost the one has lost the other.
    """

    def __init__(self, engine: PostgresEngine, database: Database, fold: str) -> None:
        self._engine = engine
        self._database = database
        self._fold = fold
        self._batch = BATCH_MAX

    def run(self, stop: Event) -> None:
        """Fold until ``stop`` is set; whatever goes wrong is logged and tried again."""
        while not stop.is_set():
            try:
                with closing(self._database.dedicated()) as connection:
                    self._stand_by(connection, stop)
                    self._lead(connection, stop)
            except FoldOutdated as error:
                log.error("fold.outdated", fold=self._fold, reason=str(error))  # noqa: TRY400
                stop.wait(OUTDATED_POLL_S)
            except (psycopg.Error, ApplicationError) as error:
                log.warning("fold.interrupted", fold=self._fold, error=type(error).__name__)
                stop.wait(RECOVERY_S)
            except Exception:  # a runner that ended in silence would stop the queue
                log.exception("fold.failed", fold=self._fold)
                stop.wait(RECOVERY_S)

    def _stand_by(self, connection: Connection, stop: Event) -> None:
        number = zlib.crc32(self._fold.encode()) & 0x7FFFFFFF
        while not stop.is_set():
            row = connection.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (LEADER_LOCKS, number)
            ).fetchone()
            if row is not None and row[0]:
                log.info("fold.led", fold=self._fold)
                return
            stop.wait(STANDBY_POLL_S)

    def _lead(self, connection: Connection, stop: Event) -> None:
        connection.execute(f"LISTEN {CHANNEL}".encode())
        connection.execute("SET plan_cache_mode = force_generic_plan")  # ever the same few
        while not stop.is_set():
            if not self._advance(connection):
                for _ in connection.notifies(timeout=LOG_POLL_S, stop_after=1):
                    pass

    def _advance(self, connection: Connection) -> int:
        began = time.monotonic()
        try:
            folded = self._engine.advance(connection, self._fold, self._batch)
        except Overtaken:  # a rebuild was swapped in: look where the fold is now
            return 1
        if time.monotonic() - began > BATCH_LONG_S:
            self._batch = max(BATCH_MIN, self._batch // 2)
        elif folded == self._batch:
            self._batch = min(BATCH_MAX, self._batch * 2)
        return folded
