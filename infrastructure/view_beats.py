"""Open views, as the screens tell of them: no facts, and gone when the view is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from application.viewing_desk import Beat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from infrastructure.database import Database

COLUMNS = "operator_id, report_id, district, since, beat_at, noted"


class PostgresBeats:
    """See ``application.viewing_desk.Beats``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, operator_id: UUID, report_id: UUID) -> Beat | None:
        with self._database.connection() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS} FROM view_beats"  # noqa: S608 - constants
                " WHERE operator_id = %s AND report_id = %s",
                (operator_id, report_id),
            ).fetchone()
        return None if row is None else Beat(*row)

    def keep(self, beat: Beat) -> Beat:
        with self._database.connection() as connection:
            row: Any = connection.execute(
                f"INSERT INTO view_beats AS known ({COLUMNS})"  # noqa: S608 - constants
                " VALUES (%s, %s, %s, %s, %s, false)"
                " ON CONFLICT (operator_id, report_id)"
                " DO UPDATE SET beat_at = greatest(known.beat_at, excluded.beat_at)"
                f" RETURNING {COLUMNS}",
                (beat.operator_id, beat.report_id, beat.district, beat.since, beat.beat_at),
            ).fetchone()
        return Beat(*row)

    def note(self, beat: Beat) -> None:
        with self._database.connection() as connection:
            connection.execute(
                "UPDATE view_beats SET noted = true WHERE operator_id = %s AND report_id = %s",
                (beat.operator_id, beat.report_id),
            )

    def drop(self, operator_id: UUID, report_id: UUID) -> None:
        with self._database.connection() as connection:
            connection.execute(
                "DELETE FROM view_beats WHERE operator_id = %s AND report_id = %s",
                (operator_id, report_id),
            )

    @contextmanager
    def stale(self, before: datetime, limit: int) -> Iterator[list[Beat]]:
        """Rows are locked until their facts are stored, and deleted then: a crash repeats it."""
        with self._database.connection() as connection, connection.transaction():
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM view_beats WHERE beat_at < %s"  # noqa: S608 - constants
                " ORDER BY beat_at LIMIT %s FOR UPDATE SKIP LOCKED",
                (before, limit),
            ).fetchall()
            beats = [Beat(*row) for row in rows]
            yield beats
            for beat in beats:
                connection.execute(
                    "DELETE FROM view_beats WHERE operator_id = %s AND report_id = %s",
                    (beat.operator_id, beat.report_id),
                )
