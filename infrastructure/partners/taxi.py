"""The registry of taxis, and calls into them, over HTTP by signed requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.errors import PartnerUnavailable
from domain.taxi.vocabulary import TaxiVehicle

if TYPE_CHECKING:
    from application.taxi.ports import PlateQuestion, TaxiCallRequest
    from infrastructure.partners.http import PartnerClient

LOOK_UPS: Final = "/taxi-registry/look-ups"
CALLS: Final = "/taxi-calls"


class HttpTaxiRegistry:
    """See ``application.taxi.ports.TaxiRegistry``; how long it waits, the client knows."""

    def __init__(self, client: PartnerClient) -> None:
        self._client = client

    def look_up(self, question: PlateQuestion) -> TaxiVehicle:
        said = self._client.post(LOOK_UPS, question, answer="vehicle")
        try:
            return TaxiVehicle(said)
        except ValueError:
            raise PartnerUnavailable("the answer cannot be read") from None


class HttpTaxiCalls:
    """See ``application.taxi.ports.TaxiCalls``."""

    def __init__(self, client: PartnerClient) -> None:
        self._client = client

    def place(self, request: TaxiCallRequest) -> str:
        return self._client.post(CALLS, request, answer="call_id")
