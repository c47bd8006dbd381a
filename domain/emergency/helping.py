"""Those whom a report brings in: the police, an ambulance, and who was asked to reach her.

Partners answer late, twice, in any order and after the end; what they say of a request
that was made is kept, once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from domain.emergency import facts, refusals
from domain.emergency.conversing import Conversing
from domain.emergency.vocabulary import PartnerChannel


class Helping(Conversing):
    """Requests for help, and what becomes of them. Every method may refuse."""

    def request_police(self, *, operator_id: UUID, at: datetime) -> None:
        """Ask the police (112) for a car; while a request waits for its answer, it stands.

        An operator's request is made even when the escalation has asked by itself: now
        somebody has looked.

        Raises:
            DrillHasNoPartner: drills reach nobody.
            InWindow, NotOpen, AlreadyResolved: nobody acts on it now.
        """
        self._must_reach_partners()
        if not any(asked.pending and asked.assessed for asked in self.police.values()):
            self._ask_police(operator_id=operator_id, at=at)

    def _ask_police(self, *, operator_id: UUID | None, at: datetime) -> None:
        self.record(
            facts.PoliceRequested,
            at=at,
            request_id=uuid5(self.id, f"police/{len(self.police) + 1}"),
            operator_id=operator_id,
            unassessed=operator_id is None,
        )

    def police_acknowledged(self, *, request_id: UUID, reference: str, at: datetime) -> None:
        """The police took the request under their ``reference``; the first one stands."""
        if request_id not in self.police:
            raise refusals.NotRequested(str(request_id))
        if self.police[request_id].reference is None:
            self.record(facts.PoliceAcknowledged, at=at, request_id=request_id, reference=reference)

    def patrol_arrived(
        self, *, reference: str, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        """A car is there; may be heard before the acknowledgement, and after the end."""
        if not self.police:
            raise refusals.NotRequested(reference)
        if reference not in self.patrols:
            self.record(facts.PatrolArrived, at=at, occurred_at=occurred_at, reference=reference)

    def request_ambulance(self, *, operator_id: UUID, at: datetime) -> None:
        """Ask for an ambulance (119); as for the police."""
        self._must_reach_partners()
        if not any(asked.pending for asked in self.ambulances.values()):
            self.record(
                facts.AmbulanceRequested,
                at=at,
                request_id=uuid5(self.id, f"ambulance/{len(self.ambulances) + 1}"),
                operator_id=operator_id,
            )

    def ambulance_acknowledged(self, *, request_id: UUID, reference: str, at: datetime) -> None:
        if request_id not in self.ambulances:
            raise refusals.NotRequested(str(request_id))
        if self.ambulances[request_id].reference is None:
            self.record(
                facts.AmbulanceAcknowledged, at=at, request_id=request_id, reference=reference
            )

    def ambulance_arrived(
        self, *, reference: str, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        if not self.ambulances:
            raise refusals.NotRequested(reference)
        if reference not in self.ambulances_arrived:
            self.record(facts.AmbulanceArrived, at=at, occurred_at=occurred_at, reference=reference)

    def partner_unreachable(
        self, *, channel: PartnerChannel, delivery_id: UUID, code: str, at: datetime
    ) -> None:
        """A delivery was given up: somebody must reach the partner another way."""
        if not self._has_asked(channel):
            raise refusals.NotRequested(channel)
        if delivery_id not in self.unreachable:
            self.record(
                facts.PartnerUnreachable,
                at=at,
                channel=channel,
                delivery_id=delivery_id,
                code=code,
            )

    def _has_asked(self, channel: PartnerChannel) -> bool:
        asked = {
            PartnerChannel.POLICE: bool(self.police),
            PartnerChannel.AMBULANCE: bool(self.ambulances),
            PartnerChannel.CALL: self.calling,
            PartnerChannel.POLICE_STAND_DOWN: bool(self.police),
            PartnerChannel.AMBULANCE_STAND_DOWN: bool(self.ambulances),
            PartnerChannel.HANG_UP: bool(self.calls_withdrawn),
            PartnerChannel.TEXT: bool(self.texted),
            PartnerChannel.PAGE: True,
        }
        return asked[channel]

    def _must_reach_partners(self) -> None:
        if self.drill:
            raise refusals.DrillHasNoPartner(str(self.id))
        self._must_live()
