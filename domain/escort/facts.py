"""Everything that can have happened to a scout escort.

Places, the code and what is written of a person are sealed under the citizen's key; the open part
says when, in which district and near which 100-m cell.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.escort.vocabulary import (
    EscortCancelledBy,
    EscortEnd,
    EscortParty,
    TeamChange,
    ToldBy,
)
from domain.geography import Cell, DistrictCode, Position
from domain.language import Language
from domain.page import Page
from domain.watching import emergencies, walked
from domain.watching.route import Route

HerPlace = Annotated[Position | Erased, Personal("citizen_id")]
HerText = Annotated[str | Erased, Personal("citizen_id")]


class Booked(FirstFact):
    """A team of scouts is to meet a citizen; ``team_id`` was free for that start."""

    TOPIC: ClassVar[str] = "escort.booked"

    citizen_id: UUID
    language: Language
    district: DistrictCode
    """Of the meeting place: its scouts walk, its centre watches."""
    night: date
    """By the day in Seoul on which it begins."""
    starts_at: AwareDatetime
    team_id: UUID
    scouts: tuple[UUID, ...]
    meeting_cell: Cell | None
    destination_cell: Cell | None
    distance_m: int
    """As the crow flies."""
    skew_s: float | None
    """Device clock minus ours at receipt; None when the device gave no time."""
    remind_at: AwareDatetime | None
    """None when it was booked so late that nobody needs reminding."""
    meet_from: AwareDatetime
    late_at: AwareDatetime
    no_show_at: AwareDatetime
    meeting: HerPlace = ERASED
    destination: HerPlace = ERASED
    meeting_note: Annotated[str | Erased | None, Personal("citizen_id")] = ERASED
    """“2번 출구 앞”: how to find her."""
    code: HerText = ERASED
    """She says it aloud when they meet."""


class Reminded(Fact):
    """Citizen and scouts were told that it is soon time."""

    TOPIC: ClassVar[str] = "escort.reminded"


class TeamWithdrawn(Fact):
    """The team does not come; until another is found the escort has none."""

    TOPIC: ClassVar[str] = "escort.team_withdrawn"

    team_id: UUID
    told_by: ToldBy
    scout_id: UUID | None
    cause: TeamChange


class Reassigned(Fact):
    """Another team comes; the waiting begins anew for it."""

    TOPIC: ClassVar[str] = "escort.reassigned"

    team_id: UUID
    scouts: tuple[UUID, ...]
    cause: TeamChange
    operator_id: UUID | None
    """None when the house found it by itself."""
    late_at: AwareDatetime
    no_show_at: AwareDatetime


class Waited(Fact):
    """Somebody stands at the meeting place, by her own word."""

    TOPIC: ClassVar[str] = "escort.waited"

    party: EscortParty
    scout_id: UUID | None


class ScoutsLate(Fact):
    """Nothing was heard of the scouts for a while after the start."""

    TOPIC: ClassVar[str] = "escort.scouts_delayed"

    team_id: UUID | None


class NoShow(Fact):
    """``party`` did not come to the meeting place in time."""

    TOPIC: ClassVar[str] = "escort.no_show_noted"

    party: EscortParty
    told_by: ToldBy
    give_up_at: AwareDatetime | None
    """How long the scouts wait on for the citizen; None where a person must see to it."""


class CodeRefused(Fact):
    """A scout was told another code than the citizen's."""

    TOPIC: ClassVar[str] = "escort.code_refused"

    scout_id: UUID
    tries_left: int


class CodeRenewed(Fact):
    """The centre spoke with the citizen and gave her another code."""

    TOPIC: ClassVar[str] = "escort.code_renewed"

    citizen_id: UUID
    operator_id: UUID
    code: HerText = ERASED


class Met(Fact):
    """The citizen said the code, and a scout of the team checked it."""

    TOPIC: ClassVar[str] = "escort.met"

    team_id: UUID
    scout_id: UUID


class Started(Fact):
    """They walk, and the centre watches them until they are there."""

    TOPIC: ClassVar[str] = "escort.started"

    district: DistrictCode
    citizen_id: UUID
    due_at: AwareDatetime
    """When they should be there."""
    watch_by: AwareDatetime
    """Until when an operator should watch."""
    route: Annotated[Route | Erased, Personal("citizen_id")] = ERASED


class WatchBegun(Fact):
    """An operator watches from now on."""

    TOPIC: ClassVar[str] = "escort.watch_begun"

    operator_id: UUID


class WatchLeft(Fact):
    """The operator who watched does so no longer."""

    TOPIC: ClassVar[str] = "escort.watch_left"
    SCHEMA: ClassVar[int] = 2

    operator_id: UUID
    watch_by: AwareDatetime
    given_away: bool = False
    """She said so. False: she is at no console any more; the first shape did not tell."""


class Unwatched(Fact):
    """Nobody watches, and everybody concerned is told so."""

    TOPIC: ClassVar[str] = "escort.found_unwatched"
    SCHEMA: ClassVar[int] = 2

    page: Page | None = None
    """None in the first shape: nobody was called."""


class PositionSeen(walked.PositionSeen):
    """Where they were seen on the way; of many positions, the one that is kept."""

    TOPIC: ClassVar[str] = "escort.position_seen"


class TroubleNoticed(walked.TroubleNoticed):
    """Something is amiss on the way, by their positions or by the clock."""

    TOPIC: ClassVar[str] = "escort.trouble_noticed"


class TroublePassed(walked.TroublePassed):
    """It is so no longer."""

    TOPIC: ClassVar[str] = "escort.trouble_passed"


class Parted(Fact):
    """The citizen and her scouts are too far apart to walk together."""

    TOPIC: ClassVar[str] = "escort.parted"

    since: AwareDatetime
    metres: int


class Rejoined(Fact):
    """They are together again."""

    TOPIC: ClassVar[str] = "escort.rejoined"

    lasted_s: float


class Arrived(Fact):
    """They are there."""

    TOPIC: ClassVar[str] = "escort.arrived"

    told_by: ToldBy
    scout_id: UUID | None
    confirm_by: AwareDatetime | None
    """Until when the citizen may say no; None when it is her own word."""


class ArrivalDenied(Fact):
    """The citizen says that she is not there: they walk on, as far as the house knows."""

    TOPIC: ClassVar[str] = "escort.arrival_denied"


class Completed(Fact):
    """She is home."""

    TOPIC: ClassVar[str] = "escort.completed"

    told_by: ToldBy


class Cancelled(Fact):
    """The booking was taken back before they met."""

    TOPIC: ClassVar[str] = "escort.cancelled"

    by: EscortCancelledBy
    operator_id: UUID | None


class GivenUp(Fact):
    """The citizen did not come, and the scouts waited long enough."""

    TOPIC: ClassVar[str] = "escort.given_up"


class Ended(Fact):
    """The centre ended it, and says how."""

    TOPIC: ClassVar[str] = "escort.ended"

    operator_id: UUID
    end: EscortEnd
    citizen_id: UUID
    note: HerText = ERASED


class EmergencyRaised(emergencies.EmergencyRaised):
    """Somebody on this escort raised an emergency report: it was accepted."""

    TOPIC: ClassVar[str] = "escort.emergency_raised"

    party: EscortParty = EscortParty.CITIZEN
    scout_id: UUID | None = None


class EmergencyEnded(emergencies.EmergencyEnded):
    """That report is over; the escort goes on."""

    TOPIC: ClassVar[str] = "escort.emergency_ended"
