"""The list of public keys that one trusts, and how a checkpoint is checked against it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer

from application.errors import ApplicationError
from domain.base import Value
from domain.checkpoint import Checkpoint, SignedCheckpoint, key_id_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT: Final = "ansim-key-1"
OVERLAP: Final = timedelta(hours=24)
"""How long a key stays trusted after its successor's beginning."""


class NotTrusted(ApplicationError):
    """Signed by nobody whom we trust, or wrongly, or outside the key's time."""

    code = "checkpoint_not_trusted"


def _written(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


Moment = Annotated[
    AwareDatetime, AfterValidator(lambda value: value.astimezone(UTC)), PlainSerializer(_written)
]


class Endorsement(Value):
    """One key's word for the next: its Ed25519 signature over ``endorsed``."""

    by: str = Field(pattern=r"^[0-9a-f]{16}$")
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")


class TrustedKey(Value):
    """A public key (hex) and the time within which it may seal.

    ``since`` None: from the beginning; ``until`` None: to this day.
    """

    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    since: Moment | None = None
    until: Moment | None = None
    endorsement: Endorsement | None = None

    @property
    def raw(self) -> bytes:
        return bytes.fromhex(self.public_key)

    @property
    def key_id(self) -> str:
        return key_id_of(self.raw)

    def covers(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def ending(self, at: datetime) -> TrustedKey:
        return self.model_copy(update={"until": at if self.until is None else min(self.until, at)})


class Trusted(Value):
    """Whose checkpoints are believed; ``origin`` names the one history that they are about."""

    origin: str
    keys: tuple[TrustedKey, ...] = Field(min_length=1)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read ``trusted.json``; raises ``ValueError`` when it is none."""
        return cls.model_validate_json(text)

    def to_json(self) -> bytes:
        return json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True).encode() + b"\n"

    def key(self, key_id: str) -> TrustedKey | None:
        return next((one for one in self.keys if one.key_id == key_id), None)

    def check(self, signed: SignedCheckpoint) -> Checkpoint:
        """The checkpoint, when a key of this list signed these bytes in its time.

        The public key that came along is never used.

        Raises:
            NotTrusted: says why.
            NotACheckpoint: the bytes are none.
        """
        checkpoint = signed.checkpoint
        key = self.key(checkpoint.key_id)
        which = f"checkpoint {checkpoint.number}"
        if key is None:
            raise NotTrusted(f"{which} is signed by {checkpoint.key_id}, whom nobody here trusts")
        if not verified(key.raw, signed.signature, signed.canonical):
            raise NotTrusted(f"{which} does not bear the signature of {checkpoint.key_id}")
        if not key.covers(checkpoint.sealed_at):
            raise NotTrusted(f"{which} was sealed outside the time of the key {checkpoint.key_id}")
        if checkpoint.origin != self.origin:
            raise NotTrusted(f"{which} is about {checkpoint.origin}, not about {self.origin}")
        return checkpoint

    def followed_by(self, key: TrustedKey, *, overlap: timedelta = OVERLAP) -> Trusted:
        """This list with one key more, which one of its keys has endorsed.

        Raises:
            NotTrusted: none has.
        """
        if self.key(key.key_id) is not None:
            return self
        by = self.key(key.endorsement.by) if key.endorsement else None
        if key.endorsement is None or by is None or key.since is None:
            raise NotTrusted(f"the key {key.key_id} is endorsed by nobody whom this list trusts")
        content = endorsed(key.raw, by=by.key_id, origin=self.origin, since=key.since)
        if not verified(by.raw, bytes.fromhex(key.endorsement.signature), content):
            raise NotTrusted(f"the key {key.key_id} does not bear the endorsement of {by.key_id}")
        if not by.covers(key.since):
            raise NotTrusted(f"{by.key_id} endorsed {key.key_id} outside its time")
        ends = key.since + overlap
        keys = (one.ending(ends) if one is by else one for one in self.keys)
        return Trusted(origin=self.origin, keys=(*keys, key))


def endorsed(new: bytes, *, by: str, origin: str, since: datetime) -> bytes:
    """What a key signs to endorse the next one: JSON with sorted keys and no spaces."""
    said = {
        "endorsed_by": by,
        "format": FORMAT,
        "from": _written(since.astimezone(UTC)),
        "key_id": key_id_of(new),
        "origin": origin,
        "public_key": new.hex(),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def verified(public_key: bytes, signature: bytes, content: bytes) -> bool:
    """Whether the raw Ed25519 key made this signature over exactly these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def raw_public_key(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
