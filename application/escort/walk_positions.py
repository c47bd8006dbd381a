"""What phones say on a walk: to the escort, and a scout's to the report that she raised.

A citizen's phone names her report when it sends her positions; a scout's phone goes on sending
those of the walk, and whoever answers her alarm must see where she goes all the same.
"""

from __future__ import annotations

from uuid import UUID

from application.context import Context
from application.emergency.whereabouts import PositionDesk, SendPositions
from application.escort.commands import SendWalk, WalkReceipt
from application.escort.walking import Walking
from application.safe_return import SafeReturn
from domain.report_guard import ReportGuard
from domain.roles import Role


class WalkPositions:
    """One door for the batches of a walk."""

    def __init__(self, app: SafeReturn, *, walks: Walking, reports: PositionDesk) -> None:
        self._app = app
        self._walks = walks
        self._reports = reports

    def take(self, command: SendWalk, context: Context) -> WalkReceipt:
        """As ``Walking.take``; ``open`` also while a report of the scout's wants positions.

        The report comes first: an escort that is not hers any more keeps nothing from it.

        Raises:
            Unknown: there is no such escort, or it is not the caller's.
            LogUnavailable, KeyRingUnavailable: send again.
        """
        wanted = context.principal.role is Role.SCOUT and self._reaches_report(command, context)
        answer = self._walks.take(command, context)
        return answer.model_copy(update={"open": answer.open or wanted})

    def _reaches_report(self, command: SendWalk, context: Context) -> bool:
        """Whether a report that she raised is open; her guard knows, and is short."""
        scout_id = UUID(context.principal.id)
        guard = self._app.find(ReportGuard, ReportGuard.create_id(scout_id))
        taken = [
            self._reports.take(
                SendPositions(report_id=one, sent=command.sent, scout_id=scout_id), context
            )
            for one in (guard.open_reports if guard else ())
        ]
        return any(one.open for one in taken)
