"""What is over its term, and goes: rows are deleted, tracks lose their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.emergency.facts import track_of
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from application.erasure_ports import SubjectKeys
    from infrastructure.database import Database

BATCH: Final = 5_000

# Rows that the reconciler has not yet compared with the facts would be made anew by it.
_DELIVERIES: Final = """
DELETE FROM deliveries WHERE delivery_id IN (
    SELECT delivery_id FROM deliveries WHERE state = 'done' AND done_at < %s
        AND position <= (SELECT position FROM reconciled) LIMIT 5000)
"""
_TIMERS: Final = """
DELETE FROM timers WHERE timer_id IN (
    SELECT timer_id FROM timers WHERE fired_at < %s
        AND position <= (SELECT position FROM reconciled) LIMIT 5000)
"""
_RECEIPTS: Final = "SELECT forget_expired_receipts(5000) WHERE clock_timestamp() > %s"
# The function cuts nothing that is younger than two years, whatever it is asked.
_ACCESS: Final = """
SELECT cut_access_records((SELECT max(id) FROM (
    SELECT id FROM access_records WHERE accessed_at < %s ORDER BY id LIMIT 5000) AS oldest))
"""
_ENDED: Final = """
SELECT report_id, citizen_id FROM read.report_detail
WHERE stage IN ('resolved', 'cancelled') AND last_at < %s AND report_id > %s
ORDER BY report_id LIMIT 5000
"""
NO_ID: Final = "00000000-0000-0000-0000-000000000000"


class PostgresExpired:
    """See ``application.retention.Expired``.

    Args:
        database: the service role's.
        keys: of tracks.
        held: whether anything stands against forgetting of that case, or of that citizen.
    """

    def __init__(
        self, database: Database, keys: SubjectKeys, held: Callable[[UUID, UUID | None], bool]
    ) -> None:
        self._database = database
        self._keys = keys
        self._held = held

    def forget(self, rule: str, until: datetime) -> int:
        match rule:
            case "track":
                return self._forget_tracks(until)
            case "deliveries":
                return self._delete(_DELIVERIES, until)
            case "timers":
                return self._delete(_TIMERS, until)
            case "receipts":
                return self._forget_by(_RECEIPTS, until)
            case "access_records":
                return self._forget_by(_ACCESS, until)
            case _:
                raise LookupError(rule)

    def _delete(self, query: str, until: datetime) -> int:
        """In batches, so that no lock is held for long."""
        gone = 0
        while True:
            with told_when_away(), self._database.connection() as connection:
                count = connection.execute(query.encode(), (until,)).rowcount
            gone += count
            if count < BATCH:
                return gone

    def _forget_by(self, query: str, until: datetime) -> int:
        """By a function of the database, which tells how many went."""
        gone = 0
        while True:
            with told_when_away(), self._database.connection() as connection:
                row = connection.execute(query.encode(), (until,)).fetchone()
            count = int(row[0]) if row else 0
            gone += count
            if count < BATCH:
                return gone

    def _forget_tracks(self, until: datetime) -> int:
        gone = 0
        for ended in self._ended(until):
            tracks = {track_of(report_id): (report_id, citizen) for report_id, citizen in ended}
            living = self._keys.living(tracks)
            over = [track for track in living if not self._held(*tracks[track])]
            if over:
                gone += self._keys.destroy_all(over)
        return gone

    def _ended(self, until: datetime) -> Iterator[list[tuple[UUID, UUID | None]]]:
        after: object = NO_ID
        while True:
            with told_when_away(), self._database.connection() as connection:
                rows = connection.execute(_ENDED, (until, after)).fetchall()
            if not rows:
                return
            yield [(row[0], row[1]) for row in rows]
            after = rows[-1][0]
