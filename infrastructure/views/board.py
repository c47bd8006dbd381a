"""The board of all services: the queue's reports, and the sessions that are folded beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from application.board_desk import BoardEntry
from domain.emergency.vocabulary import How, Stage
from infrastructure.engine import selection
from projections.board import BoardUrgency, ServiceBoard
from projections.progress import Lane

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.database import Database
    from infrastructure.views.queue import QueueView
    from projections.board import BoardRow
    from projections.queue_row import QueueRow

BOARD: Final = ServiceBoard()
EMERGENCY: Final = "emergency"
BELL: Final = "bell"
DRILL: Final = "drill"
PROTECTION: Final = "protection"
"""Of which the board shows nobody any detail."""


class BoardView:
    """See ``application.board_desk.BoardView``."""

    def __init__(self, database: Database, queue: QueueView) -> None:
        self._database = database
        self._queue = queue

    def reports(self, districts: frozenset[DistrictCode] | None) -> list[BoardEntry]:
        return [_of_report(row) for row in self._queue.rows(districts)]

    def sessions(self, districts: frozenset[DistrictCode] | None) -> list[BoardEntry]:
        return [_of_session(row) for row in self.open(districts)]

    def open(self, districts: Collection[DistrictCode] | None = None) -> list[BoardRow]:
        """The rows of sessions that are not over."""

        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            return sa.and_(sa.text("NOT ended"), selection.seen_by(table, districts))

        with self._database.sqlalchemy.connect() as connection:
            return selection.read(connection, BOARD, None, where)

    def get(self, session_id: UUID, as_of: int | None = None) -> BoardRow | None:
        """The session now, or once ``as_of`` was folded.

        Raises:
            FoldBehind: the fold has not come to ``as_of``.
        """
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection, BOARD, as_of, lambda table: table.c.session_id == session_id
            )
        return rows[0] if rows else None


def _of_session(row: BoardRow) -> BoardEntry:
    return BoardEntry(
        kind=row.kind,
        id=row.session_id,
        district=row.district,
        stage=row.stage,
        urgency=row.urgency,
        attention=row.attention,
        since=row.since,
        due_at=row.due_at,
        holder=row.holder,
        detail={} if row.kind == PROTECTION else row.detail,
        last_position=row.last_position,
    )


def _of_report(row: QueueRow) -> BoardEntry:
    drill = row.lane is Lane.DRILL
    return BoardEntry(
        kind=DRILL if drill else BELL if row.how is How.BELL else EMERGENCY,
        id=row.report_id,
        district=row.district,
        stage=row.stage,
        urgency=BoardUrgency.WAITING if drill else _urgency(row),
        attention=row.rings_for,
        since=row.accepted_at or row.received_at,
        due_at=row.answer_by or row.cancel_until,
        holder=row.held_by,
        last_position=row.last_position,
    )


def _urgency(row: QueueRow) -> BoardUrgency:
    if row.ringing or row.stage is Stage.OPEN:
        return BoardUrgency.EMERGENCY
    return BoardUrgency.OVER if row.stage is Stage.CANCELLED else BoardUrgency.HELD
