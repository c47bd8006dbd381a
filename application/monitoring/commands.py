"""What may be asked of the desk of return monitoring, and what it answers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode, Position
from domain.monitoring.vocabulary import (
    CheckInAnswer,
    MonitoringClearedBy,
    MonitoringStage,
)

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
RequestId = Annotated[str, StringConstraints(pattern=r"^[\w.:-]{1,128}$")]
CameraId = Annotated[str, StringConstraints(pattern=r"^[\w.:/-]{1,64}$")]


class RequestMonitoring(Value):
    """A citizen wishes to be watched; ``request_id`` is her phone's own, the same in a repeat."""

    request_id: RequestId
    origin: Position
    destination: Position
    expected_at: AwareDatetime


class AnswerCheckIn(Value):
    question_id: UUID
    answer: CheckInAnswer
    silent: bool = False
    """Of a cry for help: whether nothing may sound near her."""


class ExtendMonitoring(Value):
    expected_at: AwareDatetime


class GiveMonitoring(Value):
    """To a colleague of the same centre; None: to whoever has room."""

    operator_id: UUID | None = None


class HandMonitoringOver(Value):
    to_district: DistrictCode
    reason: Reason


class ClearMonitoring(Value):
    """All is well, as an operator found."""

    by: MonitoringClearedBy
    note: Annotated[str, StringConstraints(max_length=500)] | None = None


class RaiseFromMonitoring(Value):
    silent: bool = False
    """Whether nothing may sound near her."""


class EndMonitoring(Value):
    reason: Reason


class ViewMonitoringCamera(Value):
    camera_id: CameraId


class MonitoringReceipt(Receipt):
    """What a phone is told of its session; ``aggregate_id`` is the session's."""

    stage: MonitoringStage
    watched: bool
    """Whether an operator watches now, and nothing else."""

    @property
    def session_id(self) -> UUID:
        return self.aggregate_id


class OpenQuestion(Value):
    question_id: UUID
    about: str
    answer_by: AwareDatetime | None
    """None once it was not answered in time: it still may be."""


class MonitoringTold(Value):
    """What her phone shows, honestly."""

    session_id: UUID
    stage: MonitoringStage
    watched: bool
    text: str
    """In her language."""
    district: DistrictCode
    expected_at: AwareDatetime
    question: OpenQuestion | None
    reports: tuple[UUID, ...] = Field(description="Her open emergency reports.")
    server_time: AwareDatetime
