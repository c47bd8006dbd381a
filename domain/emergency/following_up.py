"""Contact after the end: planned, due, made; or dropped, when nobody is left to contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, Personal, applies
from domain.emergency import refusals
from domain.emergency.answering import said
from domain.emergency.conversing import Conversing, MessageReceived, message_text
from domain.emergency.facts import SealedText
from domain.emergency.vocabulary import Stage
from domain.geography import DistrictCode
from domain.policy import Policy


class Dropping(StrEnum):
    """Why nobody is contacted after all."""

    ERASED = "erased"


class FollowUpScheduled(Fact):
    """She is to be contacted again at ``due_at``, whether the report is open then or not."""

    TOPIC: ClassVar[str] = "emergency.follow_up_scheduled"

    follow_up_id: UUID
    operator_id: UUID | None
    """None when the service asks for it: she wrote after the end."""
    citizen_id: UUID | None
    districts: tuple[DistrictCode, ...]
    """The centres that are to see it on their boards."""
    due_at: AwareDatetime
    note: Annotated[str | Erased | None, Personal("originator_id")] = ERASED
    """What for; None when the service asks."""


class FollowUpDue(Fact):
    TOPIC: ClassVar[str] = "emergency.follow_up_due"

    follow_up_id: UUID


class FollowUpDone(Fact):
    """Somebody has been in touch with her, or has tried; the note says."""

    TOPIC: ClassVar[str] = "emergency.follow_up_done"

    follow_up_id: UUID
    operator_id: UUID
    citizen_id: UUID | None
    note: SealedText = ERASED


class FollowUpDropped(Fact):
    TOPIC: ClassVar[str] = "emergency.follow_up_dropped"

    follow_up_id: UUID
    why: Dropping


NOTED: Final[frozenset[type[Fact]]] = frozenset({FollowUpScheduled, FollowUpDone})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One that is still to be done."""

    follow_up_id: UUID
    due_at: datetime
    asked_by: UUID | None
    due: bool = False


class FollowingUp(Conversing):
    """Follow-ups, and what she writes; both also after the end. Every method may refuse."""

    to_do: tuple[FollowUp, ...] = ()
    follow_ups_asked: int = 0

    def schedule_follow_up(
        self, *, operator_id: UUID, due_at: datetime, note: str, at: datetime, policy: Policy
    ) -> None:
        """Plan to contact her.

        Raises:
            InWindow: she may still take the report back.
            FollowUpUnfit: the moment has passed or lies too far ahead, or it is a drill.
            ReasonNeeded: it is not said what for.
        """
        if self.stage is Stage.WINDOW:
            raise refusals.InWindow(str(self.id))
        latest = at + timedelta(days=policy.follow_up_within_days)
        if self.drill or not at < due_at <= latest:
            raise refusals.FollowUpUnfit(due_at.isoformat())
        text = said(note)
        if text is None:
            raise refusals.ReasonNeeded(str(self.id))
        self._ask_for_follow_up(operator_id=operator_id, due_at=due_at, note=text, at=at)

    def _ask_for_follow_up(
        self, *, operator_id: UUID | None, due_at: datetime, note: str | None, at: datetime
    ) -> UUID:
        follow_up_id = uuid5(self.id, f"follow-ups/{self.follow_ups_asked + 1}")
        self.record(
            FollowUpScheduled,
            at=at,
            follow_up_id=follow_up_id,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            districts=self.districts,
            due_at=due_at,
            note=note,
        )
        return follow_up_id

    def follow_up_due(self, *, follow_up_id: UUID, at: datetime) -> None:
        """Its moment has come; nothing when it was done or dropped before, or is due already."""
        planned = self._planned(follow_up_id)
        if planned is not None and not planned.due and at >= planned.due_at:
            self.record(FollowUpDue, at=at, follow_up_id=follow_up_id)

    def follow_up_done(
        self, *, follow_up_id: UUID, operator_id: UUID, note: str, at: datetime
    ) -> None:
        """It is done, before its time or after.

        Raises:
            FollowUpUnknown: none of that id is to be done.
            ReasonNeeded: it is not said what came of it.
        """
        if self._planned(follow_up_id) is None:
            raise refusals.FollowUpUnknown(str(follow_up_id))
        text = said(note)
        if text is None:
            raise refusals.ReasonNeeded(str(self.id))
        self.record(
            FollowUpDone,
            at=at,
            follow_up_id=follow_up_id,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            note=text,
        )

    def drop_follow_ups(self, *, at: datetime) -> None:
        """She is forgotten: nobody is left to contact."""
        for one in self.to_do:
            self.record(FollowUpDropped, at=at, follow_up_id=one.follow_up_id, why=Dropping.ERASED)

    def _planned(self, follow_up_id: UUID) -> FollowUp | None:
        return next((one for one in self.to_do if one.follow_up_id == follow_up_id), None)

    def receive_message(
        self,
        *,
        message_id: UUID,
        body: str,
        at: datetime,
        policy: Policy,
        occurred_at: datetime | None = None,
    ) -> None:
        """Take in what she wrote, at any stage; the same ``message_id`` again changes nothing.

        Written after the end, it asks for contact at once: nobody looks at a closed report.

        Raises:
            MessageLength: it is empty or too long.
        """
        if message_id in self.received:
            return
        self.record(
            MessageReceived,
            at=at,
            occurred_at=occurred_at,
            message_id=message_id,
            citizen_id=self.citizen_id,
            body=message_text(body, policy),
        )
        waits = any(one.due and one.asked_by is None for one in self.to_do)
        if self.ended and not self.drill and not waits:
            asked = self._ask_for_follow_up(operator_id=None, due_at=at, note=None, at=at)
            self.record(FollowUpDue, at=at, follow_up_id=asked)

    @applies(FollowUpScheduled)
    def _follow_up_scheduled(self, fact: FollowUpScheduled) -> None:
        planned = FollowUp(fact.follow_up_id, fact.due_at, fact.operator_id)
        self.to_do = (*self.to_do, planned)
        self.follow_ups_asked = self.follow_ups_asked + 1
        self._acted(fact.operator_id)

    @applies(FollowUpDue)
    def _follow_up_due(self, fact: FollowUpDue) -> None:
        self.to_do = tuple(
            replace(one, due=True) if one.follow_up_id == fact.follow_up_id else one
            for one in self.to_do
        )

    @applies(FollowUpDone)
    def _follow_up_done(self, fact: FollowUpDone) -> None:
        self._is_over(fact.follow_up_id)
        self._acted(fact.operator_id)

    @applies(FollowUpDropped)
    def _follow_up_dropped(self, fact: FollowUpDropped) -> None:
        self._is_over(fact.follow_up_id)

    def _is_over(self, follow_up_id: UUID) -> None:
        self.to_do = tuple(one for one in self.to_do if one.follow_up_id != follow_up_id)
