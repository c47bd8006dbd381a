"""A push service (RFC 8030): it checks who sends, and cannot read what."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from starlette.responses import Response

from application.outbox import Channel
from interfaces.partners.behaviour import Mood, new_reference
from interfaces.partners.callbacks import now
from interfaces.partners.journal import Entry

if TYPE_CHECKING:
    from starlette.requests import Request

    from interfaces.partners.behaviour import Behaviour
    from interfaces.partners.journal import Journal

BYTES_MAX: Final = 4096
DAY_S: Final = 86_400
HANGING_S: Final = 60.0
ANSWERS: Final = {Mood.FAIL: 503, Mood.REFUSE: 400, Mood.GONE: 410, Mood.THROTTLE: 429}
WRONG: Final = (ValueError, KeyError, TypeError, InvalidSignature)


async def take_push(request: Request, behaviour: Behaviour, journal: Journal) -> Response:
    """Keep what came for one subscription, if its sender may send."""
    body = await request.body()
    origin = f"{request.url.scheme}://{request.url.netloc}"
    try:
        _verify(request.headers.get("Authorization", ""), origin)
    except WRONG:
        return Response(status_code=403)
    if request.headers.get("Content-Encoding") != "aes128gcm" or "TTL" not in request.headers:
        return Response(status_code=400)
    if len(body) > BYTES_MAX:
        return Response(status_code=413)
    mood = behaviour.next_mood()
    if mood in ANSWERS:
        return Response(status_code=ANSWERS[mood], headers={"Retry-After": "2"})
    entry = Entry(
        received_at=now(),
        channel=Channel.MESSAGE,
        idempotency_key=new_reference(Channel.MESSAGE),
        body={
            "route": "push",
            "token": request.path_params["token"],
            "topic": request.headers.get("Topic"),
            "content": base64.b64encode(body).decode(),
        },
        reference=new_reference(Channel.MESSAGE),
    )
    journal.take_in(entry)
    if mood is Mood.HANG:
        await asyncio.sleep(HANGING_S)
    return Response(status_code=201, headers={"Location": f"{origin}/pushed/{entry.reference}"})


def _verify(authorization: str, origin: str) -> None:
    """Who signs is whoever has the key that she names: RFC 8292, 4.

    Raises:
        One of ``WRONG``.
    """
    scheme, _, rest = authorization.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    signed, _, signature = fields["t"].rpartition(".")
    claims = orjson.loads(_decoded(signed.partition(".")[2]))
    ahead_s = claims["exp"] - now().timestamp()
    if scheme.lower() != "vapid" or claims["aud"] != origin or not 0 < ahead_s <= DAY_S:
        raise ValueError("not for this service, or not now")
    raw = _decoded(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(fields["k"]))
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
