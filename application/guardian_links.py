"""What guardians get, and what is kept nowhere: their codes, and the links to their own page.

Both are made anew whenever they are needed, of ids and a secret of the house: nobody who reads the
log can confirm a guardian, or speak for one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from binascii import Error as NotBase64
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from application.errors import Unauthenticated

ID_BYTES: Final = 16
MAC_BYTES: Final = 16
"""128 bits: as long as what it guards."""


class GuardianRole(StrEnum):
    """For whom a link speaks."""

    GUARDIAN = "g"
    LEGAL_GUARDIAN = "l"


class Link(NamedTuple):
    """Who holds it, of which member."""

    role: GuardianRole
    citizen_id: UUID
    guardian_id: UUID


class GuardianLinks:
    """Codes and links.

    Args:
        secret: with another one, codes that are out and links that were sent are worth nothing.
        address: where the pages are, as guardians reach them.
    """

    def __init__(self, secret: bytes, *, address: str) -> None:
        self._secret = secret
        self._address = address.rstrip("/")

    def code(self, guardian_id: UUID, number: int, *, digits: int) -> str:
        """The code of this number for this guardian."""
        drawn = int.from_bytes(self._mac(f"code:{guardian_id}:{number}")[:8])
        return str(drawn % 10**digits).zfill(digits)

    def code_hash(self, guardian_id: UUID, code: str) -> str:
        """What a fact may hold of a code."""
        return self._mac(f"hash:{guardian_id}:{code}").hex()

    def link(self, link: Link) -> str:
        """The address of the guardian's own page."""
        return f"{self._address}/g/{self.token(link)}"

    def token(self, link: Link) -> str:
        """What shows who holds the link; good as long as there is such a guardian."""
        body = link.role.encode() + link.citizen_id.bytes + link.guardian_id.bytes
        return base64.urlsafe_b64encode(body + self._signed(body)).decode().rstrip("=")

    def read(self, token: str | None) -> Link:
        """Whose link it is; raises Unauthenticated."""
        try:
            text = (token or "").encode()
            raw = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (NotBase64, ValueError):
            raw = b""
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if len(body) != 1 + 2 * ID_BYTES or not hmac.compare_digest(self._signed(body), mac):
            raise Unauthenticated("no link of ours")
        return Link(
            role=GuardianRole(body[:1].decode()),
            citizen_id=UUID(bytes=body[1 : 1 + ID_BYTES]),
            guardian_id=UUID(bytes=body[1 + ID_BYTES :]),
        )

    def _signed(self, body: bytes) -> bytes:
        return self._mac(f"link:{body.hex()}")[:MAC_BYTES]

    def _mac(self, text: str) -> bytes:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()
