"""What stands against forgetting somebody: open cases, protections, legal holds, and where."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from application.errors import Unknown
from application.safe_return import SafeReturn
from domain.base import Value
from domain.emergency import Emergency
from domain.erasure import SubjectKind
from domain.hold import HoldBook
from domain.hold_kind import HoldKind
from domain.member import Member
from domain.report_guard import ReportGuard
from domain.scout import Scout
from domain.session_guard import SessionGuard

Obstacles = tuple["Obstacle", ...]


class Obstacle(Value):
    """``target`` is the person or the report upon which it stands."""

    kind: HoldKind
    target: UUID


def looked_at(app: SafeReturn, subject: UUID) -> tuple[SubjectKind, Obstacles]:
    """Whose keys would go, and what stands against it now.

    Raises:
        Unknown: there is neither a citizen nor a scout nor a report of that id.
    """
    if app.find(Member, subject) is not None:
        return SubjectKind.CITIZEN, against_citizen(app, subject)
    scout = app.find(Scout, subject)
    if scout is not None:
        return SubjectKind.SCOUT, _against_scout(app, scout)
    report = app.find(Emergency, subject)
    if report is None:
        raise Unknown(f"{subject}: neither a citizen nor a scout nor a report")
    return SubjectKind.INCIDENT, _against_incident(app, report)


def against_citizen(app: SafeReturn, citizen_id: UUID, *, told_phone: bool = False) -> Obstacles:
    """Open cases and sessions, holds on the citizen or on their cases.

    With ``told_phone`` without the cases of which the phone must not know that they are open.
    """
    guards = guards_of(app, citizen_id)
    opened = [report for guard in guards for report in guard.open_reports]
    if not told_phone:
        opened += [one for guard in guards for one in guard.set_aside]
    accompanied = app.find(SessionGuard, SessionGuard.create_id(citizen_id))
    opened += [one for _, one in accompanied.sessions] if accompanied else []
    reports = {report for guard in guards for report in guard.heard_at}
    protected = _protected(citizen_id, guards)
    return (*_open(opened), *protected, *_placed(app, (citizen_id, *sorted(reports))))


def _against_scout(app: SafeReturn, scout: Scout) -> Obstacles:
    """She serves, an alarm of hers is open, or somebody holds her or one of her reports."""
    serves = () if scout.left else (Obstacle(kind=HoldKind.IN_SERVICE, target=scout.id),)
    guards = guards_of(app, scout.id)
    raised = sorted({report for guard in guards for report in guard.heard_at})
    opened = [one for one in raised if not app.load(Emergency, one).ended]
    return (*serves, *_open(opened), *_placed(app, (scout.id, *raised)))


def _against_incident(app: SafeReturn, report: Emergency) -> Obstacles:
    opened = [] if report.ended else [report.id]
    targets = [one for one in (report.id, report.citizen_id) if one]
    return (*_open(opened), *_watched(app, report.citizen_id), *_placed(app, targets))


def kinds_of(obstacles: Obstacles) -> tuple[HoldKind, ...]:
    """Each kind once."""
    return tuple(dict.fromkeys(one.kind for one in obstacles))


def is_held(app: SafeReturn, report_id: UUID, citizen_id: UUID | None) -> bool:
    """Whether a hold that somebody placed, or a protection, stands on a case or its citizen."""
    placed = _placed(app, [one for one in (report_id, citizen_id) if one])
    return bool(placed or _watched(app, citizen_id))


def guards_of(app: SafeReturn, citizen_id: UUID) -> list[ReportGuard]:
    """The citizen's guard, and the one that drills once had for themselves."""
    ids = (ReportGuard.create_id(citizen_id, drill=drill) for drill in (False, True))
    return [guard for one in ids if (guard := app.find(ReportGuard, one))]


def _watched(app: SafeReturn, citizen_id: UUID | None) -> Obstacles:
    return () if citizen_id is None else _protected(citizen_id, guards_of(app, citizen_id))


def _protected(citizen_id: UUID, guards: Iterable[ReportGuard]) -> Obstacles:
    """A protection that stands is a hold by itself; nobody places or lifts it."""
    if all(guard.protection is None for guard in guards):
        return ()
    return (Obstacle(kind=HoldKind.PROTECTION, target=citizen_id),)


def _open(reports: Iterable[UUID]) -> Obstacles:
    return tuple(Obstacle(kind=HoldKind.OPEN_CASE, target=one) for one in reports)


def _placed(app: SafeReturn, targets: Iterable[UUID]) -> Obstacles:
    books = ((one, app.find(HoldBook, HoldBook.create_id(one))) for one in targets)
    return tuple(
        Obstacle(kind=kind, target=target) for target, book in books if book for kind in book.kinds
    )
