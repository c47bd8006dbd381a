"""Which reports a report is linked with, as far as the asker may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from application.context import Context
from application.reading_desk import FOLD_WAIT_S, QUEUE, Folds, ReadingDesk
from application.safe_return import SafeReturn
from domain.incident import Incident


class QueueRows(Protocol):
    """Rows of the queue hold no personal data; those of closed reports stay."""

    def of(self, report_ids: Collection[UUID]) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Links:
    """``rows``: of the other reports, the oldest first."""

    incident_id: UUID | None
    rows: tuple[Any, ...]
    hidden: bool
    """Whether it is linked with reports that the asker does not see."""


class LinksDesk:
    """A link shows nobody a report that they could not see without it."""

    def __init__(
        self, app: SafeReturn, *, reading: ReadingDesk, queue: QueueRows, folds: Folds
    ) -> None:
        self._app = app
        self._reading = reading
        self._queue = queue
        self._folds = folds

    def links(self, report_id: UUID, context: Context, *, after: int | None = None) -> Links:
        """The reports that are linked with this one.

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
        return Links(
            incident_id=incident_id,
            rows=tuple(sorted(seen, key=lambda one: (one.received_at, one.report_id))),
            hidden=len(seen) < len(others),
        )


def _sees(scope: Collection[str] | None, row: Any) -> bool:
    return scope is None or bool({*scope} & {*row.audience})
