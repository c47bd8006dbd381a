"""What the desk of erasures is asked, and what it answers."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from application.obstacles import Obstacle
from application.safe_return import Receipt
from domain.base import Value
from domain.erasure import ErasureReason, ErasureStage, SubjectKind
from domain.hold_kind import HoldKind


class RequestErasure(Value):
    """``subject`` is a citizen's id or a scout's; or a report's: then what was written of it."""

    subject: UUID
    reason: ErasureReason
    text: str = Field(max_length=1000)
    """For those who decide; sealed."""
    asked_by: UUID | None = None
    """For the machine's own commands; staff ask in their own name."""


class ConfirmErasure(Value):
    erasure_id: UUID
    confirmed_by: UUID | None = None


class DeclineErasure(Value):
    erasure_id: UUID
    reason: str = Field(min_length=1, max_length=1000)
    """For those who ask later; sealed."""
    declined_by: UUID | None = None


class ErasureReceipt(Receipt):
    """``aggregate_id`` names the request; ``holds`` is what stands against it now."""

    subject: UUID
    stage: ErasureStage
    holds: tuple[HoldKind, ...]


class ListedErasure(Value):
    """As the list shows it to supervisors: ids and codes only."""

    erasure_id: UUID
    subject: UUID
    kind: SubjectKind
    stage: ErasureStage
    reason: ErasureReason | None
    asked_at: AwareDatetime
    asked_by: UUID | None
    """None while only the member has asked: ask back by another way than their phone."""
    confirmed_by: UUID | None
    declined_by: UUID | None
    holds: tuple[HoldKind, ...]
    against: tuple[Obstacle, ...]
    """The same, each with the person or the case upon which it stands."""
