"""Partners over HTTP: signed requests, an idempotency key, one time limit for the whole call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

import httpx
import orjson

from application import signing
from application.context import CORRELATION_HEADER
from application.errors import PartnerRefused, PartnerUnavailable
from application.text_routes import Throttled

if TYPE_CHECKING:
    from uuid import UUID

    from application.inspection.ports import CameraNotice
    from application.paging import PageRequest
    from application.partner_requests import HangUpRequest
    from application.ports import CallRequest, Clock, HelpRequest, StandDownRequest
    from infrastructure.partners.breaker import Breaker


class Message(Protocol):
    """What partners are sent: whatever names its delivery and the chain of its causes."""

    @property
    def delivery_id(self) -> UUID: ...
    @property
    def correlation_id(self) -> UUID: ...
    def model_dump_json(self) -> str: ...


TEMPORARY: Final = frozenset({408, 425})
"""Client errors that another attempt may mend (RFC 9110, RFC 8470)."""
THROTTLED: Final = 429
RETRY_AFTER_MAX_S: Final = 60


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

    def get(self, path: str, *, answer: str) -> str:
        """Ask for the field ``answer`` of what lies at ``path``; raises as ``post``."""
        return self._breaker.run(lambda: self._get(path, answer))

    def _get(self, path: str, answer: str) -> str:
        message = signing.Message("GET", path, b"")
        headers = {signing.HEADER: signing.sign(self._secret, message, at=self._clock.now())}
        try:
            response = self._client.get(path, headers=headers)
        except httpx.HTTPError as error:
            raise PartnerUnavailable(type(error).__name__) from error
        return _answer(response, answer)

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
    if status == THROTTLED:
        raise Throttled(_wait(response))
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


def _wait(response: httpx.Response) -> timedelta:
    """How long a provider that takes no more wants to be left alone."""
    asked = response.headers.get("Retry-After", "")
    return timedelta(seconds=min(RETRY_AFTER_MAX_S, int(asked)) if asked.isdigit() else 1)


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


class HttpNoticePartner:
    """Tells the police of what needs no car at once."""

    def __init__(self, client: PartnerClient, path: str) -> None:
        self._client = client
        self._path = path

    def tell(self, notice: CameraNotice) -> str:
        return self._client.post(self._path, notice, answer="reference")


class HttpPagePartner:
    """Calls people of the control rooms; the same provider as the citizens' calls."""

    def __init__(self, client: PartnerClient, path: str) -> None:
        self._client = client
        self._path = path

    def page(self, request: PageRequest) -> str:
        return self._client.post(self._path, request, answer="call_id")
