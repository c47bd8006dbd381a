"""One runner of a fold leads; the others stand by, and put away a leader that has gone stiff.

Leadership is a session lock on the connection that also writes, so a runner that has lost the
one has lost the other. A killed process loses it at once. A frozen one keeps its session: so a
leader gives a sign of life from its loop, and one that has been silent for longer than its lease
has its session ended by whoever stands by. Should it thaw, it finds its connection gone.
"""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from threading import Event

    from infrastructure.database import Connection

log = structlog.get_logger()

LEADER_LOCKS: Final = 71_933_210
STANDBY_POLL_S: Final = 0.25
BEAT_EVERY_S: Final = 0.5
LEASE_S: Final = 5.0
"""Longer than any batch: one that takes a quarter of a second is made smaller."""
SUSPECT_EVERY_S: Final = 1.0

LEAD: Final = "SELECT pg_try_advisory_lock(%s, %s)"
BEAT: Final = """
INSERT INTO read.leaders VALUES (%s, pg_backend_pid(), clock_timestamp())
ON CONFLICT (fold) DO UPDATE SET pid = excluded.pid, beat_at = excluded.beat_at
"""
STIFF: Final = """
SELECT l.pid FROM pg_locks l
LEFT JOIN read.leaders b ON b.fold = %s AND b.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = %s AND l.objid = %s
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND coalesce(b.beat_at, '-infinity') < clock_timestamp() - make_interval(secs => %s)
"""


class Leadership:
    """Of one fold, over one connection."""

    def __init__(self, connection: Connection, fold: str) -> None:
        self._connection = connection
        self._fold = fold
        self._number = zlib.crc32(fold.encode()) & 0x7FFFFFFF
        self._beat_at_s = 0.0
        self._looked_at_s = time.monotonic()
        self._suspect: int | None = None

    def won(self, stop: Event) -> bool:
        """Stand by until this runner leads; False when ``stop`` came first."""
        while not stop.is_set():
            row = self._connection.execute(LEAD, (LEADER_LOCKS, self._number)).fetchone()
            if row is not None and row[0]:
                self.beat()
                log.info("fold.led", fold=self._fold)
                return True
            if time.monotonic() - self._looked_at_s > SUSPECT_EVERY_S:
                self._looked_at_s = time.monotonic()
                self._put_away_the_stiff()
            stop.wait(STANDBY_POLL_S)
        return False

    def beat(self) -> None:
        """Give a sign of life, at most every half second."""
        if time.monotonic() - self._beat_at_s > BEAT_EVERY_S:
            self._beat_at_s = time.monotonic()
            self._connection.execute(BEAT, (self._fold,), prepare=True)

    def _put_away_the_stiff(self) -> None:
        """End the leader's session when it was found silent twice, a while apart."""
        found = self._connection.execute(
            STIFF, (self._fold, LEADER_LOCKS, self._number, LEASE_S), prepare=True
        ).fetchone()
        suspect = None if found is None else int(found[0])
        if suspect is not None and suspect == self._suspect:
            self._connection.execute("SELECT pg_terminate_backend(%s)", (suspect,))
            log.warning("fold_leader.put_away", fold=self._fold, silent_s=LEASE_S)
        self._suspect = suspect
