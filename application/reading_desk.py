"""What may be asked, by whom; personal data leaves here opened, recorded, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel

from application.access import Access, AccessKind, others_in, sealed_parts, task_of
from application.context import Context
from application.desk import allow
from application.errors import FoldBehind, Forbidden, Unknown
from application.past import AsOf, Past
from application.ports import AccessLog, Unsealer
from application.read_models import Folds, HistoryView, QueueView, ReportView, StatisticsView
from application.watching import WatchingView, seen_by
from domain.base import ERASED, SealedPart
from domain.emergency.accompanied import SessionNamed
from domain.geography import DistrictCode
from domain.roles import Role
from domain.staff import DISTRICT_ROLES, STAFF_ROLES

QUEUE: Final = "operator_queue"
DETAIL: Final = "report_detail"
HISTORY: Final = "incident_history"
VIEWS: Final = "operator_views"
SESSIONS: Final = "service_board"

ReadT = TypeVar("ReadT")

WHOLE_CITY: Final = frozenset({Role.COORDINATOR, Role.AUDITOR, Role.SYSTEM})
FOLD_WAIT_S: Final = 2.0


class ReadingDesk:
    """Answers questions from the read models, within the asker's rights."""

    DETAIL: ClassVar[str] = DETAIL
    """The fold that says who may read a case, and what stands on its page."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        queue: QueueView,
        reports: ReportView,
        histories: HistoryView,
        statistics: StatisticsView,
        watching: WatchingView,
        folds: Folds,
        past: Past,
        unsealer: Unsealer,
        access_log: AccessLog,
    ) -> None:
        self._queue = queue
        self._reports = reports
        self._histories = histories
        self._statistics = statistics
        self._watching = watching
        self._folds = folds
        self._past = past
        self._unsealer = unsealer
        self._access_log = access_log

    def queue_scope(
        self, context: Context, district: DistrictCode | None = None
    ) -> frozenset[DistrictCode] | None:
        """The districts whose queue the asker may see; None for the whole city.

        Raises:
            Forbidden: the asker sees no queue, or not this district's.
        """
        principal = context.principal
        if principal.role in WHOLE_CITY:
            return None if district is None else frozenset({district})
        if principal.role not in DISTRICT_ROLES or principal.district is None:
            raise Forbidden(principal.role)
        if district not in {None, principal.district}:
            raise Forbidden(f"{principal.role} of {principal.district}")
        return frozenset({principal.district})

    def queue(
        self,
        context: Context,
        *,
        district: DistrictCode | None = None,
        as_of: AsOf | None = None,
        after: int | None = None,
    ) -> tuple[int, Sequence[BaseModel]]:
        """The queue, and a position from which the stream goes on without a gap."""
        scope = self.queue_scope(context, district)
        self._wait(QUEUE, after)
        past, moment = self._past.position(as_of), as_of if isinstance(as_of, datetime) else None
        position = self._queue.position() if past is None else past
        return position, self._stood(QUEUE, past, lambda: self._queue.rows(scope, past, moment))

    def watched(
        self,
        context: Context,
        shown: Collection[UUID],
        *,
        district: DistrictCode | None = None,
        as_of: AsOf | None = None,
    ) -> list[dict[str, Any]]:
        """Who had which report open, and through which cameras they looked.

        Args:
            context: who asks.
            shown: the reports that were answered, and may be told of whole.
            district: as for the queue.
            as_of: as it was asked for them.
        """
        scope, past = self.queue_scope(context, district), self._past.position(as_of)
        rows = self._stood(VIEWS, past, lambda: self._watching.rows(past))
        return seen_by(scope, shown, rows)

    def report(
        self,
        context: Context,
        report_id: UUID,
        *,
        as_of: AsOf | None = None,
        after: int | None = None,
        why: str | None = None,
    ) -> Mapping[str, Any]:
        """One report with everything that is known, opened for the asker.

        Raises:
            Unknown: there is no such report.
            Forbidden: it is another district's; the refusal is recorded.
        """
        self._wait(self.DETAIL, after)
        past = self._past.position(as_of)
        row = self._stood(self.DETAIL, past, lambda: self._reports.get(report_id, past))
        fields = self.permitted(context, report_id, row, what="report", why=why)
        parts = sealed_parts(fields)
        self._record(context, report_id, fields, parts, what="report.read", why=why)
        return {name: self._opened(value, name) for name, value in fields.items()}

    def sessions_of(self, report_id: UUID, *, as_of: AsOf | None = None) -> list[Mapping[str, Any]]:
        """Kind and id of her walks, rides and escorts that a report has to do with.

        For whom ``report`` has answered: it asks for no right of its own, and tells nothing of
        where she is.
        """
        facts = map(dict, self._histories.of(report_id, self._past.position(as_of)))
        told = [json.loads(fact["open"]) for fact in facts if fact["topic"] == SessionNamed.TOPIC]
        return [{"kind": one["kind"], "session_id": one["session_id"]} for one in told]

    def history(
        self,
        context: Context,
        report_id: UUID,
        *,
        as_of: AsOf | None = None,
        after: int | None = None,
        why: str | None = None,
    ) -> list[Mapping[str, Any]]:
        """Every fact of one report in order, opened for the asker."""
        self._wait(self.DETAIL, after)
        self._wait(HISTORY, after)
        row = self._reports.get(report_id, None)
        fields = self.permitted(context, report_id, row, what="history", why=why)
        past = self._past.position(as_of)
        self._wait(HISTORY, past)
        facts = self._histories.of(report_id, past)
        parts = sealed_parts(facts)
        self._record(context, report_id, fields, parts, what="history.read", why=why)
        return [self._fact(row) for row in facts]

    def downloads(self, context: Context, *, as_of: AsOf | None = None) -> Mapping[str, Any]:
        allow(context, *STAFF_ROLES, Role.SYSTEM)
        return self._statistics.downloads(self._past.position(as_of))

    def usage(self, context: Context, *, as_of: AsOf | None = None) -> Mapping[str, Any]:
        allow(context, *STAFF_ROLES, Role.SYSTEM)
        past = self._past.position(as_of)
        return self._stood(QUEUE, past, lambda: self._statistics.usage(past), SESSIONS)

    def permitted(
        self,
        context: Context,
        report_id: UUID,
        row: BaseModel | None,
        *,
        what: str,
        why: str | None,
    ) -> dict[str, Any]:
        """The row's fields, still sealed; a refusal is recorded before it is told."""
        fields = {} if row is None else dict(row)
        if not self._may_read(context, fields):
            self._record(
                context, report_id, fields, what=f"{what}.refused", why=why, kind=AccessKind.REFUSAL
            )
            raise Forbidden(f"report {report_id}")
        if row is None:
            raise Unknown(str(report_id))
        return fields

    def _may_read(self, context: Context, fields: Mapping[str, Any]) -> bool:
        who = context.principal
        if who.role in WHOLE_CITY:
            return True
        return who.role in DISTRICT_ROLES and (
            not fields or who.district in frozenset(fields["audience"])
        )

    def _record(  # noqa: PLR0913
        self,
        context: Context,
        report_id: UUID,
        fields: Mapping[str, Any],
        parts: Iterable[SealedPart] = (),
        *,
        what: str,
        why: str | None,
        kind: AccessKind = AccessKind.READ,
    ) -> None:
        """One record for the citizen (or a report of nobody known), one for each other person."""
        whose = fields.get("citizen_id") or report_id
        others = others_in(parts, report_id) - {whose}
        access = Access(
            subject=whose,
            what=what,
            why=why or f"report:{report_id}",
            kind=kind,
            about=report_id,
            task=task_of(context.principal.role),
        )
        self._access_log.record_all(
            context,
            [access, *(access.model_copy(update={"subject": one}) for one in sorted(others))],
        )

    def _fact(self, row: BaseModel) -> Mapping[str, Any]:
        """One fact: its open part parsed, its personal part opened."""
        fields = dict(row)
        parts: tuple[SealedPart, ...] = fields.pop("sealed")
        personal = {name: value for part in parts for name, value in self._unsealed(part).items()}
        return {**fields, "open": json.loads(fields["open"]), "personal": personal}

    def _opened(self, value: Any, name: str = "") -> Any:
        """``value`` with every sealed part in it replaced by what it holds.

        A part that lies in a field of the same name as the one it holds becomes that value.
        """
        match value:
            case SealedPart():
                opened = self._unsealed(value)
                return opened.get(name, opened)
            case BaseModel():
                return {field: self._opened(part, field) for field, part in dict(value).items()}
            case tuple() | list():
                return [self._opened(part) for part in value]
            case _:
                return value

    def _unsealed(self, part: SealedPart) -> Mapping[str, Any]:
        opened = self._unsealer.unseal(part)
        return ERASED.model_dump() if opened is None else opened

    def _wait(self, fold: str, after: int | None) -> None:
        if after is not None:
            self._folds.wait(fold, after, FOLD_WAIT_S)

    def _stood(self, fold: str, past: int | None, read: Callable[[], ReadT], *others: str) -> ReadT:
        """What ``read`` finds in these folds; a moment that is just over is waited for."""
        try:
            return read()
        except FoldBehind:
            for one in (fold, *others):
                self._wait(one, past)
            return read()
