"""The control room's side of a ride: who watches it, and what they do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.geography import DistrictCode
from domain.taxi import facts
from domain.taxi.calling import CallingTaxi
from domain.taxi.refusals import HeldByAnother, NothingToSee, TripOver


class GuardingTaxi(CallingTaxi):
    """What operators do. Every method may refuse; rights are the desk's to check."""

    def claim(
        self,
        *,
        operator_id: UUID,
        district: DistrictCode,
        at: datetime,
        take_over: bool = False,
    ) -> None:
        """Watch this ride from now on; twice is once.

        Raises:
            TripOver: the ride is over.
            HeldByAnother: somebody watches it, and was not to be relieved.
        """
        if self.over:
            raise TripOver(str(self.id))
        if self.held_by == operator_id:
            return
        if self.held_by is not None and not take_over:
            raise HeldByAnother(str(self.held_by))
        self.record(
            facts.Claimed,
            at=at,
            operator_id=operator_id,
            district=district,
            from_operator=self.held_by,
        )

    def attend(self, *, operator_id: UUID, note: str, at: datetime) -> None:
        """Say what came of looking; what called for it leaves the board.

        An open emergency report stays there: it is answered as one.

        Raises:
            NothingToSee: nothing calls for a look.
        """
        if not self.concerns:
            raise NothingToSee(str(self.id))
        self.record(
            facts.Attended,
            at=at,
            citizen_id=self.citizen_id,
            operator_id=operator_id,
            attention=tuple(sorted(self.concerns)),
            note=note,
        )
