"""A position leaves the house for somebody's help; that it did is a fact, so that nobody forgets.

Location Information Act: every provision is recorded with recipient, time and purpose, and on
requests to the police with who asked. The position itself stands nowhere in this.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, Value, applies
from domain.emergency.refusals import NotRequested
from domain.emergency.state import EmergencyState
from domain.geography import FixQuality


class Recipient(StrEnum):
    """To whom a position was given."""

    POLICE = "police"
    AMBULANCE = "ambulance"


class Purpose(StrEnum):
    """What it was given for."""

    RESCUE = "rescue"


class Provision(Value):
    """One giving of a position, as it was sent."""

    delivery_id: UUID
    """Names it: sent again after a crash, it is the same provision."""
    recipient: Recipient
    request_id: UUID
    requested_by: UUID | None
    """None when the escalation asked by itself."""
    purpose: Purpose = Purpose.RESCUE
    fix: FixQuality | None
    received_at: AwareDatetime
    """When the position had come to us."""


class PositionProvided(Fact):
    """The citizen's position was given to somebody who is to help."""

    TOPIC: ClassVar[str] = "emergency.position_provided"

    citizen_id: UUID | None
    delivery_id: UUID
    recipient: Recipient
    request_id: UUID
    requested_by: UUID | None
    """The operator who asked for help; None when the escalation asked by itself."""
    purpose: Purpose
    fix: FixQuality | None
    """How well the position was known; its `age_s` is the age when it came to us."""
    age_s: float
    """How old the position was when it was given."""


class Providing(EmergencyState):
    """At any stage: an answer may come after the end."""

    provided: frozenset[UUID] = frozenset()
    """By delivery."""

    def provide_position(self, provision: Provision, *, at: datetime) -> None:
        """Keep that the position was given; told twice, it is kept once.

        Raises:
            NotRequested: this report never asked the recipient for help.
        """
        asked = self.police if provision.recipient is Recipient.POLICE else self.ambulances
        if provision.request_id not in asked:
            raise NotRequested(str(provision.request_id))
        if provision.delivery_id in self.provided:
            return
        known_s = provision.fix.age_s if provision.fix and provision.fix.age_s else 0.0
        self.record(
            PositionProvided,
            at=at,
            citizen_id=self.citizen_id,
            delivery_id=provision.delivery_id,
            recipient=provision.recipient,
            request_id=provision.request_id,
            requested_by=provision.requested_by,
            purpose=provision.purpose,
            fix=provision.fix,
            age_s=(at - provision.received_at).total_seconds() + known_s,
        )

    @applies(PositionProvided)
    def _position_provided(self, fact: PositionProvided) -> None:
        self.provided = self.provided | {fact.delivery_id}
