"""Where reports happen, to 100 m: from the open cells of facts, under nobody's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.geography import Cell
    from infrastructure.database import Database

CELL = "coalesce(d.incident::json ->> 'cell', d.cell)"
"""The incident's where an operator has set it apart from the reporter's."""

CELLS = f"SELECT d.report_id, {CELL} FROM read.report_detail d WHERE d.report_id = ANY(%(ids)s)"  # noqa: S608

RAISED_IN = f"""
SELECT q.report_id FROM read.operator_queue q JOIN read.report_detail d USING (report_id)
WHERE q.received_at BETWEEN %(since)s AND %(until)s AND q.lane = 'real'
AND {CELL} = ANY(%(cells)s)
"""  # noqa: S608


class PlacesView:
    """See ``application.links_desk.Places``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cells(self, report_ids: Collection[UUID]) -> Mapping[UUID, Cell]:
        with self._database.connection() as connection:
            rows = connection.execute(CELLS, {"ids": [*report_ids]}).fetchall()
        return {report_id: cell for report_id, cell in rows if cell is not None}

    def raised_in(
        self, cells: Collection[Cell], since: datetime, until: datetime
    ) -> Collection[UUID]:
        asked = {"cells": [*cells], "since": since, "until": until}
        with self._database.connection() as connection:
            rows = connection.execute(RAISED_IN, asked).fetchall()
        return [report_id for (report_id,) in rows]
