"""The facts of reports by position, as auditors' tools read them; nothing is unsealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from application.log_events import HistoryLine, report_topics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.log_event_desk import Selection
    from domain.geography import DistrictCode
    from infrastructure.database import Database

# The district is the one that the report was in at that moment.
LINES: Final = """
SELECT e.position, e.aggregate_id AS report_id, e.version, e.topic, e.event_id, e.correlation_id,
       e.causation_id, e.actor, e.occurred_at, e.received_at, e.recorded_at, e.open, e.hash,
       (SELECT coalesce(d.open::jsonb ->> 'responsible', d.open::jsonb ->> 'district')
        FROM events d
        WHERE d.aggregate_id = e.aggregate_id AND d.version <= e.version
          AND d.topic IN ('emergency.triggered', 'emergency.joined', 'emergency.accepted')
        ORDER BY d.version DESC LIMIT 1) AS district
FROM events e
"""
WHERE: Final = """
WHERE e.topic = ANY(%(topics)s) AND e.position > %(after)s AND e.position <= %(upto)s
  AND (%(report_id)s::uuid IS NULL OR e.aggregate_id = %(report_id)s)
"""
COUNT: Final = f"SELECT count(*) AS n FROM events e {WHERE}"  # noqa: S608 - constants
BOUNDS: Final = """
SELECT CASE WHEN %(since)s::timestamptz IS NULL THEN 0
            ELSE position_at(%(since)s::timestamptz - interval '1 microsecond') END AS after,
       CASE WHEN %(until)s::timestamptz IS NULL THEN h.position
            ELSE position_at(%(until)s::timestamptz) END AS upto
FROM log_head h
"""
PAGE: Final = " ORDER BY e.position OFFSET %(start)s - 1 LIMIT %(limit)s"
DISTRICTS: Final = """
SELECT coalesce(d.open::jsonb ->> 'responsible', d.open::jsonb ->> 'district') AS district,
       min(d.version) AS n FROM events d
WHERE d.aggregate_id = %(report_id)s
  AND d.topic IN ('emergency.triggered', 'emergency.joined', 'emergency.accepted')
GROUP BY 1 ORDER BY 2
"""
REPORTS: Final = f"SELECT e.aggregate_id AS report_id FROM events e {WHERE} {PAGE}"  # noqa: S608 - constants
RAISED: Final = ("emergency.triggered",)


class HistoryLines:
    """See ``application.log_event_desk.History``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, selection: Selection) -> list[HistoryLine]:
        return [_line(row) for row in self._rows(LINES + WHERE + PAGE, self._of(selection))]

    def count(self, selection: Selection) -> int:
        [row] = self._rows(COUNT, self._of(selection))
        return int(row["n"])

    def line(self, position: int) -> HistoryLine | None:
        query = LINES + "WHERE e.position = %(position)s AND e.topic = ANY(%(topics)s)"
        rows = self._rows(query, {"position": position, "topics": list(report_topics())})
        return _line(rows[0]) if rows else None

    def reports(self, selection: Selection) -> list[UUID]:
        return [row["report_id"] for row in self._rows(REPORTS, self._of(_raised(selection)))]

    def count_reports(self, selection: Selection) -> int:
        return self.count(_raised(selection))

    def districts(self, report_id: UUID) -> list[DistrictCode]:
        return [row["district"] for row in self._rows(DISTRICTS, {"report_id": report_id})]

    def _of(self, selection: Selection) -> dict[str, Any]:
        """The selection's values, its moments as positions: a filter would ask for each row."""
        values = dict(selection)
        [bounds] = self._rows(BOUNDS, values)
        return values | bounds | {"topics": list(selection.topics)}

    def _rows(self, query: str, values: dict[str, Any]) -> Sequence[dict[str, Any]]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query.encode(), values).fetchall()


def _raised(selection: Selection) -> Selection:
    return selection.model_copy(update={"topics": RAISED, "report_id": None})


def _line(row: dict[str, Any]) -> HistoryLine:
    return HistoryLine(**row | {"open": json.loads(row["open"])})
