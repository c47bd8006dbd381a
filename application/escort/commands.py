"""What may be asked of escorts, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from application.positions import RefusedFix
from application.safe_return import Receipt
from domain.base import Value
from domain.escort import Escort
from domain.escort.vocabulary import (
    EscortEnd,
    EscortParty,
    EscortStage,
    TeamChange,
)
from domain.geography import DistrictCode, Position
from domain.watching import Trouble

RequestId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{8,128}$")]
"""The phone's own id of its wish: a repeat carries the same."""
MeetingNote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16)]


class BookEscort(Value):
    """``starts_at`` in any zone; the day is Seoul's. ``sent_at`` is the phone's own clock."""

    request_id: RequestId
    starts_at: AwareDatetime
    meeting: Position
    meeting_note: MeetingNote | None = None
    destination: Position
    sent_at: AwareDatetime | None = None


class MeetCitizen(Value):
    escort_id: UUID
    code: Code


class WithdrawTeam(Value):
    """The scouts cannot come."""

    escort_id: UUID
    cause: TeamChange = TeamChange.OTHER


class SendWalk(Value):
    """What a phone sent on the way: any JSON value."""

    escort_id: UUID
    sent: Any = None


class WatchEscort(Value):
    """``take_over`` out of another operator's hand."""

    escort_id: UUID
    take_over: bool = False


class ReassignEscort(Value):
    """``team_id`` None: whichever is free."""

    escort_id: UUID
    cause: TeamChange = TeamChange.OTHER
    team_id: UUID | None = None


class EndEscort(Value):
    escort_id: UUID
    end: EscortEnd
    note: str = Field(max_length=2000)


class EscortReceipt(Receipt):
    """Where an escort stands after a command."""

    stage: EscortStage
    starts_at: AwareDatetime
    team_found: bool
    """Whether a team is to come; False while one is sought."""
    watched: bool
    """Whether an operator watches the walk."""
    server_time: AwareDatetime


class BookingReceipt(EscortReceipt):
    """``code`` is None in what is stored, and in the answer once she is erased."""

    code: str | None = None


class WalkReceipt(Receipt):
    """What became of a batch of positions. ``position`` is None when the log needed none."""

    taken: int
    thinned: int
    refused: tuple[RefusedFix, ...]
    open: bool
    """Whether positions are wanted: from the meeting to the door."""
    watched: bool
    server_time: AwareDatetime


class EscortShown(Value):
    """An escort as its citizen, its scouts or its centre see it."""

    escort_id: UUID
    district: DistrictCode
    stage: EscortStage
    starts_at: AwareDatetime
    meet_from: AwareDatetime
    team_id: UUID | None
    scouts_late: bool
    no_show: EscortParty | None
    waiting: tuple[EscortParty, ...]
    watched: bool
    watched_by: UUID | None = None
    """Told to staff only."""
    due_at: AwareDatetime | None
    confirm_by: AwareDatetime | None
    troubles: tuple[Trouble, ...]
    apart: bool
    reports: tuple[UUID, ...]
    """Of emergencies that were raised on it; told to staff only."""
    meeting: Position | None
    meeting_note: str | None
    destination: Position | None
    code: str | None = None
    """Told to the citizen only."""
    server_time: AwareDatetime


class StartOffered(Value):
    """A start that can be booked now, and how many teams are free for it."""

    starts_at: AwareDatetime
    teams_free: int


class StartsOffered(Value):
    """``closed`` says why the district's scouts do not go out; None when they do."""

    district: DistrictCode
    starts: tuple[StartOffered, ...]
    closed: str | None
    server_time: AwareDatetime


def receipt_of(escort: Escort, *, at: AwareDatetime) -> EscortReceipt:
    return EscortReceipt(
        aggregate_id=escort.id,
        stage=escort.stage,
        starts_at=escort.starts_at,
        team_found=escort.team_id is not None,
        watched=escort.watched_by is not None,
        server_time=at,
    )
