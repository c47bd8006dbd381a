"""What an escort remembers of its facts; bodies here run again at every replay and only assign."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.base import Aggregate, Erased, Fact, applies
from domain.escort import facts
from domain.escort.refusals import EscortOver, WasCancelled
from domain.escort.vocabulary import EscortParty, EscortStage
from domain.geography import DistrictCode, Position
from domain.language import Language

ENDINGS: Final[tuple[type[Fact], ...]] = (
    facts.Completed,
    facts.Cancelled,
    facts.GivenUp,
    facts.Ended,
)
STAGES: Final = {
    facts.Completed.TOPIC: EscortStage.COMPLETED,
    facts.Cancelled.TOPIC: EscortStage.CANCELLED,
    facts.GivenUp.TOPIC: EscortStage.GIVEN_UP,
    facts.Ended.TOPIC: EscortStage.ENDED,
}


class EscortState(Aggregate):
    """The memory of an escort; ``Escort`` decides upon it."""

    LEFT_SEALED = frozenset({facts.Ended})

    citizen_id: UUID
    language: Language
    district: DistrictCode
    night: date
    starts_at: datetime
    stage: EscortStage
    team_id: UUID | None
    """None while no team is found for it."""
    scouts: tuple[UUID, ...]
    past_scouts: frozenset[UUID]
    """Who were to walk, and do not."""
    meeting: Position | Erased
    meeting_note: str | Erased | None
    destination: Position | Erased
    distance_m: int
    remind_at: datetime | None
    meet_from: datetime
    late_at: datetime
    no_show_at: datetime
    waiting: frozenset[EscortParty]
    """Who stands at the meeting place, by her own word."""
    late: bool
    no_show: EscortParty | None
    give_up_at: datetime | None
    reminded: bool
    code: str | Erased
    codes_wrong: int
    """Since the code was last given out."""
    due_at: datetime | None
    parted_at: datetime | None
    """Since when the citizen and her scouts have been noted to be apart."""
    watch_by: datetime | None
    watched_by: UUID | None
    given_away: frozenset[UUID]
    """Who watched and would not any more; it is hers again where she says so, not by itself."""
    unwatched: bool
    confirm_by: datetime | None
    denied: bool
    """She said that she is not there: positions alone do not say so any more."""

    @property
    def ended(self) -> bool:
        return self.stage in STAGES.values()

    @property
    def under_way(self) -> bool:
        return self.stage in {EscortStage.WALKING, EscortStage.ARRIVED}

    def _must_live(self) -> None:
        """Raises WasCancelled, EscortOver: it is over."""
        if self.stage is EscortStage.CANCELLED:
            raise WasCancelled(str(self.id))
        if self.ended:
            raise EscortOver(str(self.id))

    @applies(facts.Booked)
    def _booked(self, fact: facts.Booked) -> None:
        self.citizen_id = fact.citizen_id
        self.language = fact.language
        self.district = fact.district
        self.night = fact.night
        self.starts_at = fact.starts_at
        self.stage = EscortStage.BOOKED
        self.team_id = fact.team_id
        self.scouts = fact.scouts
        self.past_scouts = frozenset()
        self.meeting = fact.meeting
        self.meeting_note = fact.meeting_note
        self.destination = fact.destination
        self.distance_m = fact.distance_m
        self.remind_at = fact.remind_at
        self.meet_from = fact.meet_from
        self.late_at = fact.late_at
        self.no_show_at = fact.no_show_at
        self.waiting = frozenset()
        self.late = False
        self.no_show = None
        self.give_up_at = None
        self.reminded = False
        self.code = fact.code
        self.codes_wrong = 0
        self.due_at = None
        self.parted_at = None
        self.watch_by = None
        self.watched_by = None
        self.given_away = frozenset()
        self.unwatched = False
        self.confirm_by = None
        self.denied = False

    @applies(facts.Reminded)
    def _reminded(self, _fact: facts.Reminded) -> None:
        self.reminded = True

    @applies(facts.TeamWithdrawn)
    def _team_withdrawn(self, _fact: facts.TeamWithdrawn) -> None:
        self.past_scouts = self.past_scouts | frozenset(self.scouts)
        self.team_id = None
        self.scouts = ()
        self.waiting = self.waiting - {EscortParty.SCOUTS}

    @applies(facts.Reassigned)
    def _reassigned(self, fact: facts.Reassigned) -> None:
        self.past_scouts = (self.past_scouts | frozenset(self.scouts)) - frozenset(fact.scouts)
        self.team_id = fact.team_id
        self.scouts = fact.scouts
        self.late_at = fact.late_at
        self.no_show_at = fact.no_show_at
        self.waiting = self.waiting - {EscortParty.SCOUTS}
        self.late = False
        self.no_show = None
        self.give_up_at = None

    @applies(facts.Waited)
    def _waited(self, fact: facts.Waited) -> None:
        self.waiting = self.waiting | {fact.party}

    @applies(facts.ScoutsLate)
    def _scouts_late(self, _fact: facts.ScoutsLate) -> None:
        self.late = True

    @applies(facts.NoShow)
    def _no_show(self, fact: facts.NoShow) -> None:
        self.no_show = fact.party
        self.give_up_at = fact.give_up_at

    @applies(facts.CodeRefused)
    def _code_refused(self, _fact: facts.CodeRefused) -> None:
        self.codes_wrong = self.codes_wrong + 1

    @applies(facts.CodeRenewed)
    def _code_renewed(self, fact: facts.CodeRenewed) -> None:
        self.code = fact.code
        self.codes_wrong = 0

    @applies(facts.Met)
    def _met(self, _fact: facts.Met) -> None:
        self.late = False
        self.no_show = None
        self.give_up_at = None

    @applies(facts.Started)
    def _started(self, fact: facts.Started) -> None:
        self.stage = EscortStage.WALKING
        self.due_at = fact.due_at
        self.watch_by = fact.watch_by

    @applies(facts.WatchBegun)
    def _watch_begun(self, fact: facts.WatchBegun) -> None:
        self.watched_by = fact.operator_id
        self.given_away = self.given_away - {fact.operator_id}
        self.watch_by = None
        self.unwatched = False

    @applies(facts.WatchLeft)
    def _watch_left(self, fact: facts.WatchLeft) -> None:
        if fact.given_away:
            self.given_away = self.given_away | {fact.operator_id}
        self.watched_by = None
        self.watch_by = fact.watch_by

    @applies(facts.Unwatched)
    def _unwatched(self, _fact: facts.Unwatched) -> None:
        self.unwatched = True

    @applies(facts.Parted)
    def _parted(self, fact: facts.Parted) -> None:
        self.parted_at = fact.timestamp

    @applies(facts.Rejoined)
    def _rejoined(self, _fact: facts.Rejoined) -> None:
        self.parted_at = None

    @applies(facts.Arrived)
    def _arrived(self, fact: facts.Arrived) -> None:
        self.stage = EscortStage.ARRIVED
        self.confirm_by = fact.confirm_by

    @applies(facts.ArrivalDenied)
    def _arrival_denied(self, _fact: facts.ArrivalDenied) -> None:
        self.stage = EscortStage.WALKING
        self.confirm_by = None
        self.denied = True

    @applies(*ENDINGS)
    def _ended(self, fact: Fact) -> None:
        self.stage = STAGES[fact.TOPIC]
        self.watch_by = None
        self.confirm_by = None
        self.give_up_at = None
