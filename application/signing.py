"""How the house and its partners sign what they send each other.

``Ansim-Signature: t=<unix seconds>,v1=<hex>`` where ``v1`` is HMAC-SHA256 under the shared
secret over ``t``, method, path and body. A signature is good for 300 s; a repeat within that
time meets the idempotency key of the request and does nothing new.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from application.errors import Unauthenticated

HEADER = "Ansim-Signature"
VALID_S = 300


class BadSignature(Unauthenticated):
    """The signature is missing, malformed, too old, or not made with the shared secret."""

    code: ClassVar[str] = "bad_signature"


@dataclass(frozen=True, slots=True)
class Message:
    """What is signed of a request; ``path`` without the query."""

    method: str
    path: str
    body: bytes


def sign(secret: bytes, message: Message, *, at: datetime) -> str:
    """The header's value for one request sent at ``at``."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(secret, seconds, message)}"


def verify(secret: bytes, message: Message, signature: str | None, *, at: datetime) -> None:
    """Accept the signature of a request received at ``at``.

    Raises:
        BadSignature: nothing in the request can be trusted.
    """
    parts = dict(part.partition("=")[::2] for part in (signature or "").split(","))
    stated = parts.get("t", "")
    if not (stated.isascii() and stated.isdigit()) or len(stated) > len("99999999999"):
        raise BadSignature("no time is stated")
    seconds = int(stated)
    wanted = _digest(secret, seconds, message)
    if not hmac.compare_digest(wanted.encode(), parts.get("v1", "").encode()):
        raise BadSignature("another secret or another request")
    if abs(at.timestamp() - seconds) > VALID_S:
        raise BadSignature("too old, or from a clock far ahead")


def password(secret: bytes, purpose: str) -> str:
    """A password made of the shared secret, for protocols that take eight characters (SMPP)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).hexdigest()[:8]


def _digest(secret: bytes, seconds: int, message: Message) -> str:
    head = f"{seconds}\n{message.method.upper()}\n{message.path}\n"
    return hmac.new(secret, head.encode() + message.body, hashlib.sha256).hexdigest()
