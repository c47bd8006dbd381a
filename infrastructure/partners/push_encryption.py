"""Message encryption for Web Push: RFC 8291 upon RFC 8188, from primitives of ``cryptography``."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from domain.push import PushAddress

RECORD_BYTES: Final = 4096
LAST: Final = b"\x02"
"""Delimits the last record, which is the only one here: RFC 8188, 2."""
PLAIN_BYTES_MAX: Final = 3993
"""What fits into what every push service must take: RFC 8291, 4."""


def encrypted(
    plain: bytes,
    address: PushAddress,
    *,
    own_key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """One record that only the receiver can read.

    Args:
        plain: at most ``PLAIN_BYTES_MAX``.
        address: whose keys it is for.
        own_key: ours, for this message alone; None: a new one.
        salt: 16 bytes; None: new ones.

    Raises:
        ValueError: the address has no keys, or the message is too long.
    """
    if len(plain) > PLAIN_BYTES_MAX:
        raise ValueError(f"{len(plain)} bytes are too many")
    salt = salt or os.urandom(16)
    own_key = own_key or ec.generate_private_key(ec.SECP256R1())
    theirs = decoded(address.p256dh)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    ours = own_key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = own_key.exchange(ec.ECDH(), receiver)
    info = b"WebPush: info\0" + theirs + ours
    secret = _derived(shared, salt=decoded(address.auth), info=info, length=32)
    key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    head = salt + RECORD_BYTES.to_bytes(4) + bytes((len(ours),)) + ours
    return head + AESGCM(key).encrypt(nonce, plain + LAST, None)


def decoded(text: str) -> bytes:
    """base64url, with or without padding."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
