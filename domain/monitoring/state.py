"""What a session of return monitoring remembers of its life; positions apart.

These bodies run again at every replay, so they only assign.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.base import Aggregate, Erased, Fact, applies
from domain.escalation import Escalation
from domain.geography import DistrictCode, Position
from domain.language import Language
from domain.monitoring import facts, refusals
from domain.monitoring.vocabulary import MonitoringStage, WatchAssigned, WatchLapse, WatchRise
from domain.watching.emergencies import EmergencyFacts, Endangered
from domain.watching.walked import Walked, WalkFacts

Rises = tuple[tuple[WatchRise, Escalation], ...]
OVER = frozenset({MonitoringStage.ARRIVED, MonitoringStage.ENDED})


class MonitoringCore(Aggregate):
    """What it is from the beginning on."""

    citizen_id: UUID
    request_id: str
    language: Language
    district: DistrictCode
    """Whose centre watches, or is to."""
    districts: tuple[DistrictCode, ...]
    """The centres that see it, and may take it."""
    stage: MonitoringStage
    requested_at: datetime
    expected_at: datetime
    overdue_at: datetime
    destination: Position | Erased | None
    rises: Rises
    """How it still rises while nobody sees to it, and why."""


class MonitoringState(Walked, Endangered, MonitoringCore):
    """The memory of a session; ``Monitoring`` decides upon it."""

    WALK_FACTS = WalkFacts(facts.PositionSeen, facts.TroubleNoticed, facts.TroublePassed)
    EMERGENCY_FACTS = EmergencyFacts(facts.EmergencyRaised, facts.EmergencyEnded)

    watcher: UUID | None = None
    given_away: frozenset[UUID] = frozenset()
    """Out of whose hands it was given; it is hers again where somebody says so, not by itself."""
    responsible_since: datetime | None = None
    """Since when the centre that watches does."""
    unwatched_since: datetime | None = None
    """None while somebody watches."""
    began_at: datetime | None = None
    """When somebody first watched; None while nobody ever has."""
    pages: int = 0

    @property
    def over(self) -> bool:
        return self.stage in OVER

    def must_last(self) -> None:
        """Raises Over."""
        if self.over:
            raise refusals.Over(str(self.id))

    def _rising(self, because: WatchRise, escalations: tuple[Escalation, ...] = ()) -> None:
        """Replace how it rises for one reason."""
        others = tuple(one for one in self.rises if one[0] is not because)
        self.rises = (*others, *((because, one) for one in escalations))

    @applies(facts.Requested)
    def _requested(self, fact: facts.Requested) -> None:
        self.citizen_id = fact.citizen_id
        self.request_id = fact.request_id
        self.language = fact.language
        self.district = fact.district
        self.districts = (fact.district,)
        self.stage = MonitoringStage.WAITING
        self.requested_at = fact.timestamp
        self.unwatched_since = fact.timestamp
        self.expected_at = fact.expected_at
        self.overdue_at = fact.overdue_at
        self.destination = fact.destination
        self.route = fact.route
        self.rises = ()
        self._rising(WatchRise.WAITING, fact.escalations)

    @applies(facts.Assigned)
    def _assigned(self, fact: facts.Assigned) -> None:
        given = fact.because is WatchAssigned.GIVEN
        self._out_of_hand(fact.from_operator_id if given else None)
        self._watched_by(fact.operator_id)

    def _watched_by(self, operator_id: UUID) -> None:
        self.watcher = operator_id
        self.given_away = self.given_away - {operator_id}
        self.stage = MonitoringStage.WATCHED
        self.unwatched_since = None
        self._rising(WatchRise.WAITING)

    @applies(facts.Started)
    def _started(self, fact: facts.Started) -> None:
        self.listening_since = fact.timestamp
        self.began_at = fact.timestamp
        self.responsible_since = fact.timestamp

    @applies(facts.Unwatched)
    def _unwatched(self, fact: facts.Unwatched) -> None:
        given = fact.because is WatchLapse.GIVEN_BACK
        self._out_of_hand(fact.operator_id if given else None)
        self.watcher = None
        self.stage = MonitoringStage.WAITING
        self.unwatched_since = fact.timestamp
        self._rising(WatchRise.WAITING, fact.escalations)

    def _out_of_hand(self, operator_id: UUID | None) -> None:
        if operator_id is not None:
            self.given_away = self.given_away | {operator_id}

    @applies(facts.Escalated)
    def _escalated(self, fact: facts.Escalated) -> None:
        self.districts = fact.districts
        self._rising(fact.because, fact.escalations)
        if fact.page is not None:
            self.pages = self.pages + 1

    @applies(facts.Extended)
    def _extended(self, fact: facts.Extended) -> None:
        self.expected_at = fact.expected_at
        self.overdue_at = fact.overdue_at

    @applies(facts.Arrived)
    def _arrived(self, _fact: facts.Arrived) -> None:
        self._close(MonitoringStage.ARRIVED)

    @applies(facts.Ended)
    def _ended(self, _fact: Fact) -> None:
        self._close(MonitoringStage.ENDED)

    def _close(self, stage: MonitoringStage) -> None:
        self.stage = stage
        self.watcher = None
        self.unwatched_since = None
        self.listening_since = None
        self.rises = ()
