"""The database's time, without asking the database each time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

import psycopg

from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from infrastructure.database import Connection, Database

RESAMPLE_S = 30.0
SAMPLES = 3
SKEW_MAX_S = 0.25
LEAP_S = 1.0  # a machine that slept, or whose clock was set, shows at least this


class ClockSkewed(AnsimError):
    """This machine's clock and the database's differ too much to trust either."""


class DatabaseClock:
    """Monotonic time plus an offset, sampled from the database every 30 s.

    When the database cannot be asked, the last offset stands.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._offset_s: float | None = None
        self._sampled_at = 0.0
        self._wall_offset_s = 0.0

    def now(self) -> datetime:
        """The database's time in UTC, ± half a round trip.

        Raises:
            psycopg.OperationalError: the database has never answered yet.
        """
        return datetime.fromtimestamp(self._offset() + time.monotonic(), UTC)

    def skew_s(self) -> float:
        """The machine's wall clock minus the database's; sampled anew."""
        with self._lock:
            offset_s = self._sample()
            return self._wall_offset_s - offset_s

    def check_skew(self) -> None:
        """Refuse to start on a machine whose clock is wrong.

        Raises:
            ClockSkewed: it differs by more than 250 ms from the database's.
        """
        skew_s = self.skew_s()
        if abs(skew_s) > SKEW_MAX_S:
            raise ClockSkewed(
                f"this machine's clock is {skew_s:+.3f} s off the database's "
                f"(at most {SKEW_MAX_S} s): set both by NTP, then start again"
            )

    def _offset(self) -> float:
        known = self._offset_s
        if known is not None and not self._is_due():
            return known
        with self._lock:
            known = self._offset_s
            if known is None:
                return self._sample()
            if not self._is_due():  # another thread was first
                return known
            try:
                return self._sample()
            except psycopg.OperationalError:
                self._note_moment()  # ask again in 30 s
                return known

    def _is_due(self) -> bool:
        monotonic = time.monotonic()
        leapt = abs(time.time() - monotonic - self._wall_offset_s) > LEAP_S
        return leapt or monotonic - self._sampled_at > RESAMPLE_S

    def _sample(self) -> float:
        with self._database.connection() as connection:
            offset_s = median(_offset_s(connection) for _ in range(SAMPLES))
        self._note_moment()
        self._offset_s = offset_s
        return offset_s

    def _note_moment(self) -> None:
        self._sampled_at = time.monotonic()
        self._wall_offset_s = time.time() - self._sampled_at


def _offset_s(connection: Connection) -> float:
    """The database's seconds since 1970 minus our monotonic ones, at the round trip's middle."""
    before = time.monotonic()
    [(seconds,)] = connection.execute(
        "SELECT extract(epoch FROM clock_timestamp())::float8"
    ).fetchall()
    after = time.monotonic()
    return float(seconds) - (before + after) / 2
