"""Over a border another centre watches on; until it does, the last one does."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Fact, applies
from domain.escalation import Escalation
from domain.geography import CITY, DistrictCode
from domain.monitoring import facts, refusals
from domain.monitoring.facts import SealedNote
from domain.monitoring.vocabulary import WatchHandOver, WatchRise
from domain.monitoring.watchers import Watchers, rises
from domain.policy import Policy
from domain.watching.border import Crossing


class HandOverWanted(Fact):
    """Another centre is to watch; until it does, the last one goes on."""

    TOPIC: ClassVar[str] = "monitoring.hand_over_wanted"

    from_district: DistrictCode
    to_district: DistrictCode
    because: WatchHandOver
    since: AwareDatetime | None
    """Since when she has been there; None when somebody wished it."""
    operator_id: UUID | None
    citizen_id: UUID
    escalations: tuple[Escalation, ...]
    note: SealedNote = ERASED


class HandedOver(Fact):
    """The other centre watches: its operator has her, from the same moment on."""

    TOPIC: ClassVar[str] = "monitoring.handed_over"

    from_district: DistrictCode
    to_district: DistrictCode
    operator_id: UUID
    from_operator_id: UUID | None


class HandOverDropped(Fact):
    """She is back before the other centre had her: it stays where it is."""

    TOPIC: ClassVar[str] = "monitoring.hand_over_dropped"

    to_district: DistrictCode


class HandingOver(Watchers):
    """From one centre to the next without a gap."""

    wanted_by: DistrictCode | None = None
    """The centre that is to watch next; None when none is."""
    strayed_over: bool = False
    """Whether it is to because she went there."""

    def cross(self, crossing: Crossing, *, at: datetime, policy: Policy) -> None:
        """She is in another centre's district: it is to watch. Known already, or over: nothing."""
        known = crossing.district in {self.district, self.wanted_by}
        if self.over or self.began_at is None or known:
            return
        because = WatchHandOver.LEFT_CITY if crossing.district == CITY else WatchHandOver.MOVED
        self._want(crossing.district, because, since=crossing.since, at=at, policy=policy)

    def want_hand_over(  # noqa: PLR0913 (to whom, by whom, why and when)
        self,
        *,
        to_district: DistrictCode,
        operator_id: UUID,
        supervisor: bool,
        reason: str,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Have another centre watch, by hand.

        Raises:
            ReasonNeeded: no reason was given.
            HandOverUnfit: that centre watches already.
            NotWatcher, Over: it is not the operator's to hand over.
        """
        self.must_be_watched_by(operator_id, supervisor=supervisor)
        said = reason.strip()
        if not said:
            raise refusals.ReasonNeeded(str(self.id))
        if to_district == self.district:
            raise refusals.HandOverUnfit(to_district)
        if to_district != self.wanted_by:
            self._want(
                to_district,
                WatchHandOver.BY_HAND,
                operator_id=operator_id,
                note=said,
                at=at,
                policy=policy,
            )

    def hand_over(
        self, *, to_district: DistrictCode, operator_id: UUID, at: datetime, policy: Policy
    ) -> None:
        """An operator of the other centre watches: from this moment on, and not before.

        Raises:
            HandOverUnfit: that centre watches already.
            Over: it has ended.
        """
        self.must_last()
        if to_district == self.district:
            raise refusals.HandOverUnfit(to_district)
        self.record(
            HandedOver,
            at=at,
            from_district=self.district,
            to_district=to_district,
            operator_id=operator_id,
            from_operator_id=self.watcher,
        )
        self._start(operator_id, at=at, policy=policy)

    def _drop_hand_over(self, *, at: datetime) -> None:
        """She is back where she is watched from, before the next centre had her.

        What somebody wished stays wished.
        """
        if self.wanted_by is not None and self.strayed_over and self.seen_in == self.district:
            self.record(HandOverDropped, at=at, to_district=self.wanted_by)

    def _want(  # noqa: PLR0913
        self,
        to_district: DistrictCode,
        because: WatchHandOver,
        *,
        at: datetime,
        policy: Policy,
        since: datetime | None = None,
        operator_id: UUID | None = None,
        note: str | None = None,
    ) -> None:
        self.record(
            HandOverWanted,
            at=at,
            from_district=self.district,
            to_district=to_district,
            because=because,
            since=since,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            escalations=rises(WatchRise.HAND_OVER, at, policy),
            note=note,
        )

    @property
    def audience(self) -> tuple[DistrictCode, ...]:
        more = () if self.wanted_by is None else (self.wanted_by,)
        return tuple(dict.fromkeys((*self.districts, *more)))

    @applies(HandOverWanted)
    def _hand_over_wanted(self, fact: HandOverWanted) -> None:
        self.wanted_by = fact.to_district
        self.strayed_over = fact.since is not None
        self._rising(WatchRise.HAND_OVER, fact.escalations)

    @applies(HandedOver)
    def _handed_over(self, fact: HandedOver) -> None:
        self.wanted_by = None
        self.district = fact.to_district
        self.districts = (fact.to_district,)
        self.responsible_since = fact.timestamp
        self._rising(WatchRise.HAND_OVER)
        self._watched_by(fact.operator_id)

    @applies(HandOverDropped)
    def _hand_over_dropped(self, _fact: HandOverDropped) -> None:
        self.wanted_by = None
        self._rising(WatchRise.HAND_OVER)

    @applies(facts.Arrived, facts.Ended)
    def _nothing_to_hand_over(self, _fact: Fact) -> None:
        self.wanted_by = None
