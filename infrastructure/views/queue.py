"""The operators' queue, as it is and as it stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from application.queue_news import QueueChange, QueuePulse
from domain.emergency.classification import Urgency
from domain.emergency.vocabulary import Flag, Stage
from domain.policy import REOPEN_MAX_S, EscalationLevel
from infrastructure.away import told_when_away
from infrastructure.engine import selection
from infrastructure.engine.columns import shape_of
from infrastructure.engine.tables import tables_of
from projections.operator_queue import OperatorQueue
from projections.progress import Lane
from projections.queue_row import OPEN_STAGES, QueueRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from domain.geography import DistrictCode
    from infrastructure.database import Database

FOLD = OperatorQueue()
OPEN = sa.text("stage IN ({})".format(", ".join(f"'{stage.value}'" for stage in OPEN_STAGES)))
CANCELLED = sa.text(f"stage = '{Stage.CANCELLED.value}'")
"""Both written out, as in the indexes that answer them."""
STOOD = sa.text("SELECT recorded_at FROM events WHERE position = :stood")
NOW = sa.func.statement_timestamp()
"""Not ``clock_timestamp``, which no index answers: it may change from row to row."""
REOPEN_MAX = timedelta(seconds=REOPEN_MAX_S)


CONSPICUOUS = """
SELECT report_id, triggers FROM (
    SELECT report_id, many_triggers, sum(1 + joined) OVER (PARTITION BY source) AS triggers
    FROM read.operator_queue WHERE received_at > %(since)s AND source IS NOT NULL
    AND source NOT IN (SELECT bell_id FROM read.bells)
    AND strpos(flags, %(unknown_bell)s) = 0
) AS counted WHERE triggers >= %(many)s AND many_triggers = 0
"""
"""A bell counts its presses itself, and its label is another. It is known by its registered id, or
by the flag that only the bells' own door puts on: a phone can call itself a bell.
"""


RETRIED = sa.text(
    "SELECT key, max(position) FROM read.retried"
    " WHERE fold = :fold AND position >= :position AND id > :after GROUP BY key"
)


class QueueView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self) -> int:
        """How far the fold is; rows read afterwards are at least that new."""
        with self._database.sqlalchemy.connect() as connection:
            return selection.tracked(connection, FOLD.name)

    def rows(
        self,
        districts: Collection[DistrictCode] | None = None,
        as_of: int | None = None,
        moment: datetime | None = None,
    ) -> list[QueueRow]:
        """The open reports that one of ``districts`` (None: any) sees, most urgent first.

        Last come those that were cancelled a short time before: what is over for good leaves the
        queue by the clock, and no fact says so.

        Args:
            districts: who asks.
            as_of: at which position; None: now.
            moment: of which clock; None: the database's, or when ``as_of`` was recorded.

        Raises:
            FoldBehind: the queue has not come to ``as_of``.
        """
        clock: Any = moment
        if moment is None:
            clock = NOW if as_of is None else _recorded(as_of)

        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            until = table.c.reopen_until
            shown = sa.and_(CANCELLED, until >= clock, until <= clock + REOPEN_MAX)
            return sa.and_(sa.or_(OPEN, shown), _seen_by(table, districts))

        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(connection, FOLD, as_of, where)
        return sorted(rows, key=urgency_of)

    def attended(self, centres: Collection[DistrictCode]) -> list[QueueRow]:
        """See ``application.shifts.OpenReports``; a flood of waiting reports is not read."""

        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            waits = sa.and_(
                table.c.stage == Stage.OPEN,
                sa.or_(
                    table.c.escalation.is_(None),
                    table.c.escalation == EscalationLevel.SUPERVISOR,
                ),
                table.c.district.not_in([*centres]),
            )
            return sa.and_(OPEN, sa.or_(table.c.held_by.is_not(None), waits))

        with self._database.sqlalchemy.connect() as connection:
            return selection.read(connection, FOLD, None, where)

    def of(self, report_ids: Collection[UUID]) -> list[QueueRow]:
        """The rows of these reports as they are now, closed ones too."""
        with self._database.sqlalchemy.connect() as connection:
            return selection.read(
                connection, FOLD, where=lambda table: table.c.report_id.in_(report_ids)
            )

    def calling(self, district: DistrictCode) -> int:
        """How many reports ring that have called the line of a centre, as far as the fold is."""
        live = tables_of(FOLD).live
        rings = sa.and_(OPEN, live.c.ringing)  # what is over rings no more; OPEN has an index
        asked = sa.select(sa.func.count()).where(rings, live.c.paged == district)
        with told_when_away(), self._database.sqlalchemy.connect() as connection:
            return connection.execute(asked).scalar_one()

    def conspicuous(self, *, many: int, since: datetime) -> list[tuple[UUID, int]]:
        """See ``application.labels.TriggerSources``."""
        asked = {"many": many, "since": since, "unknown_bell": f'"{Flag.BELL_UNKNOWN}"'}
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(CONSPICUOUS, asked).fetchall()
        return [(report_id, int(count)) for report_id, count in rows]

    def changes_since(self, position: int, retried_after: int = 0) -> list[QueueChange]:
        """See ``application.queue_news.QueueChanges``.

        A report that was resolved has left the queue: its ``row`` is None. Whoever shows one that
        was cancelled hides it when its time is over.
        """
        live = tables_of(FOLD).live
        changed = live.select().where(live.c.valid_from > position)
        with self._database.sqlalchemy.connect() as connection:
            asked = {"fold": FOLD.name, "position": position, "after": retried_after}
            found_late = connection.execute(RETRIED, asked)
            late = {str(key): int(at) for key, at in found_late}
            found = [_change(tuple(values)) for values in connection.execute(changed)]
            known = {change.report_id for change in found}
            again = live.select().where(live.c.report_id.in_([*map(UUID, late)]))
            for values in connection.execute(again) if late else ():
                change = _change(tuple(values))
                if change.report_id not in known:
                    at = late[str(change.report_id)]
                    found.append(replace(change, position=at, again=True))
        return sorted(found, key=lambda change: change.position)

    def pulse(self) -> QueuePulse:
        """How far log and fold are, and the database's time."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT clock_timestamp(), h.position, t.position,"
                " (SELECT coalesce(max(r.id), 0) FROM read.retried r) FROM log_head h"
                " LEFT JOIN read.tracking t ON t.fold = %s",
                (FOLD.name,),
            ).fetchone()
        return QueuePulse(*row) if row is not None else QueuePulse()


