"""A person's shifts at a console: begun and ended by hand, or ended when the console fell silent.

What a console says every few seconds is no fact; it lies beside the log (``application.consoles``).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.geography import DistrictCode
from domain.roles import Role


class ShiftEnd(StrEnum):
    """How a shift ended."""

    ENDED = "ended"
    """By hand."""
    VANISHED = "vanished"
    """The console was heard of no more: switched off, asleep, or cut off."""
    MOVED = "moved"
    """The person began another at another post."""


class Began(FirstFact):
    """A person's first shift."""

    TOPIC: ClassVar[str] = "duty.began"

    staff_id: UUID


class ShiftStarted(Fact):
    """From here on the person is on duty, at a console that can ring."""

    TOPIC: ClassVar[str] = "duty.shift_started"

    staff_id: UUID
    role: Role
    district: DistrictCode
    """The centre; the city's code for those who serve the whole city."""


class ShiftEnded(Fact):
    TOPIC: ClassVar[str] = "duty.shift_ended"

    staff_id: UUID
    district: DistrictCode
    end: ShiftEnd
    last_heard_at: AwareDatetime
    """When the console was last heard of; the shift ended between then and this fact."""


class Duty(Aggregate):
    """One person is on one shift at a time."""

    TOPIC = "duty"

    staff_id: UUID
    post: tuple[Role, DistrictCode] | None
    """Of the shift that lasts; None when none does."""

    @staticmethod
    def create_id(staff_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"/duties/{staff_id}")

    @classmethod
    def begin_for(cls, staff_id: UUID, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(staff_id), at=at, staff_id=staff_id)

    def start(self, *, role: Role, district: DistrictCode, at: datetime) -> None:
        """Begin a shift; the same post again changes nothing, another ends the first."""
        if self.post == (role, district):
            return
        self.end(ShiftEnd.MOVED, last_heard_at=at, at=at)
        self.record(ShiftStarted, at=at, staff_id=self.staff_id, role=role, district=district)

    def end(self, end: ShiftEnd, *, last_heard_at: datetime, at: datetime) -> None:
        """End the shift; where none lasts, nothing."""
        if self.post is not None:
            self.record(
                ShiftEnded,
                at=at,
                staff_id=self.staff_id,
                district=self.post[1],
                end=end,
                last_heard_at=last_heard_at,
            )

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.staff_id = fact.staff_id
        self.post = None

    @applies(ShiftStarted)
    def _started(self, fact: ShiftStarted) -> None:
        self.post = (fact.role, fact.district)

    @applies(ShiftEnded)
    def _ended(self, _fact: ShiftEnded) -> None:
        self.post = None
