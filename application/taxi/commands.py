"""What may be asked of the desk for rides, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from application.positions import RefusedFix
from application.safe_return import Receipt
from domain.base import Value
from domain.geography import Position
from domain.language import Language
from domain.taxi.vocabulary import (
    PlateSource,
    TaxiAnswer,
    TaxiEndReason,
    TaxiFlag,
    TaxiStage,
    TaxiVehicle,
)

TripRef = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""The phone's own name of a ride, or the id that it got."""
Payload = Annotated[str, StringConstraints(max_length=4096)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class ReadPlate(Value):
    """What a phone read of a plate; a tag's bytes as base64."""

    payload: Payload
    source: PlateSource = PlateSource.TYPED


class BoardTaxi(Value):
    """Get in. ``position`` is any JSON value: what cannot be read of it is left out."""

    trip_ref: TripRef
    plate: ReadPlate | None = None
    language: Language | None = None
    """None: the language that she uses."""
    occurred_at: AwareDatetime | None = None
    sent_at: AwareDatetime | None = None
    """What the phone's clock showed when it sent this: by it, a wrong clock is put right."""
    position: Any = None
    place: str | None = None
    destination: Position | None = None
    arrive_at: AwareDatetime | None = None


class GiveTaxiPlate(Value):
    trip_ref: TripRef
    plate: ReadPlate


class SendTaxiPositions(Value):
    """``sent`` is any JSON value; see ``application.positions``."""

    trip_ref: TripRef
    sent: Any = None


class AlightTaxi(Value):
    """Get out."""

    trip_ref: TripRef
    occurred_at: AwareDatetime | None = None
    sent_at: AwareDatetime | None = None
    position: Any = None
    place: str | None = None


class AnswerInTaxi(Value):
    trip_ref: TripRef
    answer: TaxiAnswer
    question_id: UUID | None = None
    occurred_at: AwareDatetime | None = None


class ExtendTaxi(Value):
    trip_ref: TripRef
    until: AwareDatetime


class ClaimTaxi(Value):
    trip_id: UUID
    take_over: bool = False


class AttendTaxi(Value):
    trip_id: UUID
    note: Note


class AskInTaxi(Value):
    trip_id: UUID


class CallInTaxi(Value):
    trip_id: UUID


class RaiseFromTaxi(Value):
    trip_id: UUID
    silent: bool = True
    """Whether nothing may sound near her: a driver may be listening."""


EndReason = Literal[
    TaxiEndReason.ARRIVED_SAFELY,
    TaxiEndReason.HANDED_TO_EMERGENCY,
    TaxiEndReason.MISTAKE,
    TaxiEndReason.UNREACHABLE,
]
"""What a person may end a ride for."""


class EndTaxi(Value):
    trip_id: UUID
    reason: EndReason
    note: Note


class TaxiReceipt(Receipt):
    """The answer to whatever a phone asks of a ride; ``aggregate_id`` is the ride's."""

    stage: TaxiStage
    vehicle: TaxiVehicle | None
    """None while the registry has said nothing."""
    warning: str | None
    """A code: `plate_unknown`, `plate_unchecked`, `plate_missing`; None: nothing is wrong."""
    message: str | None
    """The warning in her language, and what she can do."""
    guardians: int
    """How many are told."""
    flags: tuple[TaxiFlag, ...]
    due_at: AwareDatetime
    question_id: UUID | None
    """A question that waits for her answer."""
    server_time: AwareDatetime


class TaxiPositionsReceipt(Receipt):
    """What became of a batch. ``position`` is None when the log needed none of it."""

    taken: int
    thinned: int
    """Known already, or too close after another: nothing is wrong with them."""
    refused: tuple[RefusedFix, ...]
    open: bool
    """False when the ride is over: nothing was kept, and nothing more is wanted."""
    question_id: UUID | None
    server_time: AwareDatetime
