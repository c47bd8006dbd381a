"""Partners over HTTP: signed requests, an idempotency key, one time limit for the whole call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx
import orjson

from application import signing
from application.context import CORRELATION_HEADER
from application.errors import PartnerRefused, PartnerUnavailable

if TYPE_CHECKING:
    from application.paging import PageRequest
    from application.partner_requests import HangUpRequest, TextRequest
    from application.ports import CallRequest, Clock, HelpRequest, StandDownRequest
    from infrastructure.partners.breaker import Breaker

    Message = (
        HelpRequest | CallRequest | StandDownRequest | HangUpRequest | TextRequest | PageRequest
    )

TEMPORARY: Final = frozenset({408, 425, 429})
"""Client errors that another attempt may mend (RFC 9110, RFC 8470, RFC 6585)."""


class PartnerClient:
    """Sends signed requests to one partner.

    Args:
        base_url: without a path.
        secret: shared with the partner.
        timeout_s: limit of each step of a call: connecting, sending, each wait for bytes.
    """

    def __init__(
        self, base_url: str, *, secret: bytes, clock: Clock, timeout_s: float, breaker: Breaker
    ) -> None:
        self._client = httpx.Client(
            base_url=base_url, timeout=timeout_s, limits=httpx.Limits(max_connections=32)
        )
        self._secret = secret
        self._clock = clock
        self._breaker = breaker

    def close(self) -> None:
        self._client.close()

    def post(self, path: str, request: Message, *, answer: str) -> str:
        """Send the request; returns the field ``answer`` of what comes back.

        Raises:
            PartnerRefused: the partner said no.
            PartnerUnavailable: no answer, a server's error, or an answer without the field.
        """
        return self._breaker.run(lambda: self._post(path, request, answer))

    def _post(self, path: str, request: Message, answer: str) -> str:
        content = request.model_dump_json().encode()
        message = signing.Message("POST", path, content)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(request.delivery_id),
            CORRELATION_HEADER: str(request.correlation_id),
            signing.HEADER: signing.sign(self._secret, message, at=self._clock.now()),
        }
        try:
            response = self._client.post(path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise PartnerUnavailable(type(error).__name__) from error
        return _answer(response, answer)


def _answer(response: httpx.Response, field: str) -> str:
    status = response.status_code
    if response.is_client_error and status not in TEMPORARY:
        raise PartnerRefused(f"answered {status}")
    if not response.is_success:
        raise PartnerUnavailable(f"answered {status}")
    try:
        value = orjson.loads(response.content)[field]
    except (ValueError, TypeError, KeyError) as error:
        raise PartnerUnavailable(f"answered {status} without {field}") from error
    if not isinstance(value, str) or not value:
        raise PartnerUnavailable(f"answered {status} with an unusable {field}")
    return value


class HttpHelpPartner:
    """The police or the ambulance; ``at`` tells which: ``/police`` or ``/ambulance``."""

    def __init__(self, client: PartnerClient, at: str) -> None:
        self._client = client
        self._at = at

    def request(self, request: HelpRequest) -> str:
        return self._client.post(f"{self._at}/requests", request, answer="reference")

    def stand_down(self, request: StandDownRequest) -> str:
        return self._client.post(f"{self._at}/stand-downs", request, answer="reference")


class HttpCallPartner:
    def __init__(self, client: PartnerClient, path: str) -> None:
        self._client = client
        self._path = path

    def place(self, request: CallRequest) -> str:
        return self._client.post(self._path, request, answer="call_id")

    def hang_up(self, request: HangUpRequest) -> str:
        return self._client.post(f"{self._path}/hang-ups", request, answer="call_id")


class HttpTextPartner:
    def __init__(self, client: PartnerClient, path: str) -> None:
        self._client = client
        self._path = path

    def send(self, request: TextRequest) -> str:
        return self._client.post(self._path, request, answer="reference")


class HttpPagePartner:
    """Calls people of the control rooms; the same provider as the citizens' calls."""

    def __init__(self, client: PartnerClient, path: str) -> None:
        self._client = client
        self._path = path

    def page(self, request: PageRequest) -> str:
        return self._client.post(self._path, request, answer="call_id")
