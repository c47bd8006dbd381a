"""A phone that may speak for a citizen."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import StringConstraints

from domain.base import Aggregate, DomainError, Fact, FirstFact, Value, applies
from domain.device_key import must_be_own
from domain.permission import Permission
from domain.platform import Platform

AppVersion = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}$")]


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


class Described(Fact):
    """What the device says of itself; the newest counts."""

    TOPIC: ClassVar[str] = "device.described"

    platform: Platform
    app_version: str
    granted: tuple[Permission, ...]
    """What its owner allows the app; all else is not granted."""
    bluetooth: bool
    """Whether it is switched on."""


class InUse(DomainError):
    """A phone takes the word of another one away, not its own: that would be a way to silence."""

    code: ClassVar[str] = "device.in_use"


class TooMany(DomainError):
    """So many phones speak for one citizen at most; take one back first."""

    code: ClassVar[str] = "device.too_many"


class Description(Value):
    """What a device says of itself."""

    platform: Platform
    app_version: AppVersion
    granted: tuple[Permission, ...] = ()
    bluetooth: bool = False


class Device(Aggregate):
    TOPIC = "device"

    citizen_id: UUID
    platform: Platform
    secret_sha256: str
    revoked: bool
    public_key: str | None = None
    described: Description | None = None

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
        """Sign with this key from now on; the same again changes nothing.

        Raises:
            KeyUnfit: everybody could sign with it.
        """
        must_be_own(public_key)
        if self.public_key != public_key:
            self.record(KeySet, at=at, public_key=public_key)

    def describe(self, description: Description, *, at: datetime) -> None:
        """Say what the device is and may do; the same once more changes nothing."""
        told = description.model_copy(update={"granted": tuple(sorted(set(description.granted)))})
        if told != self.described:
            self.record(Described, at=at, **dict(told))

    def knows(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_sha256, hashlib.sha256(secret.encode()).hexdigest())

    @applies(Enrolled)
    def _enrolled(self, fact: Enrolled) -> None:
        self.citizen_id = fact.citizen_id
        self.platform = fact.platform
        self.secret_sha256 = fact.secret_sha256
        self.revoked = False

    @applies(Described)
    def _described(self, fact: Described) -> None:
        self.platform = fact.platform
        self.described = Description(
            platform=fact.platform,
            app_version=fact.app_version,
            granted=fact.granted,
            bluetooth=fact.bluetooth,
        )

    @applies(KeySet)
    def _key_set(self, fact: KeySet) -> None:
        self.public_key = fact.public_key

    @applies(Revoked)
    def _revoked(self, _fact: Revoked) -> None:
        self.revoked = True
