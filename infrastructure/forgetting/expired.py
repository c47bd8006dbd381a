"""What is over its term, and goes: rows are deleted, tracks lose their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.emergency.facts import track_of
from domain.emergency.filming import clips_of
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from application.erasure_ports import SubjectKeys
    from infrastructure.clips.forgetting import ClipForgetting
    from infrastructure.database import Database

BATCH: Final = 5_000

# Rows that the reconciler has not yet compared with the facts would be made anew by it.
_DELIVERIES: Final = """
DELETE FROM deliveries WHERE delivery_id IN (
    SELECT delivery_id FROM deliveries WHERE state = 'done' AND done_at < %s
        AND position <= (SELECT position FROM reconciled) LIMIT 5000)
"""
_PIECES: Final = """
DELETE FROM message_pieces WHERE (route, reference) IN (
    SELECT route, reference FROM message_pieces WHERE at < %s LIMIT 5000)
"""
_PACE: Final = """
DELETE FROM message_pace WHERE line IN (
    SELECT line FROM message_pace WHERE free_at < %s LIMIT 5000)
"""
_TIMERS: Final = """
DELETE FROM timers WHERE timer_id IN (
    SELECT timer_id FROM timers WHERE fired_at < %s
        AND position <= (SELECT position FROM reconciled) LIMIT 5000)
"""
_RECEIPTS: Final = "SELECT forget_expired_receipts(5000) WHERE %s::timestamptz IS NOT NULL"
"""Each says when it expires, and by the database's clock: ours may be a moment ahead of it."""
# The function cuts nothing that is younger than two years, whatever it is asked.
_ACCESS: Final = """
SELECT cut_access_records((SELECT max(id) FROM (
    SELECT id FROM access_records WHERE accessed_at < %s ORDER BY id LIMIT 5000) AS oldest))
"""
_ENDED: Final = """
SELECT report_id, citizen_id FROM (
    SELECT report_id, citizen_id FROM read.report_detail
    WHERE stage IN ('resolved', 'cancelled') AND last_at < %(until)s
    UNION ALL
    SELECT session_id, citizen_id FROM read.service_board WHERE ended AND last_at < %(until)s
) AS over WHERE report_id > %(after)s
ORDER BY report_id LIMIT 5000
"""
_FORMS: Final = """
SELECT form_id, CASE WHEN member THEN form_id ELSE applicant_id END FROM read.inspections
WHERE last_at < %s
    AND stage IN ('closed', 'declined', 'withdrawn', 'returned', 'lost', 'not_collected')
"""
NO_ID: Final = "00000000-0000-0000-0000-000000000000"


class PostgresExpired:
    """See ``application.retention.Expired``.

    Args:
        database: the service role's.
        keys: of tracks and clips.
        clips: their bytes.
        held: whether anything stands against forgetting of that case, or of that citizen.
    """

    def __init__(
        self,
        database: Database,
        keys: SubjectKeys,
        clips: ClipForgetting,
        held: Callable[[UUID, UUID | None], bool],
    ) -> None:
        self._database = database
        self._keys = keys
        self._clips = clips
        self._held = held

    def forget(self, rule: str, until: datetime) -> int:  # noqa: PLR0911 (one for each rule)
        match rule:
            case "track":
                return self._forget_tracks(until)
            case "clips":
                return self._forget_clips(until)
            case "forms":
                return self._forget_forms(until)
            case "deliveries":
                self._delete(_PACE, until)
                return self._delete(_DELIVERIES, until) + self._delete(_PIECES, until)
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
        for over in self._over(until, track_of):
            gone += self._keys.destroy_all(over)
        return gone

    def _forget_forms(self, until: datetime) -> int:
        """What was found and written about a form, and who asked, if no member."""
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(_FORMS, (until,)).fetchall()
        subjects = [one for row in rows for one in row]
        return self._keys.destroy_all(self._keys.living(subjects))

    def _forget_clips(self, until: datetime) -> int:
        """Bytes first: a store that is away is asked again, for as long as the key lives."""
        gone = 0
        for over in self._over(until, clips_of):
            self._clips.purge(list(over.values()))
            gone += self._keys.destroy_all(over)
        return gone

    def _over(self, until: datetime, key_of: Callable[[UUID], UUID]) -> Iterator[dict[UUID, UUID]]:
        """Cases whose term is over and that nothing holds, by the subject of a living key."""
        for ended in self._ended(until):
            keyed = {key_of(report_id): (report_id, citizen) for report_id, citizen in ended}
            living = self._keys.living(keyed)
            over = {one: keyed[one][0] for one in living if not self._held(*keyed[one])}
            if over:
                yield over

    def _ended(self, until: datetime) -> Iterator[list[tuple[UUID, UUID | None]]]:
        after: object = NO_ID
        while True:
            with told_when_away(), self._database.connection() as connection:
                rows = connection.execute(_ENDED, {"until": until, "after": after}).fetchall()
            if not rows:
                return
            yield [(row[0], row[1]) for row in rows]
            after = rows[-1][0]