def _recorded(position: int) -> sa.ScalarSelect[datetime]:
    """When a position was recorded."""
    found = STOOD.bindparams(stood=position).columns(recorded_at=sa.DateTime(timezone=True))
    return found.scalar_subquery()


def _change(values: tuple[Any, ...]) -> QueueChange:
    *columns, changed_at = values
    row = shape_of(QueueRow).decode(tuple(columns))
    assert isinstance(row, QueueRow)  # noqa: S101 - the shape is the row's
    is_gone = row.stage is Stage.RESOLVED
    return QueueChange(changed_at, row.report_id, None if is_gone else row)


def _seen_by(table: sa.Table, districts: Collection[DistrictCode] | None) -> sa.ColumnElement[bool]:
    """Who is of the audience and has not given it back.

    Both are JSON lists of five-digit codes, so a quoted code is a whole one.
    """
    if districts is None:
        return sa.true()
    each = (
        sa.and_(table.c.audience.contains(f'"{one}"'), ~table.c.returned_by.contains(f'"{one}"'))
        for one in districts
    )
    return sa.or_(sa.false(), *each)


RANK = {Urgency.PROTECTED: 0, Urgency.HIGHEST: 1, Urgency.RAISED: 2, Urgency.USUAL: 3}


def urgency_of(row: QueueRow) -> tuple[bool, bool, bool, bool, int, datetime, datetime, UUID]:
    """Real first, duress first of all, then what rings, the protected, weapons, breach, age."""
    return (
        row.stage is Stage.CANCELLED,
        row.lane is Lane.DRILL,
        not row.duress,
        not row.ringing,
        RANK[row.urgency],
        row.answer_by or row.cancel_until,
        row.received_at,
        row.report_id,
    )
