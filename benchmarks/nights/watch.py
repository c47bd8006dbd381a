"""What the database says of a while: facts, how late timers were, how far folds lagged."""

from __future__ import annotations

from bisect import bisect_left
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, Self

from benchmarks.nights.wire import percentile

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from infrastructure.database import Database

FOLDS: Final = ("operator_queue", "service_board")
CHANNEL: Final = "ansim_folds"
LOOK_S: Final = 0.25
SEEN: Final = b"""
SELECT min(position), clock_timestamp() FROM read.tracking WHERE fold = ANY(%s)
"""
STORED: Final = b"SELECT position, recorded_at FROM events WHERE position > %s ORDER BY position"
LATE: Final = b"""
SELECT extract(epoch FROM fired_at - due_at)::float8 * 1000 FROM timers
WHERE fired_at IS NOT NULL AND due_at > %s
"""
NOW: Final = b"SELECT position, clock_timestamp() FROM log_head"
FACTS: Final = b"SELECT aggregate_id, correlation_id FROM events WHERE position > %s"


class FoldsWatched:
    """When each position had come to both read models that operators look at."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = Event()
        self._thread = Thread(target=self._run, name="folds-watched", daemon=True)
        self._seen: list[tuple[int, datetime]] = []

    def __enter__(self) -> Self:
        [(self.began_at, self.began)] = _asked(self._database, NOW)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with self._database.dedicated() as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            while not self._stop.is_set():
                for _note in connection.notifies(timeout=LOOK_S, stop_after=1):
                    pass
                row = connection.execute(SEEN, (list(FOLDS),)).fetchone()
                if row is not None and (not self._seen or row[0] > self._seen[-1][0]):
                    self._seen.append((row[0], row[1]))

    def lags_ms(self) -> list[float]:
        """Of each fact since the beginning, until both folds had it, by the database's clock."""
        positions = [position for position, _ in self._seen]
        lags = []
        for position, recorded_at in _asked(self._database, STORED, self.began_at):
            at = bisect_left(positions, position)
            if at < len(positions):
                lags.append((self._seen[at][1] - recorded_at).total_seconds() * 1000)
        return lags

    def figures(self) -> dict[str, Any]:
        """What the database knows of the time since the beginning."""
        late = [row[0] for row in _asked(self._database, LATE, self.began)]
        return {
            "facts": len(_asked(self._database, FACTS, self.began_at)),
            "timers": len(late),
            "timers_late_p99_ms": percentile(late, 0.99),
            "fold_lag_p99_ms": percentile(self.lags_ms(), 0.99),
        }

    def stored(self) -> set[tuple[UUID, UUID]]:
        """Of every fact since the beginning: whose it is, and which request caused it."""
        return {(row[0], row[1]) for row in _asked(self._database, FACTS, self.began_at)}


def _asked(database: Database, query: bytes, *values: object) -> list[Any]:
    with database.connection() as connection:
        return connection.execute(query, values).fetchall()
