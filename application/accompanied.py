"""A citizen's report and her open sessions know of each other: by facts of one append.

A service takes part by its line in ``SESSIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from application.consents import Stop
from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.emergency import Emergency
from domain.escort import Escort
from domain.monitoring import Monitoring
from domain.report_guard import ReportGuard
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.taxi import TaxiTrip
from domain.watching.emergencies import Endangered

SESSIONS: Final[Mapping[SessionKind, type[Endangered]]] = {
    SessionKind.MONITORING: Monitoring,
    SessionKind.TAXI: TaxiTrip,
    SessionKind.ESCORT: Escort,
}

End = Callable[[UUID, datetime], Iterable[Aggregate]]
"""Ends a session of one kind because consent is gone: all that changes but the citizen's guard."""


def sessions_told(app: SafeReturn, report: Emergency, *, at: datetime) -> list[Endangered]:
    """Let her open sessions and an accepted report know of each other; what was told is saved.

    A drill concerns nobody. What they know already changes nothing.
    """
    if not report.concerns_sessions or report.citizen_id is None:
        return []
    guard = app.find(SessionGuard, SessionGuard.create_id(report.citizen_id))
    told = []
    for kind, session in _known(app, guard.sessions if guard else ()):
        if not session.over:
            session.emergency_raised(report_id=report.id, at=at)
            report.name_session(kind, session.id, at=at)
            told.append(session)
    return told


def sessions_relieved(app: SafeReturn, report: Emergency, *, at: datetime) -> list[Endangered]:
    """Let the sessions know that a report is over."""
    relieved = [session for _, session in _known(app, report.sessions)]
    for session in relieved:
        session.emergency_ended(report_id=report.id, at=at)
    return relieved


def reports_told(
    app: SafeReturn, kind: SessionKind, session: Endangered, *, citizen_id: UUID, at: datetime
) -> list[Emergency]:
    """Let a session that begins know of her open reports, and them of it."""
    guard = app.find(ReportGuard, ReportGuard.create_id(citizen_id))
    told = []
    for report_id in guard.open_real if guard else ():
        report = app.find(Emergency, report_id)
        if report is not None and report.concerns_sessions:
            session.emergency_raised(report_id=report.id, at=at)
            report.name_session(kind, session.id, at=at)
            told.append(report)
    return told


def sessions_stopped(app: SafeReturn, ends: Mapping[SessionKind, End]) -> Stop:
    """What ends when a citizen is to be followed no longer: every open session, and her guard.

    The guard is one for all kinds, so it is read and changed here, once.
    """

    def stop(citizen_id: UUID, at: datetime) -> list[Aggregate]:
        guard = app.find(SessionGuard, SessionGuard.create_id(citizen_id))
        stopped: list[Aggregate] = []
        for kind, session_id in guard.sessions if guard else ():
            if guard is not None and kind in ends:
                stopped += ends[kind](session_id, at)
                guard.close(session_id=session_id, at=at)
        return [*stopped, guard] if guard is not None and stopped else []

    return stop


def _known(
    app: SafeReturn, sessions: tuple[tuple[SessionKind, UUID], ...]
) -> Iterator[tuple[SessionKind, Endangered]]:
    for kind, session_id in sessions:
        session = app.find(SESSIONS[kind], session_id) if kind in SESSIONS else None
        if session is not None:
            yield kind, session
