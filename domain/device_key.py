"""Which public keys can be a device's own: those that only one private key belongs to.

With a key of small order anybody can make a signature that fits, without a private key: RFC 8032
leaves it to the caller to refuse them, and so do most libraries.
"""

from __future__ import annotations

from typing import ClassVar, Final

from domain.base import DomainError

PRIME: Final = 2**255 - 19
SIGN: Final = 1 << 255
_SMALL: Final = (
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)
"""The y of all eight points whose order divides eight: libsodium, ``ge25519_has_small_order``
(ed25519_ref10.c); “Taming the many EdDSAs” (2020), table 1."""
SMALL_ORDER: Final = frozenset(int.from_bytes(bytes.fromhex(one), "little") for one in _SMALL)


class KeyUnfit(DomainError):
    """No device's own: everybody could sign with it, or it is no key at all."""

    code: ClassVar[str] = "device.key_unfit"


def must_be_own(public_key: str) -> None:
    """Refuse points of small order, and points that are written in another way than the one.

    Args:
        public_key: Ed25519, 32 bytes as hex digits.

    Raises:
        KeyUnfit: it cannot be a device's own.
    """
    y = int.from_bytes(bytes.fromhex(public_key), "little") & ~SIGN
    if y >= PRIME or y in SMALL_ORDER:
        raise KeyUnfit(public_key)
