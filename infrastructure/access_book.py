"""Asks the access records: of one person, and of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import dict_row

from application.access_book import (
    MOST_READ,
    AccessQuestion,
    AccessRecord,
    AccountReads,
    ExportMade,
    Month,
)
from domain.geography import CITY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.database import Database

COLUMNS: Final = (
    "id, accessed_at AS at, kind, actor, account, district, address, subject, what, why, about,"
    " task, recipient, correlation_id"
)
# Two scans of two indexes: one condition joined by OR would read the whole table.
ASKED: Final = f"""
WITH found AS (
    SELECT r.* FROM access_records r WHERE r.subject = %(subject)s
    UNION
    SELECT r.* FROM access_records r WHERE r.about = %(subject)s
)
SELECT {COLUMNS} FROM found
WHERE (%(actor)s::text IS NULL OR actor = %(actor)s OR account = %(actor)s)
  AND (%(since)s::timestamptz IS NULL OR accessed_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR accessed_at < %(until)s)
  AND (%(before)s::bigint IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 - constants
# Whoever forces her may hold the phone: of a report under duress it learns when it is over.
SEEN: Final = f"""
SELECT {COLUMNS} FROM access_records r
WHERE subject = %(subject)s AND kind <> 'refusal' AND task IS DISTINCT FROM 'self'
  AND (%(before)s::bigint IS NULL OR id < %(before)s)
  AND NOT (kind = 'provision' AND EXISTS (
        SELECT FROM access_records earlier
        WHERE earlier.subject = r.subject AND earlier.id < r.id AND earlier.kind = 'provision'
          AND earlier.correlation_id = r.correlation_id AND earlier.what = r.what
          AND earlier.recipient IS NOT DISTINCT FROM r.recipient))
  AND NOT EXISTS (
        SELECT FROM events e
        WHERE e.aggregate_id = r.about AND e.topic = 'emergency.duress_suspected'
          AND NOT EXISTS (SELECT FROM events o WHERE o.aggregate_id = r.about
                          AND o.topic = 'emergency.resolved' AND o.version > e.version))
ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 - constants
OF_MONTH: Final = """
accessed_at >= %(begins)s AND accessed_at < %(ends)s
  AND (%(district)s::text IS NULL OR coalesce(district, %(city)s) = %(district)s)
"""
# Offices work from Monday to Friday, 08:00 to 20:00; control rooms and machines round the clock.
# A report is open from its trigger to the fact that ends it, as the log has it at that moment; one
# that was cancelled is still looked at until it can no longer be reopened.
ACCOUNTS: Final = f"""
WITH looked AS (
    SELECT r.*, r.accessed_at AT TIME ZONE 'Asia/Seoul' AS seoul
    FROM access_records r WHERE {OF_MONTH}
), judged AS (
    SELECT l.*,
        kind IN ('read', 'camera', 'export') AS is_read,
        split_part(actor, ':', 1) NOT IN ('operator', 'supervisor', 'citizen', 'partner')
            AND (actor NOT LIKE 'system:%%' OR account IS NOT NULL)
            AND (extract(isodow FROM seoul) > 5
                 OR seoul::time < time '08:00' OR seoul::time >= time '20:00') AS late,
        kind IN ('read', 'camera') AND coalesce(task, 'response') = 'response'
            AND coalesce((SELECT e.topic = 'emergency.resolved'
                              OR e.topic = 'emergency.cancelled' AND l.accessed_at > coalesce(
                                  (e.open::json ->> 'reopen_until')::timestamptz,
                                  e.received_at + interval '10 minutes')
                          FROM events e
                          WHERE e.aggregate_id = l.about AND e.recorded_at <= l.accessed_at
                            AND e.topic IN ('emergency.triggered', 'emergency.resolved',
                                            'emergency.cancelled', 'emergency.reopened',
                                            'emergency.duress_suspected')
                          ORDER BY e.version DESC LIMIT 1), true) AS closed
    FROM looked l
)
SELECT actor, account, district,
    count(*) FILTER (WHERE is_read) AS reads,
    count(DISTINCT subject) FILTER (WHERE is_read) AS subjects,
    count(*) FILTER (WHERE kind = 'refusal') AS refusals,
    count(*) FILTER (WHERE is_read AND late) AS out_of_hours,
    count(*) FILTER (WHERE closed) AS without_open_case,
    count(*) FILTER (WHERE kind = 'export') AS exports,
    count(*) FILTER (WHERE kind = 'provision') AS provisions
FROM judged GROUP BY actor, account, district ORDER BY reads DESC, actor, account
"""  # noqa: S608 - constants
MOST: Final = f"""
SELECT actor, account, district, subject, reads FROM (
    SELECT actor, account, district, subject, count(*) AS reads,
        row_number() OVER (PARTITION BY actor, account, district
                           ORDER BY count(*) DESC, subject) AS place
    FROM access_records
    WHERE {OF_MONTH} AND kind IN ('read', 'camera', 'export')
    GROUP BY actor, account, district, subject
) AS ranked WHERE place <= %(most)s ORDER BY place
"""  # noqa: S608 - constants
EXPORTS: Final = f"""
SELECT accessed_at AS at, actor, account, about, subject, why, recipient
FROM access_records WHERE {OF_MONTH} AND kind = 'export' ORDER BY id
"""  # noqa: S608 - constants
SUBJECTS: Final = f"""
SELECT count(DISTINCT subject) AS n FROM access_records
WHERE {OF_MONTH} AND kind IN ('read', 'camera', 'export')
"""  # noqa: S608 - constants
DISTRICTS: Final = """
SELECT DISTINCT coalesce(district, %(city)s) AS district FROM access_records
WHERE accessed_at >= %(begins)s AND accessed_at < %(ends)s ORDER BY 1
"""
LAST: Final = "SELECT coalesce(max(id), 0) AS n FROM access_records WHERE accessed_at < %(ends)s"


class PostgresAccessBook:
    """See ``application.access_book.AccessBook``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def asked(self, question: AccessQuestion) -> list[AccessRecord]:
        return [AccessRecord(**row) for row in self._rows(ASKED, dict(question))]

    def seen_of(self, subject: UUID, before: int | None, limit: int) -> list[AccessRecord]:
        values = {"subject": subject, "before": before, "limit": limit}
        return [AccessRecord(**row) for row in self._rows(SEEN, values)]

    def accounts(self, month: Month, district: DistrictCode | None) -> list[AccountReads]:
        values = _of(month, district)
        most: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in self._rows(MOST, values):
            read = {"subject": row["subject"], "reads": row["reads"]}
            most.setdefault(_account(row), []).append(read)
        return [
            AccountReads.model_validate(row | {"most_read": most.get(_account(row), ())})
            for row in self._rows(ACCOUNTS, values)
        ]

    def exports(self, month: Month, district: DistrictCode | None) -> list[ExportMade]:
        return [ExportMade(**row) for row in self._rows(EXPORTS, _of(month, district))]

    def subjects(self, month: Month, district: DistrictCode | None) -> int:
        return self._number(SUBJECTS, _of(month, district))

    def districts(self, month: Month) -> list[DistrictCode]:
        return [row["district"] for row in self._rows(DISTRICTS, _of(month, None))]

    def last_id(self, month: Month) -> int:
        return self._number(LAST, _of(month, None))

    def _number(self, query: str, values: dict[str, Any]) -> int:
        [row] = self._rows(query, values)
        return int(row["n"])

    def _rows(self, query: str, values: dict[str, Any]) -> Sequence[dict[str, Any]]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query.encode(), values).fetchall()


def _of(month: Month, district: DistrictCode | None) -> dict[str, Any]:
    return {
        "begins": month.begins_at,
        "ends": month.ends_at,
        "district": district,
        "city": CITY,
        "most": MOST_READ,
    }


def _account(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["actor"], row["account"], row["district"]
