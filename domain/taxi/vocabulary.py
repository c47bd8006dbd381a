"""The code lists of a ride; every value is stored in facts, and so stays for ever."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.base import Value
from domain.geography import Cell, DistrictCode, FixQuality, Position


class PlateSource(StrEnum):
    """How the plate came into the phone."""

    TYPED = "typed"
    QR = "qr"
    NFC = "nfc"


class TaxiVehicle(StrEnum):
    """What the registry says of a plate."""

    COMPANY = "company"
    """법인택시."""
    PRIVATE = "private"
    """개인택시."""
    UNKNOWN = "unknown"
    """The registry has no such taxi."""


class TaxiStage(StrEnum):
    RIDING = "riding"
    ALIGHTED = "alighted"
    ENDED = "ended"
    """The control room ended it."""


class TaxiFlag(StrEnum):
    """What was odd about a boarding or an alighting, which was accepted all the same."""

    LATE = "late"
    """It came long after it happened: the phone had no network."""
    CLOCK_SKEWED = "clock_skewed"
    """The phone's clock is off; the moment was put right by what it said of its own time."""
    NO_POSITION = "no_position"
    BEFORE_BOARDING = "before_boarding"
    """It says to have happened before the boarding."""


class TaxiAskReason(StrEnum):
    """Why she is asked whether all is well."""

    FORGOTTEN = "forgotten"
    """Still for long where she wanted to go."""
    STILL = "still"
    """Still for long, elsewhere or without a known destination."""
    OVERDUE = "overdue"
    AWAY = "away"
    OPERATOR = "operator"


class TaxiAnswer(StrEnum):
    """Her word about it."""

    RIDING = "riding"
    """All is well, still under way."""
    ALIGHTED = "alighted"
    HELP = "help"


class TaxiAttention(StrEnum):
    """What an operator is to look at."""

    UNCHECKED = "unchecked"
    """The registry could not be asked."""
    PLATE_UNKNOWN = "plate_unknown"
    SIGNAL_LOST = "signal_lost"
    OVERDUE = "overdue"
    AWAY = "away"
    NO_ANSWER = "no_answer"
    HELP = "help"
    EMERGENCY = "emergency"


class TaxiAlighting(StrEnum):
    """By whose word the ride was over."""

    CITIZEN = "citizen"
    ANSWER = "answer"
    """She was asked, and said that she had got out."""


class TaxiEndReason(StrEnum):
    """Why the control room ended a ride."""

    ARRIVED_SAFELY = "arrived_safely"
    """Somebody has spoken to her, or seen her."""
    HANDED_TO_EMERGENCY = "handed_to_emergency"
    MISTAKE = "mistake"
    UNREACHABLE = "unreachable"
    """Nobody could find out, after all that could be tried."""
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """She consents no longer to be followed; nobody of the control room ends it for that."""


class TaxiPurpose(StrEnum):
    """For which message a guardian was given a place."""

    BOARDING = "boarding"
    ALIGHTING = "alighting"


class TaxiProvision(Value):
    """One giving of a place to a guardian; the place itself stands nowhere in this."""

    guardian_id: UUID
    message_id: UUID
    purpose: TaxiPurpose
    fix: FixQuality | None
    age_s: float | None
    """How old the position was; None where only the district was given."""


class Whereabouts(Value):
    """Where something happened, as far as it is known. ``position`` and ``place`` are personal."""

    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    position: Position | None = None
    place: str | None = Field(default=None, max_length=100)
    """In words, as the phone had them: what guardians read."""


class Told(Value):
    """When something happened: by the phone's word, and by our clock."""

    happened_at: AwareDatetime
    """By our clock, put right where the phone's is off."""
    occurred_at: AwareDatetime | None
    """As the phone said it."""
    skew_s: float | None
    """The phone's clock minus ours; None when it said nothing of its own time."""
    flags: tuple[TaxiFlag, ...] = ()

    @property
    def skewed(self) -> bool:
        return TaxiFlag.CLOCK_SKEWED in self.flags
