"""An emergency within a ride: by her own word, or by an operator who fears for her.

Nothing sounds near her, unless the operator wants it: a driver may be listening.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from application.context import Context
from application.emergency.raising_for import AlarmFor, Alarms
from application.safe_return import Receipt
from application.taxi.base import TripDesk
from application.taxi.commands import RaiseFromTaxi
from domain.taxi import TaxiTrip
from domain.taxi.refusals import TripOver


class AlarmDesk(TripDesk):
    """Raises reports through the desk of the emergency, which names the ride in the same append."""

    def __init__(self, *desk: Any, alarms: Alarms, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._alarms = alarms

    def raise_emergency(self, command: RaiseFromTaxi, context: Context) -> Receipt:
        """Raise an emergency report for her, or join her open one. Names the report.

        Raises:
            Forbidden: the ride is another district's.
            TripOver: she is no longer in a taxi that is watched.
        """
        trip = self._watched(command.trip_id, context)
        if trip.over:
            raise TripOver(str(trip.id))
        report_id = self._raise_for(trip, str(trip.version), context, silent=command.silent)
        return Receipt(aggregate_id=report_id)

    def _raise_for(self, trip: TaxiTrip, trigger: str, context: Context, *, silent: bool) -> UUID:
        """With what is known of where she is."""
        at = self._clock.now()
        since = at - timedelta(seconds=self._policy.live_positions_s)
        track = self._tracks.recent(trip.id, trip.citizen_id, since)
        seen = [one for one in track if one.usable(self._policy)]
        last = seen[-1] if seen else None
        alarm = AlarmFor(
            citizen_id=trip.citizen_id,
            trigger_id=f"taxi:{trip.id}:{trigger}",
            language=trip.language,
            silent=silent,
            district=last.district if last else trip.district,
            cell=last.cell if last else trip.cell,
            fix=last.quality.model_copy(update={"age_s": last.age_s(at)}) if last else trip.fix,
            position=last.position if last else None,
        )
        return self._alarms.raise_for(alarm, context).report_id
