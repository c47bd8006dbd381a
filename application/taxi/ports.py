"""What rides need from outside: the registry of taxis, and calls; nothing of it is stored."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from pydantic import Field

from domain.base import Value
from domain.geography import DistrictCode
from domain.taxi.vocabulary import TaxiVehicle


class PlateQuestion(Value):
    """Whose taxi is this? Says nothing of who asks, or where she is."""

    delivery_id: UUID
    """The same question carries the same id, however often it is sent."""
    correlation_id: UUID = Field(exclude=True)
    """Goes along in a header, not in the message."""
    check_id: UUID
    plate: str


class TaxiRegistry(Protocol):
    """Who runs the taxi with this plate."""

    def look_up(self, question: PlateQuestion) -> TaxiVehicle:
        """What the registry knows of a plate; `UNKNOWN` is an answer, too.

        Raises:
            PartnerRefused: it did not understand the question.
            PartnerUnavailable: nothing is known; ask again with the same id.
        """
        ...


class TaxiCallRequest(Value):
    """A call between the control room and somebody in a taxi."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    report_id: UUID
    """The ride: what the provider names the call's matter by."""
    district: DistrictCode
    phone: str
    language: str


class TaxiCalls(Protocol):
    def place(self, request: TaxiCallRequest) -> str:
        """Have the provider connect control room and citizen; returns the provider's call id.

        Repeats and errors as for ``HelpPartner``.
        """
        ...
