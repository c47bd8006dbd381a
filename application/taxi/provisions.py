"""A guardian was given a place: kept in the ride's facts together with the message's own.

Location Information Act, art. 19: each provision is recorded, and told to the citizen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.message import Message, RecipientKind
from domain.message_routing import HandedOver
from domain.taxi import TaxiTrip
from domain.taxi.vocabulary import TaxiProvision, TaxiPurpose

PURPOSES: Final = {
    "taxi.boarded": TaxiPurpose.BOARDING,
    "taxi.boarded_no_plate": TaxiPurpose.BOARDING,
    "taxi.alighted": TaxiPurpose.ALIGHTING,
    "taxi.alighted_no_plate": TaxiPurpose.ALIGHTING,
}


def provided_with(app: SafeReturn, message: Message, at: datetime) -> Sequence[Aggregate]:
    """The ride with the provision that this message is as it leaves; nothing for others."""
    purpose = PURPOSES.get(message.phrase)
    left = any(isinstance(fact, HandedOver) for fact in message.pending_events)
    if not left or purpose is None or message.recipient.kind is not RecipientKind.GUARDIAN:
        return ()
    trip = app.find(TaxiTrip, message.about)
    if trip is None:
        return ()
    fix = trip.boarded_fix if purpose is TaxiPurpose.BOARDING else trip.alighted_fix
    since = trip.boarded_at if purpose is TaxiPurpose.BOARDING else trip.ended_at
    known = fix is not None and since is not None
    trip.provide_position(
        TaxiProvision(
            guardian_id=message.recipient.recipient_id,
            message_id=message.id,
            purpose=purpose,
            fix=fix,
            age_s=max(0.0, (at - since).total_seconds()) if known and since else None,
        ),
        at=at,
    )
    return (trip,)
