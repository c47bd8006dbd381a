"""Requests that a device signs with its own key: HTTP Message Signatures (RFC 9421), Ed25519.

One signature a request, over at least method, path and content digest (RFC 9530, SHA-256), with
``created``, ``nonce`` and ``keyid`` (the device's id, 32 hex digits).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from application.signing import BadSignature

COVERED_MIN: Final = frozenset({"@method", "@path", "content-digest"})
COVERED_MAX: Final = COVERED_MIN | {"@authority", "content-type", "idempotency-key"}
HEADER_CHARS_MAX: Final = 2048
INPUT: Final = re.compile(
    r"(?P<label>[a-z*][a-z0-9_.*-]*)=(?P<params>\((?P<covered>[^()]*)\)"
    r'(?P<attributes>(?:;[a-z]+=(?:"[^"\\]*"|\d{1,12}))+))'
)
ATTRIBUTE: Final = re.compile(r';([a-z]+)=(?:"([^"\\]*)"|(\d{1,12}))')
VALUE: Final = re.compile(r"(?P<label>[a-z*][a-z0-9_.*-]*)=:(?P<value>[A-Za-z0-9+/=]+):")
NONCE: Final = re.compile(r"[A-Za-z0-9_+/=.-]{16,128}")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is signed of a request; ``headers`` by their names in lower case."""

    method: str
    path: str
    authority: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, read but not verified."""

    device_id: UUID
    created: datetime
    nonce: str
    base: bytes
    """What was signed."""
    value: bytes

    def must_be_made_with(self, public_key: str) -> None:
        """Raises BadSignature: another key, or another request.

        Args:
            public_key: 32 bytes as hex digits.
        """
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
                self.value, self.base
            )
        except (InvalidSignature, ValueError) as error:
            raise BadSignature("another key or another request") from error


def signature_of(request: HttpRequest) -> Signature | None:
    """The signature that came with a request; None when none did.

    Raises:
        BadSignature: it cannot be read, covers too little, or belongs to another body.
    """
    given, value = request.headers.get("signature-input"), request.headers.get("signature")
    if given is None and value is None:
        return None
    told = _matched(INPUT, given)
    signed = _matched(VALUE, value)
    if told["label"] != signed["label"]:
        raise BadSignature("the two headers name different signatures")
    attributes = {
        name: text or number for name, text, number in ATTRIBUTE.findall(told["attributes"])
    }
    covered = re.findall(r'"([^"]*)"', told["covered"])
    if told["covered"] != " ".join(f'"{one}"' for one in covered):
        raise BadSignature("the covered components cannot be read")
    if not COVERED_MIN <= set(covered) <= COVERED_MAX or len(set(covered)) != len(covered):
        raise BadSignature("it covers too little, or what we do not know")
    if request.headers.get("content-digest") != digest_of(request.body):
        raise BadSignature("another body")
    if attributes.get("alg", "ed25519") != "ed25519":
        raise BadSignature("another algorithm")
    return Signature(
        device_id=_id(attributes.get("keyid", "")),
        created=_moment(attributes.get("created", "")),
        nonce=_matched(NONCE, attributes.get("nonce"))[0],
        base=_base(request, covered, told["params"]),
        value=_bytes(signed["value"]),
    )


def digest_of(body: bytes) -> str:
    """The value of ``Content-Digest``."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(request: HttpRequest, covered: list[str], params: str) -> bytes:
    """The signature base: RFC 9421, 2.5."""
    derived = {
        "@method": request.method.upper(),
        "@path": request.path,
        "@authority": request.authority.lower(),
    }
    lines = []
    for name in covered:
        value = derived.get(name) or request.headers.get(name)
        if value is None:
            raise BadSignature(f"{name} is covered and missing")
        lines.append(f'"{name}": {value.strip()}')
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()


def _matched(form: re.Pattern[str], text: str | None) -> re.Match[str]:
    found = form.fullmatch(text) if text is not None and len(text) <= HEADER_CHARS_MAX else None
    if found is None:
        raise BadSignature("a header is missing or cannot be read")
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        raise BadSignature("keyid is no device's id") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadSignature("no time is stated") from None


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise BadSignature("the signature is no base64") from None
