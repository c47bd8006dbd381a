"""A phone that may speak for a citizen."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import StringConstraints

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.platform import Platform


class Enrolled(FirstFact):
    TOPIC: ClassVar[str] = "device.enrolled"

    citizen_id: UUID
    platform: Platform
    secret_sha256: str
    """Of a random 256-bit secret, so the hash alone gives nothing away."""


class Revoked(Fact):
    TOPIC: ClassVar[str] = "device.revoked"


class KeySet(Fact):
    """The device signs its requests with this key from now on."""

    TOPIC: ClassVar[str] = "device.key_set"

    public_key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Ed25519, 32 bytes as hex digits."""


class Device(Aggregate):
    TOPIC = "device"

    citizen_id: UUID
    platform: Platform
    secret_sha256: str
    revoked: bool
    public_key: str | None = None

    @classmethod
    def enroll(
        cls, *, device_id: UUID, citizen_id: UUID, platform: Platform, secret: str, at: datetime
    ) -> Self:
        return cls.begin(
            Enrolled,
            id=device_id,
            at=at,
            citizen_id=citizen_id,
            platform=platform,
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        )

    def revoke(self, *, at: datetime) -> None:
        """Take the device's word away; twice is once."""
        if not self.revoked:
            self.record(Revoked, at=at)

    def set_key(self, public_key: str, *, at: datetime) -> None:
        """Sign with this key from now on; the same again changes nothing."""
        if self.public_key != public_key:
            self.record(KeySet, at=at, public_key=public_key)

    def knows(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_sha256, hashlib.sha256(secret.encode()).hexdigest())

    @applies(Enrolled)
    def _enrolled(self, fact: Enrolled) -> None:
        self.citizen_id = fact.citizen_id
        self.platform = fact.platform
        self.secret_sha256 = fact.secret_sha256
        self.revoked = False

    @applies(KeySet)
    def _key_set(self, fact: KeySet) -> None:
        self.public_key = fact.public_key

    @applies(Revoked)
    def _revoked(self, _fact: Revoked) -> None:
        self.revoked = True
