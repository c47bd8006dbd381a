"""Whom to contact again, and when: the board of what is left to do after the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, SealedPart
from domain.emergency.following_up import (
    FollowUpDone,
    FollowUpDropped,
    FollowUpDue,
    FollowUpScheduled,
)
from domain.geography import DistrictCode
from projections.fold import Fold, Key, Row


class FollowUpRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("follow_up_id",)

    follow_up_id: UUID
    report_id: UUID
    audience: tuple[DistrictCode, ...]
    """The centres that see it."""
    due_at: AwareDatetime
    due: bool = False
    scheduled_at: AwareDatetime
    scheduled_by: UUID | None
    """None when the service asks: she wrote after the end."""
    note: SealedPart | None = None
    last_position: int


class FollowUps(Fold[FollowUpRow]):
    """A row goes when the contact is made, or nobody is left to contact."""

    name: ClassVar[str] = "follow_ups"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = FollowUpRow
    topics: ClassVar[tuple[str, ...]] = tuple(
        kind.TOPIC for kind in (FollowUpScheduled, FollowUpDue, FollowUpDone, FollowUpDropped)
    )
    sealed: ClassVar[bool] = True

    def keys(self, fact: Fact) -> Iterable[Key]:
        told: Any = fact
        return ((told.follow_up_id,),)

    def evolve(self, row: FollowUpRow | None, fact: Fact) -> FollowUpRow | None:
        match fact:
            case FollowUpScheduled():
                return FollowUpRow(
                    follow_up_id=fact.follow_up_id,
                    report_id=fact.originator_id,
                    audience=fact.districts,
                    due_at=fact.due_at,
                    scheduled_at=fact.received_at,
                    scheduled_by=fact.operator_id,
                    note=fact.sealed("note"),
                    last_position=fact.envelope.position,
                )
            case FollowUpDue() if row is not None:
                return row.replace(due=True, last_position=fact.envelope.position)
            case _:
                return None
