"""What the bells' fold knows, beside what was heard of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from application.bells.maintenance import BellShown, Broken, Unregistered
from application.bells.ports import Hearing, KnownBell, Silence
from domain.base import Fact
from domain.bell import Bell, BellPlace
from infrastructure.away import told_when_away
from infrastructure.engine import selection
from infrastructure.log.scope import Scope
from projections.bells import BellRow, BellsFold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.database import Database
    from infrastructure.log.reader import LogReader

BELLS: Final = BellsFold()
PAGE: Final = 50_000
"""Positions that are read at once where the fold is behind."""
_HEARD: Final = """
WITH heard AS (
    SELECT b.bell_id, b.silent_since, s.heard_at, greatest(b.since, s.heard_at) AS last_at
    FROM read.bells b LEFT JOIN bell_signs s USING (bell_id) WHERE NOT b.retired
)
"""
COUNTED: Final = f"""{_HEARD}
SELECT count(*), count(*) FILTER (WHERE last_at < %s) FROM heard WHERE silent_since IS NULL
"""  # noqa: S608 - constants
OVERDUE: Final = f"""{_HEARD}
SELECT bell_id, heard_at FROM heard WHERE silent_since IS NULL AND last_at < %s
ORDER BY last_at LIMIT %s
"""  # noqa: S608 - constants
AGAIN: Final = f"""{_HEARD}
SELECT bell_id, heard_at FROM heard WHERE silent_since IS NOT NULL AND last_at >= %s LIMIT %s
"""  # noqa: S608 - constants
_SHOWN: Final = """
SELECT b.bell_no, b.district, b.address, b.latitude_deg, b.longitude_deg, b.line, b.retired,
    b.silent_since, b.stuck_since, b.stuck_report_id, b.repaired_at, s.heard_at,
    s.battery_pct, (s.battery_pct < %(low)s
        AND (b.repaired_at IS NULL OR s.heard_at > b.repaired_at)) IS TRUE AS battery_low
FROM read.bells b LEFT JOIN bell_signs s USING (bell_id)
"""
BROKEN: Final = f"""
SELECT * FROM ({_SHOWN}) AS shown WHERE NOT retired
    AND (silent_since IS NOT NULL OR stuck_since IS NOT NULL OR battery_low)
    AND (%(district)s::text IS NULL OR district = %(district)s)
ORDER BY stuck_since NULLS LAST, silent_since NULLS LAST, battery_pct, bell_no LIMIT %(limit)s
"""  # noqa: S608 - constants
ONE: Final = f"{_SHOWN} WHERE b.bell_id = %(bell_id)s"
UNREGISTERED: Final = b"""
SELECT s.bell_no, s.heard_at FROM bell_signs s LEFT JOIN read.bells b USING (bell_id)
WHERE b.bell_id IS NULL ORDER BY s.heard_at DESC LIMIT %s
"""


class FoldRegister:
    """See ``application.bells.ports.BellRegister`` and ``application.bells.maintenance``."""

    def __init__(self, database: Database, reader: LogReader) -> None:
        self._database = database
        self._reader = reader

    def known(self) -> Mapping[UUID, KnownBell]:
        """The fold's rows, and folded here what the log has beyond them.

        Rows that are newer than the position that was read before them lose nothing: of facts that
        are folded again in their order, the last one stands.
        """
        with told_when_away(), self._database.sqlalchemy.connect() as connection:
            folded = selection.tracked(connection, BELLS.name)
            rows = {row.bell_id: row for row in selection.read(connection, BELLS)}
        head = self._reader.head()
        for after in range(folded, head, PAGE):
            page = self._reader.page(after, min(after + PAGE, head), Scope.of(BELLS))
            for fact in page:
                if isinstance(fact, Fact):
                    row = BELLS.evolve(rows.get(fact.originator_id), fact)
                    if row is not None:
                        rows[fact.originator_id] = row
        return {bell_id: _known(row) for bell_id, row in rows.items()}

    def hearing(self, silent_before: datetime, limit: int) -> Hearing:
        [(listened_to, overdue)] = self._ask(COUNTED.encode(), (silent_before,))
        return Hearing(
            listened_to=listened_to,
            overdue=self._silences(OVERDUE, silent_before, limit),
            overdue_in_all=overdue,
            heard_again=self._silences(AGAIN, silent_before, limit),
        )

    def broken(
        self, district: DistrictCode | None, *, battery_low_pct: int, limit: int
    ) -> Sequence[Broken]:
        asked = {"district": district, "low": battery_low_pct, "limit": limit}
        return [Broken(**row) for row in self._shown(BROKEN, asked)]

    def one(self, bell_no: str, *, battery_low_pct: int) -> BellShown | None:
        rows = self._shown(ONE, {"bell_id": Bell.create_id(bell_no), "low": battery_low_pct})
        return BellShown(**rows[0]) if rows else None

    def unregistered(self, limit: int) -> Sequence[Unregistered]:
        return [
            Unregistered(bell_no=row[0], heard_at=row[1])
            for row in self._ask(UNREGISTERED, (limit,))
        ]

    def _silences(self, query: str, *values: Any) -> tuple[Silence, ...]:
        rows = self._ask(query.encode(), values)
        return tuple(Silence(bell_id=row[0], last_heard_at=row[1]) for row in rows)

    def _shown(self, query: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query.encode(), asked).fetchall()

    def _ask(self, query: bytes, values: Sequence[Any] = ()) -> list[Any]:
        with told_when_away(), self._database.connection() as connection:
            return connection.execute(query, values).fetchall()


def _known(row: BellRow) -> KnownBell:
    return KnownBell(
        bell_id=row.bell_id,
        bell_no=row.bell_no,
        place=BellPlace(
            latitude_deg=row.latitude_deg,
            longitude_deg=row.longitude_deg,
            district=row.district,
            cell=row.cell,
            address=row.address,
        ),
        line=row.line,
        retired=row.retired,
    )
