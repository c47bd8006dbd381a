"""One session of return monitoring: from the wish to the door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Value
from domain.geography import Cell, DistrictCode, Position
from domain.language import Language
from domain.monitoring import facts, refusals
from domain.monitoring.asking import Asking
from domain.monitoring.handing_over import HandingOver
from domain.monitoring.lighting import Lighting
from domain.monitoring.vocabulary import (
    MonitoringArrival,
    MonitoringEnd,
    MonitoringExtendedBy,
    WatchRise,
)
from domain.monitoring.watchers import rises
from domain.policy import Policy
from domain.watching.border import crossed
from domain.watching.fix import Fix
from domain.watching.route import Route
from domain.watching.signs import reached
from domain.watching.walked import Trouble


class Wish(Value):
    """What a citizen asks for, made whole."""

    citizen_id: UUID
    request_id: str
    language: Language
    origin: Position
    destination: Position
    expected_at: AwareDatetime
    route: Route
    district: DistrictCode
    """Where she starts."""
    cell: Cell | None


class Monitoring(Asking, HandingOver, Lighting):
    """Somebody watches her way on the cameras, asks when something is amiss, and stays.

    Nobody watches until an operator is assigned; after that somebody does, or it says so.
    """

    TOPIC = "monitoring"

    @staticmethod
    def create_id(citizen_id: UUID, request_id: str) -> UUID:
        """The same wish of the same citizen is the same session."""
        return uuid5(NAMESPACE_URL, f"/monitorings/{citizen_id}/{request_id}")

    @classmethod
    def request(cls, wish: Wish, *, at: datetime, policy: Policy) -> Self:
        """Begin to wait for somebody who watches.

        Raises:
            ExpectedUnfit: she is not expected in the future, or too far ahead.
        """
        session_id = cls.create_id(wish.citizen_id, wish.request_id)
        must_be_expectable(wish.expected_at, at=at, policy=policy)
        return cls.begin(
            facts.Requested,
            id=session_id,
            at=at,
            citizen_id=wish.citizen_id,
            request_id=wish.request_id,
            language=wish.language,
            district=wish.district,
            cell=wish.cell,
            expected_at=wish.expected_at,
            overdue_at=overdue_at(wish.expected_at, policy),
            route_kind=wish.route.kind,
            escalations=rises(WatchRise.WAITING, at, policy),
            origin=wish.origin,
            destination=wish.destination,
            route=wish.route,
        )

    def follow_positions(
        self, track: Sequence[Fix], fresh: Sequence[Fix], *, at: datetime, policy: Policy
    ) -> None:
        """Take in what her phone sent, and what it says: see ``Walked.walk_on``.

        Also that she is there, or in another centre's district, and lights the way ahead.
        """
        if not self.listens:
            return
        known_at = self.located_at
        self.walk_on(track, fresh, at=at, policy=policy)
        if self._is_there(track, policy):
            self._arrive(MonitoringArrival.PLACE, at=at)
            return
        crossing = crossed(track, own=self.district, after=self.responsible_since, policy=policy)
        if crossing is not None:
            self.cross(crossing, at=at, policy=policy)
        if self.located_at != known_at:
            self._drop_hand_over(at=at)
            self._light_ahead(at=at, policy=policy)

    def extend(
        self, *, expected_at: datetime, by: MonitoringExtendedBy, at: datetime, policy: Policy
    ) -> None:
        """Expect her later, or earlier; the same moment again changes nothing.

        Raises:
            ExpectedUnfit: not in the future, or too far ahead.
            Over: it has ended.
        """
        self.must_last()
        if expected_at == self.expected_at:
            return
        must_be_expectable(expected_at, at=at, policy=policy)
        self.record(
            facts.Extended,
            at=at,
            expected_at=expected_at,
            overdue_at=overdue_at(expected_at, policy),
            by=by,
        )
        self.passes(Trouble.OVERDUE, at=at)

    def arrive(self, *, at: datetime) -> None:
        """Take her word that she is there; over already: nothing."""
        if not self.over:
            self._arrive(MonitoringArrival.WORD, at=at)

    def end(self, *, because: MonitoringEnd, at: datetime) -> None:
        """End it before she is there; over already: nothing."""
        if not self.over:
            self._end(because, at=at)

    def end_by_hand(
        self, *, operator_id: UUID, supervisor: bool, reason: str, at: datetime
    ) -> None:
        """An operator ends it.

        Raises:
            ReasonNeeded: no reason was given.
            NotWatcher: somebody else watches.
            Over: it has ended.
        """
        self.must_be_watched_by(operator_id, supervisor=supervisor)
        said = reason.strip()
        if not said:
            raise refusals.ReasonNeeded(str(self.id))
        self._end(MonitoringEnd.OPERATOR, operator_id=operator_id, note=said, at=at)

    def _end(
        self,
        because: MonitoringEnd,
        *,
        at: datetime,
        operator_id: UUID | None = None,
        note: str | None = None,
    ) -> None:
        self._release_lights(at=at)
        self.record(
            facts.Ended,
            at=at,
            because=because,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            note=note,
        )

    def _arrive(self, by: MonitoringArrival, *, at: datetime) -> None:
        self._release_lights(at=at)
        watched_s = 0.0 if self.began_at is None else (at - self.began_at).total_seconds()
        self.record(facts.Arrived, at=at, by=by, watched_s=watched_s)

    def _is_there(self, track: Sequence[Fix], policy: Policy) -> bool:
        """By her phone; during her emergency it says nothing of how she is."""
        if self.reports or not isinstance(self.destination, Position):
            return False
        sign = reached(track, self.destination, after=self.began_at, policy=policy)
        return sign is not None and sign.enough


def must_be_expectable(expected_at: datetime, *, at: datetime, policy: Policy) -> None:
    """Raises ExpectedUnfit."""
    if not at < expected_at <= at + timedelta(seconds=policy.monitoring_s_max):
        raise refusals.ExpectedUnfit(expected_at.isoformat())


def overdue_at(expected_at: datetime, policy: Policy) -> datetime:
    return expected_at + timedelta(seconds=policy.overdue_after_s)
