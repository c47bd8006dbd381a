"""What goes with a member who is forgotten: her account, and those whom she named."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.member import Member
from domain.person_guard import PersonGuard


def others_of(member: Member | None) -> tuple[UUID, ...]:
    """Whose keys go with hers: everybody's of whom only her membership knows."""
    if member is None:
        return ()
    legal = (member.legal_guardian_id,) if member.legal_guardian_id else ()
    return (*member.guardians_ever, *legal)


def account_closed(app: SafeReturn, citizen_id: UUID, at: datetime) -> tuple[Aggregate, ...]:
    """The guard of the one account, free: she may join again."""
    member = app.find(Member, citizen_id)
    if member is None or member.person_id is None:
        return ()
    guard = app.find(PersonGuard, member.person_id)
    if guard is None:
        return ()
    guard.close_account(citizen_id, at=at)
    return (guard,)
