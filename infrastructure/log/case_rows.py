"""One report's rows as an export needs them: every column, and the hash of the row before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.case_file import CaseRow
from infrastructure.log.sealing import unpack
from infrastructure.log.stored import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.base import SealedPart
    from infrastructure.database import Database

GENESIS = bytes(32)
ROWS = (
    f"SELECT {COLUMNS},"  # noqa: S608 - constants
    " (SELECT p.hash FROM events p WHERE p.position = e.position - 1), hash"
    " FROM events e WHERE aggregate_id = %s ORDER BY version"
).encode()


class LoggedCaseRows:
    """See ``application.export_desk.CaseRows``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, report_id: UUID) -> Sequence[CaseRow]:
        with self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            return [_case_row(row) for row in cursor.execute(ROWS, (report_id,))]


def _case_row(row: tuple[Any, ...]) -> CaseRow:
    *columns, sealed, previous, digest = row
    _, aggregate_id, version, topic, schema_version = columns[:5]
    parts: tuple[SealedPart, ...] = ()
    if sealed is not None:
        parts = unpack(
            sealed,
            aggregate_id=aggregate_id,
            version=version,
            topic=topic,
            schema_version=schema_version,
        )
    return CaseRow(*(*columns, sealed, previous or GENESIS, digest, parts))
