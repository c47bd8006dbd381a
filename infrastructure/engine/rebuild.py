"""Builds a fold's tables anew beside the live ones, compares, and swaps them in."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
import structlog
from psycopg.sql import SQL, Identifier
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from infrastructure.engine.building import Build, drop
from infrastructure.engine.comparison import differences, digest
from infrastructure.engine.crew import Crew, Refused, cores
from infrastructure.engine.engine import (
    Difference,
    FoldBeyondLog,
    FoldOutdated,
    OwnerNeeded,
    RebuildRunning,
)
from infrastructure.engine.loading import HELD_MAX
from infrastructure.engine.parking import park
from infrastructure.engine.share import Task, name_of
from infrastructure.engine.tables import (
    COMPARING,
    READ,
    RETIRED,
    SHADOW,
    FoldTables,
    tables_of,
)
from projections.fold import Course

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.database import Connection, Database
    from infrastructure.engine.engine import FactReader
    from projections.fold import Fold

log = structlog.get_logger()

Progress = Callable[[int, int], None]
"""Called with the position reached and the one aimed at."""

REBUILD_LOCKS: Final = 71_933_209
SHARED_POSITIONS_MIN: Final = 50_000
"""A shorter log is folded sooner than other processes have started."""
NEAR_FACTS: Final = 2_000
"""So few facts are caught up with while the live fold waits."""
SWAP_ATTEMPTS_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild has found; digests and differences are as of ``compared_at``."""

    fold: str
    version: int
    position: int
    rows: int
    compared_at: int
    sha256_live: str | None
    """None when the live rows were of another version."""
    sha256_rebuilt: str
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        return self.sha256_live == self.sha256_rebuilt and not self.differences


class Rebuilder:
    """One fold at a time in the whole cluster; the owner is needed to swap, not to compare."""

    def __init__(
        self,
        database: Database,
        owner: Database | None,
        reader: FactReader,
        log_database: Database | None = None,
    ) -> None:
        self._database = database
        self._log_database = log_database
        self._owner = owner
        self._reader = reader

    def compare(self, fold: Fold[Any], progress: Progress | None) -> list[Difference]:
        """Build in a transaction that is rolled back: nothing stays, whatever happens."""
        with _alone(self._database, fold) as connection:
            found: list[Difference] = []
            with connection.transaction(force_rollback=True):
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                version, position = _tracking(connection, fold)
                if version != fold.version:
                    raise FoldOutdated(
                        f"{fold.name}: rows of version {version}, code of version {fold.version}"
                    )
                build = Build(connection, fold, self._reader, schema=COMPARING)
                build.begin(position, progress)
                if build.position < position:
                    raise FoldBeyondLog(
                        f"{fold.name} is at {position}, the log ends at {build.position}"
                    )
                found = differences(
                    connection, fold.name, tables_of(fold, READ), build.store.tables
                )
            _note_compared(connection, fold.name, position, len(found))
        log.info("fold.compared", fold=fold.name, position=position, differing=len(found))
        return found

    def rebuild(self, fold: Fold[Any], progress: Progress | None) -> Rebuilt:
        with _alone(self._swapper, fold) as connection:
            build = Build(connection, fold, self._reader)
            self._share(build, progress)
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                version, compared_at = _tracking(connection, fold)
                if build.position:
                    build.catch_up(compared_at, progress)
                else:
                    build.begin(compared_at, progress)
                sha256_rebuilt = digest(connection, build.store.tables)
                sha256_live, found = None, list[Difference]()
                if version == fold.version:
                    live = tables_of(fold, READ)
                    sha256_live = digest(connection, live)
                    if sha256_live != sha256_rebuilt:
                        found = differences(connection, fold.name, live, build.store.tables)
            position, rows = self._swap_in(build, progress)
            _note_compared(connection, fold.name, position, 0)
        rebuilt = Rebuilt(
            fold=fold.name,
            version=fold.version,
            position=position,
            rows=rows,
            compared_at=compared_at,
            sha256_live=sha256_live,
            sha256_rebuilt=sha256_rebuilt,
            differences=tuple(found),
        )
        log.info("fold.rebuilt", fold=fold.name, position=position, differing=len(found))
        return rebuilt

    def _share(self, build: Build, progress: Progress | None) -> None:
        """Let several processes begin, where that is worth it and the fold allows it.

        Raises:
            RebuildFailed: one has died, or could not go on.
        """
        _, tracked = _tracking(build.connection, build.fold)
        goal = min(tracked, self._reader.head())
        few = goal < SHARED_POSITIONS_MIN or cores() == 1
        if few or self._log_database is None or not isinstance(build.fold, Course):
            return
        task = Task(
            log_url=self._log_database.url,
            owner_url=self._swapper.url,
            fold=name_of(build.fold),
            schema=SHADOW,
            goal=goal,
            held_max=HELD_MAX // cores(),
        )
        with build.gone_on_failure(), Crew(cores()) as crew, suppress(Refused):
            build.begin_shared(crew, task, progress)

    def forget_retired(self, fold: Fold[Any]) -> None:
        """Drop the tables that the last rebuild has replaced."""
        with _alone(self._swapper, fold) as connection, connection.transaction():
            drop(connection, tables_of(fold, RETIRED))

    def _swap_in(self, build: Build, progress: Progress | None) -> tuple[int, int]:
        """Catch up with the live fold, hold it for a moment, and take its place."""
        connection = build.connection
        while True:
            _, tracked = _tracking(connection, build.fold)
            live = min(tracked, self._reader.head())
            if live - build.position <= NEAR_FACTS:
                break
            with connection.transaction():
                build.catch_up(live, progress)
        for attempt in Retrying(
            retry=retry_if_exception_type(psycopg.errors.LockNotAvailable),
            stop=stop_after_attempt(SWAP_ATTEMPTS_MAX),
            wait=wait_random(0.1, 0.5),
            reraise=True,
        ):
            with attempt, build.undone_on_failure(), connection.transaction():
                _, live = _tracking(connection, build.fold, lock=True)
                build.catch_up(live, progress)
                rows = _count(connection, build.store.tables)
                _swap(connection, build)
        return build.position, rows

    @property
    def _swapper(self) -> Database:
        if self._owner is None:
            raise OwnerNeeded("set ANSIM_ADMIN_DATABASE_URL to the owner's connection")
        return self._owner


