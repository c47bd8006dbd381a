"""Sessions that an operator watches or should, as the board has them: who does, and who is to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from psycopg.rows import class_row

from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from uuid import UUID

    from domain.geography import DistrictCode
    from domain.session_kind import SessionKind
    from infrastructure.database import Database

# Asked every second: four columns of one kind, and not whole rows of all.
_OPEN: Final = """
SELECT session_id, district, holder, detail::json ->> 'wanted_by' AS wanted_by
FROM read.service_board WHERE NOT ended AND kind = %s AND stage <> 'booked'
"""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """See ``application.attended``, and ``application.monitoring.following`` for the last."""

    session_id: UUID
    district: DistrictCode
    holder: UUID | None
    wanted_by: DistrictCode | None


class OpenSessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, kind: SessionKind) -> list[OpenLine]:
        """Every session of a kind that has begun and is not over."""
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.cursor(row_factory=class_row(OpenLine)) as cursor,
        ):
            return cursor.execute(_OPEN, (kind,)).fetchall()
