"""A protected person's report and her protection know of each other: by facts of one append.

Whoever comes to answer the report may read the protection, for as long as the report is open.
"""

from __future__ import annotations

from datetime import datetime

from application.safe_return import SafeReturn
from domain.base import Fact
from domain.emergency import Emergency, facts
from domain.emergency.protected import Protected
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import Stage
from domain.protection import Protection
from domain.protection.vocabulary import Because

TELLING = (
    Protected,
    facts.Accepted,
    facts.Joined,
    facts.Claimed,
    facts.TakenOver,
    facts.Escalated,
    facts.Reopened,
    TransferAccepted,
    facts.Resolved,
    facts.Cancelled,
)


def access_told(app: SafeReturn, report: Emergency, *, at: datetime) -> list[Protection]:
    """What the report's new facts change in who may read; what was told is saved with them."""
    if report.protection_id is None or not _new(report):
        return []
    protection = app.find(Protection, report.protection_id)
    if protection is None:
        return []
    tell(protection, report, at=at)
    return [protection]


def tell(protection: Protection, report: Emergency, *, at: datetime) -> None:
    """Bring the protection in step with the report's new facts."""
    if report.stage not in {Stage.WINDOW, Stage.CANCELLED}:
        protection.emergency_raised(report_id=report.id, at=at)
    for fact in _new(report):
        _follow(protection, report, fact, at=at)


def _new(report: Emergency) -> list[Fact]:
    return [fact for fact in report.pending_events if isinstance(fact, TELLING)]


def _follow(protection: Protection, report: Emergency, fact: Fact, *, at: datetime) -> None:
    match fact:
        case facts.Claimed() | facts.TakenOver():
            protection.grant(
                report_id=report.id,
                operator_id=fact.operator_id,
                because=Because.CLAIMED,
                at=at,
            )
        case facts.Escalated():
            _grant(protection, report, fact.districts, Because.ESCALATED, at=at)
        case TransferAccepted():
            _grant(protection, report, (fact.to_district,), Because.TRANSFERRED, at=at)
        case facts.Resolved() | facts.Cancelled():
            protection.withdraw(report_id=report.id, at=at)
        case _ if report.stage in {Stage.OPEN, Stage.CLAIMED}:
            _grant(protection, report, report.districts, Because.RAISED_ELSEWHERE, at=at)
        case _:
            return


def _grant(
    protection: Protection,
    report: Emergency,
    districts: tuple[str, ...],
    because: Because,
    *,
    at: datetime,
) -> None:
    for district in districts:
        protection.grant(report_id=report.id, district=district, because=because, at=at)
