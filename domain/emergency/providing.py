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


class Place(StrEnum):
    """Whose place was given."""

    REPORTER = "reporter"
    INCIDENT = "incident"
    """Where it happens, as an operator put it on the map."""


class Given(Value):
    """One place among those that were given."""

    fix: FixQuality | None
    since: AwareDatetime
    """When it had come to us, or was put on the map."""

    def age_s(self, at: datetime) -> float:
        known_s = self.fix.age_s if self.fix and self.fix.age_s else 0.0
        return (at - self.since).total_seconds() + known_s


class Provision(Value):
    """One giving of a position, as it was sent; at least one place is in it."""

    delivery_id: UUID
    """Names it: sent again after a crash, it is the same provision."""
    recipient: Recipient
    request_id: UUID
    requested_by: UUID | None
    """None when the escalation asked by itself."""
    purpose: Purpose = Purpose.RESCUE
    reporter: Given | None
    incident: Given | None = None


class PositionProvided(Fact):
    """Where the citizen is, or where it happens, was given to somebody who is to help."""

    TOPIC: ClassVar[str] = "emergency.position_provided"
    SCHEMA: ClassVar[int] = 2

    citizen_id: UUID | None
    delivery_id: UUID
    recipient: Recipient
    request_id: UUID
    requested_by: UUID | None
    """The operator who asked for help; None when the escalation asked by itself."""
    purpose: Purpose
    places: tuple[Place, ...] = (Place.REPORTER,)
    """What was given. Not told in schema 1, where it was the reporter's alone."""
    fix: FixQuality | None
    """How well the reporter's was known; its `age_s` is the age when it came to us."""
    age_s: float | None
    """How old the reporter's was when it was given; None where it was not."""
    incident_fix: FixQuality | None = None
    incident_age_s: float | None = None
    """How long before an operator had put the incident's on the map."""


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
        reporter, incident = provision.reporter, provision.incident
        given = {Place.REPORTER: reporter, Place.INCIDENT: incident}
        self.record(
            PositionProvided,
            at=at,
            citizen_id=self.citizen_id,
            delivery_id=provision.delivery_id,
            recipient=provision.recipient,
            request_id=provision.request_id,
            requested_by=provision.requested_by,
            purpose=provision.purpose,
            places=tuple(place for place, one in given.items() if one is not None),
            fix=reporter.fix if reporter else None,
            age_s=reporter.age_s(at) if reporter else None,
            incident_fix=incident.fix if incident else None,
            incident_age_s=incident.age_s(at) if incident else None,
        )

    @applies(PositionProvided)
    def _position_provided(self, fact: PositionProvided) -> None:
        self.provided = self.provided | {fact.delivery_id}
