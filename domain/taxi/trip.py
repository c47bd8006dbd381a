"""The end of a ride, and the ride as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.taxi import facts
from domain.taxi.guarding import GuardingTaxi
from domain.taxi.refusals import TripOver
from domain.taxi.vocabulary import (
    TaxiAlighting,
    TaxiEndReason,
    TaxiFlag,
    TaxiProvision,
    Told,
    Whereabouts,
)


class TaxiTrip(GuardingTaxi):
    """One ride of one citizen, from getting in to getting out."""

    TOPIC: ClassVar[str] = "taxi"

    def alight(
        self,
        *,
        by: TaxiAlighting,
        told: Told,
        where: Whereabouts,
        guardian_ids: tuple[UUID, ...],
        at: datetime,
    ) -> None:
        """She has got out.

        Args:
            by: by which word.
            told: when.
            where: as far as it is known.
            guardian_ids: those who are confirmed now; only who knows of the boarding is told.
            at: the moment of receipt.

        Raises:
            TripOver: she has got out before, or the control room ended it.
        """
        if self.over:
            raise TripOver(str(self.id))
        ride_s = (told.happened_at - self.boarded_at).total_seconds()
        early = (TaxiFlag.BEFORE_BOARDING,) if ride_s < 0 else ()
        placeless = (TaxiFlag.NO_POSITION,) if where.position is None else ()
        self.record(
            facts.Alighted,
            at=at,
            occurred_at=told.occurred_at,
            citizen_id=self.citizen_id,
            by=by,
            happened_at=max(told.happened_at, self.boarded_at),
            skew_s=told.skew_s,
            flags=(*told.flags, *early, *placeless),
            district=where.district,
            cell=where.cell,
            fix=where.fix,
            ride_s=max(0.0, ride_s),
            guardian_ids=self._still(guardian_ids),
            position=where.position,
            place=where.place,
        )

    def end(
        self,
        *,
        operator_id: UUID | None,
        reason: TaxiEndReason,
        note: str | None,
        guardian_ids: tuple[UUID, ...],
        at: datetime,
    ) -> None:
        """The control room ends it, and says why; or nobody, since her consent is gone.

        Raises:
            TripOver: it is over.
        """
        if self.over:
            raise TripOver(str(self.id))
        self.record(
            facts.Ended,
            at=at,
            citizen_id=self.citizen_id,
            operator_id=operator_id,
            reason=reason,
            guardian_ids=self._still(guardian_ids),
            note=note,
        )

    def provide_position(self, given: TaxiProvision, *, at: datetime) -> None:
        """Keep that a guardian was given a place, also after the end; told twice, it is once."""
        if given.message_id not in self.provided:
            self.record(facts.PositionProvided, at=at, citizen_id=self.citizen_id, **dict(given))

    def _still(self, guardian_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
        """Who was told of the boarding and is still confirmed: nobody learns only of an end."""
        return tuple(one for one in self.guardian_ids if one in guardian_ids)
