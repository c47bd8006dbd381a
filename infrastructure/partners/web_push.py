"""Web Push: RFC 8030, encrypted by RFC 8291, signed by RFC 8292 (VAPID)."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from application.errors import PartnerRefused, PartnerUnavailable
from application.text_routes import Gone, Throttled
from infrastructure.partners.push_encryption import encrypted

if TYPE_CHECKING:
    from application.ports import Clock
    from application.pushing import OutgoingPush
    from infrastructure.partners.breaker import Breaker

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256: FIPS 186-4, D.1.2.3."""
SIGNED_FOR: Final = timedelta(hours=12)
"""At most 24 hours: RFC 8292, 2."""
GONE: Final = frozenset({404, 410})
THROTTLED: Final = 429
RETRY_AFTER_MAX_S: Final = 60


class VapidKey:
    """By which push services know this house; its public half stands in every subscription."""

    def __init__(self, secret: bytes) -> None:
        """Make it of ``secret``, always the same one."""
        scalar = int.from_bytes(sha256(b"vapid" + secret).digest()) % (ORDER - 1) + 1
        self._vapid: Any = Vapid02(private_key=ec.derive_private_key(scalar, ec.SECP256R1()))

    @property
    def public(self) -> str:
        """As a browser wants it (``applicationServerKey``): base64url of 65 bytes."""
        numbers = self._vapid.public_key.public_numbers()
        point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, claims: dict[str, Any]) -> str:
        return str(self._vapid.sign(claims)["Authorization"])


class WebPush:
    """See ``application.pushing.PushPartner``.

    Args:
        key: our own.
        contact: whom a push service may write to, ``mailto:…`` or ``https://…``.
        clock: ours.
        timeout_s: limit of each step of a call.
        breaker: one for all services.
        keep_s: for how long a service keeps what it cannot bring.
    """

    def __init__(  # noqa: PLR0913 (a partner of many addresses)
        self,
        key: VapidKey,
        *,
        contact: str,
        clock: Clock,
        timeout_s: float,
        breaker: Breaker,
        keep_s: float,
    ) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # an address is a key to a device
        self._client = httpx.Client(timeout=timeout_s, limits=httpx.Limits(max_connections=16))
        self._key = key
        self._contact = contact
        self._clock = clock
        self._breaker = breaker
        self._keep_s = round(keep_s)

    def close(self) -> None:
        self._client.close()

    def push(self, outgoing: OutgoingPush) -> None:
        self._breaker.run(lambda: self._push(outgoing))

    def _push(self, outgoing: OutgoingPush) -> None:
        endpoint = outgoing.address.endpoint
        said = outgoing.model_dump(mode="json", exclude={"address"})
        try:
            content = encrypted(orjson.dumps(said), outgoing.address)
        except ValueError as error:
            raise PartnerRefused("cannot be encrypted for its receiver") from error
        headers = {
            "Authorization": self._authorization(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._keep_s),
            "Urgency": "high",
            # A repeat takes the place of what was not brought yet: RFC 8030, 5.4.
            "Topic": outgoing.message_id.hex,
        }
        try:
            response = self._client.post(endpoint, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise PartnerUnavailable(type(error).__name__) from error
        _must_be_taken(response)

    def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self._clock.now() + SIGNED_FOR).timestamp()),
            "sub": self._contact,
        }
        return self._key.authorization(claims)


def _must_be_taken(response: httpx.Response) -> None:
    status = response.status_code
    if status in GONE:
        raise Gone(f"answered {status}")
    if status == THROTTLED:
        asked = response.headers.get("Retry-After", "")
        wait_s = min(RETRY_AFTER_MAX_S, int(asked)) if asked.isdigit() else 1
        raise Throttled(timedelta(seconds=wait_s))
    if response.is_client_error:
        raise PartnerRefused(f"answered {status}")
    if not response.is_success:
        raise PartnerUnavailable(f"answered {status}")
