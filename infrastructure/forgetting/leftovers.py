"""What lies beside the log about somebody, and one erasure at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.erasure_ports import Purged
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from infrastructure.clips.forgetting import ClipForgetting
    from infrastructure.database import Database

ERASING: Final = 0x414E53494D
"""The first half of the advisory locks under which erasures are carried out."""
_RECEIPTS: Final = "SELECT forget_receipts(%s)"
_DELIVERIES: Final = """
DELETE FROM deliveries WHERE about = ANY(%s) AND state IN ('done', 'dead')
    AND position <= (SELECT position FROM reconciled)
"""
_POSITIONS: Final = "DELETE FROM live_positions WHERE report_id = ANY(%s)"
_TRACKS: Final = "DELETE FROM session_positions WHERE session_id = ANY(%s)"


class PostgresLeftovers:
    """See ``application.erasure_ports``: ``Leftovers`` and ``Turns``."""

    def __init__(self, database: Database, clips: ClipForgetting) -> None:
        self._database = database
        self._clips = clips

    def purge(self, subject: UUID, incidents: Collection[UUID]) -> Purged:
        """Rows that the reconciler might miss stay for retention; they hold ids only."""
        reports = [subject, *incidents]
        self._clips.purge(reports)
        with told_when_away(), self._database.connection() as connection:
            row = connection.execute(_RECEIPTS, (subject,)).fetchone()
            deliveries = connection.execute(_DELIVERIES, (reports,)).rowcount
            connection.execute(_POSITIONS, (reports,))
            connection.execute(_TRACKS, (reports,))
        return Purged(receipts=int(row[0]) if row else 0, deliveries=deliveries)

    def one_at_a_time(self, erasure_id: UUID, work: Callable[[], None]) -> bool:
        number = int.from_bytes(erasure_id.bytes[:8], "big", signed=True) ^ ERASING
        with told_when_away(), self._database.dedicated() as connection:
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
            if row is None or not row[0]:
                return False
            work()
        return True
