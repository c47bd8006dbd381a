"""Everything that can have happened in a ride.

The plate and all words are sealed under the citizen's key, positions under the ride's own. What is
open says nothing of where she wanted to go: only how many metres are left of it, and the 100-m cell
where she was.
"""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.geography import Cell, DistrictCode, FixQuality
from domain.language import Language
from domain.page import Page
from domain.taxi.vocabulary import (
    PlateSource,
    TaxiAlighting,
    TaxiAnswer,
    TaxiAskReason,
    TaxiAttention,
    TaxiEndReason,
    TaxiFlag,
    TaxiPurpose,
    TaxiVehicle,
)
from domain.watching import emergencies
from domain.watching.track import SealedPosition

SealedWords = Annotated[str | Erased | None, Personal("citizen_id")]


class Boarded(FirstFact):
    """She got into a taxi, and her guardians are told."""

    TOPIC: ClassVar[str] = "taxi.boarded"

    citizen_id: UUID
    trip_ref: str
    """The phone's own name of this ride; a repeat carries the same."""
    language: Language
    plate_source: PlateSource | None
    """None while no plate is known."""
    vehicle: TaxiVehicle | None
    """What the registry said at once; None when it said nothing, or there was nothing to ask."""
    check_id: UUID | None
    """Of the check that is still to come."""
    happened_at: AwareDatetime
    """By our clock; ``occurred_at`` is what the phone said."""
    skew_s: float | None
    flags: tuple[TaxiFlag, ...]
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    to_go_m: int | None
    """As the crow flies, rounded to 10 m; None without a destination or a position."""
    due_at: AwareDatetime
    """When somebody is asked, unless the ride is over."""
    signal_due_at: AwareDatetime
    """When she is lost sight of, unless a position comes."""
    guardian_ids: tuple[UUID, ...]
    """Who is told now, and will be told of the end."""
    plate: SealedWords = ERASED
    position: SealedPosition = ERASED
    destination: SealedPosition = ERASED
    place: SealedWords = ERASED


class PlateGiven(Fact):
    """The plate was given after the boarding, or mended; the guardians are told."""

    TOPIC: ClassVar[str] = "taxi.plate_given"

    citizen_id: UUID
    number: int
    """Counts the plates of this ride."""
    plate_source: PlateSource
    vehicle: TaxiVehicle | None
    check_id: UUID | None
    guardian_ids: tuple[UUID, ...]
    plate: SealedWords = ERASED


class VehicleChecked(Fact):
    """The registry answered later, when it could be asked."""

    TOPIC: ClassVar[str] = "taxi.vehicle_checked"

    check_id: UUID
    vehicle: TaxiVehicle


class CheckGivenUp(Fact):
    """The registry could not be asked, and is asked again while the ride goes on."""

    TOPIC: ClassVar[str] = "taxi.check_given_up"

    check_id: UUID
    code: str
    again_at: AwareDatetime


class CheckResumed(Fact):
    """The registry is asked again."""

    TOPIC: ClassVar[str] = "taxi.check_resumed"

    check_id: UUID


class Asked(Fact):
    """She is asked whether all is well."""

    TOPIC: ClassVar[str] = "taxi.asked"

    question_id: UUID
    reason: TaxiAskReason
    operator_id: UUID | None
    """None when the service asks by itself."""
    answer_by: AwareDatetime


class Answered(Fact):
    """Her word about it, asked or not."""

    TOPIC: ClassVar[str] = "taxi.answered"

    question_id: UUID | None
    answer: TaxiAnswer
    due_at: AwareDatetime | None
    """When she is asked again because it takes so long; None: as before."""
    ask_at: AwareDatetime | None
    """When she is asked again because she does not move; None: not now."""


class Unanswered(Fact):
    """Nothing came in time: an operator is to look."""

    TOPIC: ClassVar[str] = "taxi.unanswered"
    SCHEMA: ClassVar[int] = 2

    question_id: UUID
    page: Page | None = None
    """None where an operator has the ride, who sees it; in the first shape nobody was called."""


class Overrun(Fact):
    """The ride takes longer than it should."""

    TOPIC: ClassVar[str] = "taxi.overrun"

    due_at: AwareDatetime


class Extended(Fact):
    """She said that it will take longer."""

    TOPIC: ClassVar[str] = "taxi.extended"

    due_at: AwareDatetime


class Claimed(Fact):
    """An operator watches this ride."""

    TOPIC: ClassVar[str] = "taxi.claimed"

    operator_id: UUID
    district: DistrictCode
    from_operator: UUID | None
    """Whoever watched it before."""


class Attended(Fact):
    """An operator looked at what called for it."""

    TOPIC: ClassVar[str] = "taxi.attended"

    citizen_id: UUID
    operator_id: UUID
    attention: tuple[TaxiAttention, ...]
    note: SealedWords = ERASED


class CallRequested(Fact):
    """An operator has her called."""

    TOPIC: ClassVar[str] = "taxi.call_requested"

    call_id: UUID
    operator_id: UUID
    district: DistrictCode


class CallPlaced(Fact):
    """The provider connects control room and citizen."""

    TOPIC: ClassVar[str] = "taxi.call_placed"

    call_id: UUID
    reference: str


class CallFailed(Fact):
    """The provider could not be reached: she must be reached in another way."""

    TOPIC: ClassVar[str] = "taxi.call_failed"

    call_id: UUID
    code: str


class EmergencyRaised(emergencies.EmergencyRaised):
    TOPIC: ClassVar[str] = "taxi.emergency_raised"


class EmergencyEnded(emergencies.EmergencyEnded):
    TOPIC: ClassVar[str] = "taxi.emergency_ended"


class PositionProvided(Fact):
    """A guardian was given the place of boarding or alighting.

    Location Information Act, art. 19: the citizen is told each time to whom, when and what for.
    """

    TOPIC: ClassVar[str] = "taxi.position_provided"

    citizen_id: UUID
    guardian_id: UUID
    message_id: UUID
    purpose: TaxiPurpose
    fix: FixQuality | None
    age_s: float | None
    """How old the position was when it was given; None where only the district was."""


class Alighted(Fact):
    """She got out, and whoever was told of the boarding is told."""

    TOPIC: ClassVar[str] = "taxi.alighted"

    citizen_id: UUID
    by: TaxiAlighting
    happened_at: AwareDatetime
    skew_s: float | None
    flags: tuple[TaxiFlag, ...]
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    ride_s: float
    guardian_ids: tuple[UUID, ...]
    position: SealedPosition = ERASED
    place: SealedWords = ERASED


class Ended(Fact):
    """The control room ended the ride; whoever was told of the boarding is told."""

    TOPIC: ClassVar[str] = "taxi.ended"

    citizen_id: UUID
    operator_id: UUID | None
    """None when it ended by itself: her consent is gone."""
    reason: TaxiEndReason
    guardian_ids: tuple[UUID, ...]
    note: SealedWords = ERASED
