"""Keeps one fold level with the log: one active runner in the cluster, others stand by."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog

from application.errors import ApplicationError
from infrastructure.engine.engine import BATCH_MAX, FoldOutdated, Overtaken
from infrastructure.engine.leadership import Leadership
from infrastructure.log.scope import Scope

if TYPE_CHECKING:
    from threading import Event

    from infrastructure.database import Connection, Database
    from infrastructure.engine.postgres import PostgresEngine
    from infrastructure.engine.tail import LogTail
    from projections.fold import Fold

log = structlog.get_logger()

PATIENCE_S: Final = 0.25
"""How long a position may wait that concerns the fold in nothing but its number."""
LOOK_AGAIN_S: Final = 0.5
"""Where nothing is new: a rebuild may have put the fold elsewhere, and the leader shows life."""
RECOVERY_S: Final = 0.5
OUTDATED_POLL_S: Final = 1.0
BATCH_MIN: Final = 16
BATCH_LONG_S: Final = 0.25
"""A batch that takes longer is made smaller: others wait for its end."""


class FoldRunner:
    """Leads, folds and announces over one connection of its own."""

    def __init__(
        self, engine: PostgresEngine, database: Database, fold: Fold[Any], tail: LogTail
    ) -> None:
        self._engine = engine
        self._database = database
        self._fold = fold.name
        self._scope = Scope.of(fold)
        self._tail = tail
        self._batch = BATCH_MAX

    def run(self, stop: Event) -> None:
        """Fold until ``stop`` is set; whatever goes wrong is logged and tried again."""
        while not stop.is_set():
            try:
                with closing(self._database.dedicated()) as connection:
                    self._lead(connection, stop)
            except FoldOutdated as error:
                log.error("fold.outdated", fold=self._fold, reason=str(error))  # noqa: TRY400
                stop.wait(OUTDATED_POLL_S)
            except (psycopg.Error, ApplicationError) as error:
                log.warning("fold.interrupted", fold=self._fold, error=type(error).__name__)
                self._batch = max(BATCH_MIN, self._batch // 2)
                stop.wait(RECOVERY_S)
            except Exception:  # a runner that ended in silence would stop the queue
                log.exception("fold.failed", fold=self._fold)
                stop.wait(RECOVERY_S)

    def _lead(self, connection: Connection, stop: Event) -> None:
        leadership = Leadership(connection, self._fold)
        if not leadership.won(stop):
            return
        connection.execute("SET plan_cache_mode = force_generic_plan")  # ever the same few
        # Rows and position go together: what a crash of the server takes is folded once more.
        connection.execute("SET synchronous_commit = off")
        while not stop.is_set():
            with suppress(Overtaken):  # a rebuild was swapped in: look where the fold is now
                way = self._advance(connection)
                if len(way) < self._batch:
                    self._tail.wait(
                        way.stop, self._scope, patience_s=PATIENCE_S, longest_s=LOOK_AGAIN_S
                    )
            leadership.beat()

    def _advance(self, connection: Connection) -> range:
        began = time.monotonic()
        way = self._engine.advance(connection, self._fold, self._batch)
        if time.monotonic() - began > BATCH_LONG_S:
            self._batch = max(BATCH_MIN, self._batch // 2)
        elif len(way) == self._batch:
            self._batch = min(BATCH_MAX, self._batch * 2)
        return way