@contextmanager
def _alone(database: Database, fold: Fold[Any]) -> Iterator[Connection]:
    """A connection with nobody else building this fold."""
    connection = database.dedicated()
    try:
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        number = zlib.crc32(fold.name.encode()) & 0x7FFFFFFF
        row = connection.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", (REBUILD_LOCKS, number)
        ).fetchone()
        if row is None or not row[0]:
            raise RebuildRunning(f"{fold.name} is being rebuilt or compared elsewhere")
        yield connection
        # Closing alone would free the lock a moment later than the caller goes on.
        connection.execute("SELECT pg_advisory_unlock(%s, %s)", (REBUILD_LOCKS, number))
    finally:
        with suppress(psycopg.Error):  # the server would notice the close a moment later
            connection.execute("SELECT pg_advisory_unlock_all()")
        connection.close()


def _swap(connection: Connection, build: Build) -> None:
    name = build.fold.name
    drop(connection, tables_of(build.fold, RETIRED))
    for table in build.store.tables:
        for old, new in ((READ, RETIRED), (SHADOW, READ)):
            connection.execute(
                SQL("ALTER TABLE IF EXISTS {} SET SCHEMA {}").format(
                    Identifier(old, table.name), Identifier(new)
                )
            )
    connection.execute("DELETE FROM read.parked WHERE fold = %s", (name,))
    park(connection, name, build.parked)
    connection.execute(
        "UPDATE read.tracking SET version = %s, position = %s, updated_at = clock_timestamp()"
        " WHERE fold = %s",
        (build.fold.version, build.position, name),
    )


def _note_compared(connection: Connection, name: str, position: int, differing: int) -> None:
    connection.execute(
        "INSERT INTO read.compared VALUES (%s, %s, %s) ON CONFLICT (fold) DO UPDATE"
        " SET position = excluded.position, differing = excluded.differing,"
        " compared_at = excluded.compared_at",
        (name, position, differing),
    )


def _tracking(connection: Connection, fold: Fold[Any], *, lock: bool = False) -> tuple[int, int]:
    query = "SELECT version, position FROM read.tracking WHERE fold = %s"
    row = connection.execute(
        (query + (" FOR UPDATE" if lock else "")).encode(), (fold.name,)
    ).fetchone()
    if row is None:
        raise FoldOutdated(f"{fold.name} has no rows yet: ansim migrate")
    version, position = row
    return int(version), int(position)


def _count(connection: Connection, tables: FoldTables) -> int:
    row = connection.execute(
        SQL("SELECT count(*) FROM {}").format(Identifier(SHADOW, tables.live.name))
    ).fetchone()
    return int(row[0]) if row else 0
