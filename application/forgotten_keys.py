"""Whose keys go with an erasure, and what must not change under its hands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.forgotten_sessions import sessions_of, sessions_shut
from application.membership import account_closed, others_of
from application.obstacles import guards_of
from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.emergency.describing import keys_of, third_persons_of
from domain.emergency.filming import clips_of
from domain.erasure import Erasure, SubjectKind
from domain.member import Member
from domain.report_guard import ReportGuard
from domain.scout import Scout


def keys_beside(app: SafeReturn, erasure: Erasure) -> tuple[UUID, ...]:
    """Under whose names keys are kept that go with the subject's own."""
    subject = erasure.subject
    if erasure.kind is SubjectKind.INCIDENT:
        return (third_persons_of(subject), clips_of(subject))
    reports = sorted({one for guard in guards_of(app, subject) for one in guard.heard_at})
    keys = tuple(one for report in reports for one in keys_of(report))
    if erasure.kind is SubjectKind.SCOUT:
        return keys
    return (*keys, *sessions_of(app, subject), *others_of(app.find(Member, subject)))


def person_closed(app: SafeReturn, erasure: Erasure, *, at: datetime) -> list[Aggregate]:
    """A person's guards, and what else of theirs lets nothing more begin; of a report, nothing."""
    if erasure.kind is SubjectKind.INCIDENT:
        return []
    subject = erasure.subject
    known = app.find(ReportGuard, ReportGuard.create_id(subject))
    guard = known or ReportGuard.begin_for(subject, at=at)
    guard.close(erasure_id=erasure.id, at=at)
    if erasure.kind is SubjectKind.SCOUT:
        return [guard, *_silenced(app, erasure, at)]
    shut = sessions_shut(app, erasure, at=at)
    return [guard, *account_closed(app, subject, at), shut]


def _silenced(app: SafeReturn, erasure: Erasure, at: datetime) -> list[Scout]:
    """She has left, and no phone speaks for her; in a back-up of before it still does."""
    scout = app.find(Scout, erasure.subject)
    if scout is None:
        return []
    scout.discharge(discharged_by=erasure.confirmed_by or erasure.id, at=at)
    return [scout]
