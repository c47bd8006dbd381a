"""Which reports a report is linked with, and which may be about the same, as the asker may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from application.context import Context
from application.ports import Clock
from application.read_models import Folds
from application.reading_desk import FOLD_WAIT_S, QUEUE, ReadingDesk
from application.safe_return import SafeReturn
from domain.emergency.vocabulary import Stage
from domain.geography import Cell, cells_within, metres_between_cells
from domain.incident import Incident

NEAR_M: Final = 500
"""One shout carries that far; a guess for a proposal, which decides nothing."""
NEAR_IN_TIME: Final = timedelta(minutes=30)
NEAR_MAX: Final = 8


class QueueRows(Protocol):
    """Rows of the queue hold no personal data; those of closed reports stay."""

    def of(self, report_ids: Collection[UUID]) -> Sequence[Any]: ...


class Places(Protocol):
    """Where reports happen, to 100 m and without anybody's key.

    Nothing is told of protected people, nor of what could not be located.
    """

    def cells(self, report_ids: Collection[UUID]) -> Mapping[UUID, Cell]: ...

    def raised_in(
        self, cells: Collection[Cell], since: datetime, until: datetime
    ) -> Collection[UUID]:
        """Real reports of that time that happen there, at any stage."""
        ...


@dataclass(frozen=True, slots=True)
class Links:
    """``rows``: of the other reports, the oldest first."""

    incident_id: UUID | None
    rows: tuple[Any, ...]
    hidden: bool
    """Whether it is linked with reports that the asker does not see."""
    near: tuple[Any, ...]
    """Those that may be about the same incident, by time and place; the nearest first."""
    distances_m: Mapping[UUID, int]
    """How far away the others happen, where both places are known."""


class LinksDesk:
    """A link shows nobody a report that they could not see without it."""

    def __init__(  # noqa: PLR0913
        self,
        app: SafeReturn,
        clock: Clock,
        *,
        reading: ReadingDesk,
        queue: QueueRows,
        places: Places,
        folds: Folds,
    ) -> None:
        self._app = app
        self._clock = clock
        self._reading = reading
        self._queue = queue
        self._places = places
        self._folds = folds

    def links(self, report_id: UUID, context: Context, *, after: int | None = None) -> Links:
        """The reports that are linked with this one, and those that could be.

        Raises:
            Unknown: there is no such report.
            Forbidden: it is another district's; the refusal is recorded.
            FoldBehind: the queue did not come to ``after`` in time.
        """
        if after is not None:
            self._folds.wait(QUEUE, after, FOLD_WAIT_S)
        row = next(iter(self._queue.of([report_id])), None)
        known = self._reading.permitted(context, report_id, row, what="links", why=None)
        incident_id: UUID | None = known["incident_id"]
        scope = self._reading.queue_scope(context)
        incident = self._app.find(Incident, incident_id) if incident_id else None
        others = [one for one in incident.reports if one != report_id] if incident else []
        seen = [one for one in self._queue.of(others) if _sees(scope, one)]
        here = self._places.cells([report_id]).get(report_id)
        near = self._near(row, here, scope, {report_id, *others})
        cells = self._places.cells([one.report_id for one in (*seen, *near)]) if here else {}
        away = {one: metres_between_cells(here, cell) for one, cell in cells.items() if here}
        return Links(
            incident_id=incident_id,
            rows=tuple(sorted(seen, key=lambda one: (one.received_at, one.report_id))),
            hidden=len(seen) < len(others),
            near=_nearest(near, away),
            distances_m=away,
        )

    def _near(
        self, row: Any, here: Cell | None, scope: Collection[str] | None, known: set[UUID]
    ) -> list[Any]:
        """What can be linked with it: a drill with nothing, and of two incidents none."""
        if here is None or row.lane == "drill":
            return []
        found = self._places.raised_in(
            cells_within(here, NEAR_M),
            row.received_at - NEAR_IN_TIME,
            row.received_at + NEAR_IN_TIME,
        )
        now = self._clock.now()
        return [
            one
            for one in self._queue.of({*found} - known)
            if _sees(scope, one)
            and not (row.incident_id and one.incident_id)
            and not (one.stage is Stage.CANCELLED and one.reopen_until < now)
        ]


def _nearest(rows: Iterable[Any], away: Mapping[UUID, int]) -> tuple[Any, ...]:
    ordered = sorted(
        rows, key=lambda one: (away.get(one.report_id, NEAR_M), one.received_at, one.report_id)
    )
    return tuple(ordered[:NEAR_MAX])


def _sees(scope: Collection[str] | None, row: Any) -> bool:
    return scope is None or bool({*scope} & {*row.audience})
