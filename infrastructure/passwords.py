"""Passwords are kept as argon2id hashes (RFC 9106)."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class Argon2Passwords:
    """RFC 9106's second recommended set: 64 MiB, 3 passes, 4 lanes; some 50 ms a check."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


PINS_AT_ONCE: Final = 2


class Argon2Pins(Argon2Passwords):
    """OWASP's smallest set: 19 MiB, 2 passes, 1 lane; some 15 ms a check.

    The hashes are sealed, and no cost would save four digits from whoever had them open. A few at
    a time, so that a burst of cancels leaves the machine to the triggers.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._turns = BoundedSemaphore(PINS_AT_ONCE)

    def hash(self, password: str) -> str:
        with self._turns:
            return super().hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        with self._turns:
            return super().verify(hashed, password)
