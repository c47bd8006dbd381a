"""A phone that signs its requests: RFC 9421 as its own text has it, written apart from ours."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NONCE = "n-0123456789abcdef"


class SigningPhone:
    """A device and its private key, always the same one for a device."""

    def __init__(self, device_id: UUID, seed: bytes = b"phone") -> None:
        self.device_id = device_id
        self._key = Ed25519PrivateKey.from_private_bytes(
            hashlib.sha256(seed + device_id.bytes).digest()
        )

    @property
    def public_key(self) -> str:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def proof(self) -> str:
        return self._key.sign(b"ansim device key " + self.device_id.hex.encode()).hex()

    def headers(
        self, path: str, body: bytes, *, at: datetime, method: str = "POST", nonce: str = NONCE
    ) -> dict[str, str]:
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
        params = (
            '("@method" "@path" "content-digest")'
            f';created={int(at.timestamp())};keyid="{self.device_id.hex}";nonce="{nonce}"'
        )
        base = (
            f'"@method": {method}\n'
            f'"@path": {path}\n'
            f'"content-digest": {digest}\n'
            f'"@signature-params": {params}'
        )
        signature = base64.b64encode(self._key.sign(base.encode())).decode()
        return {
            "content-digest": digest,
            "signature-input": f"sig1={params}",
            "signature": f"sig1=:{signature}:",
        }
