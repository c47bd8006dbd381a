"""A checkpoint: what the log and the access records were at one moment, in one line of bytes.

The bytes are signed, so there is exactly one way to write a checkpoint: JSON with sorted keys, no
spaces, UTF-8. Whatever reads otherwise is refused, even if it means the same.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal, Self

from pydantic import Field, ValidationError, field_validator

from domain.base import DomainError, Value

FORMAT: Final = "ansim-checkpoint-1"
NOTHING: Final = "0" * 64
"""The head of an empty tree, and what the first checkpoint names as its predecessor."""
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
HEX_32: Final = r"^[0-9a-f]{64}$"
KEY_ID: Final = r"^[0-9a-f]{16}$"
SIZE_MAX: Final = 2**63 - 1
MEMBERS: Final = {"checkpoint": "canonical", "public_key": "public_key", "signature": "signature"}
"""Of a signed checkpoint's file, and where each is kept."""


class NotACheckpoint(DomainError):
    """The bytes are not the one form in which a checkpoint is written."""

    code = "not_a_checkpoint"


class TreeHead(Value):
    """One tree: how many rows, their Merkle root, and the chain hash of the last one, in hex."""

    size: int = Field(ge=0, le=SIZE_MAX, strict=True)
    root: str = Field(pattern=HEX_32)
    head: str = Field(pattern=HEX_32)


class Checkpoint(Value):
    """``previous`` is the SHA-256 of the checkpoint before; ``number`` counts from 1."""

    format: Literal["ansim-checkpoint-1"] = FORMAT
    origin: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")
    number: int = Field(ge=1, le=SIZE_MAX, strict=True)
    previous: str = Field(pattern=HEX_32)
    sealed_at: datetime
    facts: TreeHead
    access: TreeHead
    key_id: str = Field(pattern=KEY_ID)

    @field_validator("sealed_at", mode="before")
    @classmethod
    def _one_form_of_moment(cls, value: Any) -> Any:
        if isinstance(value, str) and not MOMENT.fullmatch(value):
            raise ValueError("a moment is written as 2026-11-22T03:00:00.000000Z")
        return value

    @field_validator("sealed_at")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("a moment has a zone")
        return value.astimezone(UTC)

    def canonical(self) -> bytes:
        """The bytes that are signed."""
        content = self.model_dump() | {
            "sealed_at": self.sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()

    def digest(self) -> str:
        """What the next checkpoint names as ``previous``."""
        return sha256(self.canonical()).hexdigest()

    @classmethod
    def parse(cls, canonical: bytes) -> Self:
        """Read the signed bytes.

        Raises:
            NotACheckpoint: they are anything but what ``canonical`` would write.
        """
        try:
            checkpoint = cls.model_validate(json.loads(canonical))
        except (ValueError, RecursionError) as error:
            raise NotACheckpoint(f"not a checkpoint: {_first_line(error)}") from None
        if checkpoint.canonical() != canonical:
            raise NotACheckpoint("not a checkpoint: its bytes are not in canonical form")
        return checkpoint


class SignedCheckpoint(Value):
    """Canonical bytes, Ed25519 signature, and the public key that it is said to be by.

    The key that comes along is a hint; whoever verifies takes it from a list of its own.
    """

    canonical: bytes
    signature: bytes = Field(min_length=64, max_length=64)
    public_key: bytes = Field(min_length=32, max_length=32)

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.canonical)

    def to_json(self) -> bytes:
        """The file's content: one JSON object, sorted keys, a line feed at the end."""
        content = {
            "checkpoint": self.canonical.decode(),
            "public_key": base64.b64encode(self.public_key).decode(),
            "signature": base64.b64encode(self.signature).decode(),
        }
        return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read such a file.

        Raises:
            NotACheckpoint: it is none, or what it holds is none.
        """
        try:
            signed = cls(
                **{
                    MEMBERS[name]: value.encode() if name == "checkpoint" else _unbase64(value)
                    for name, value in json.loads(text).items()
                }
            )
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
            raise NotACheckpoint(f"not a signed checkpoint: {_first_line(error)}") from None
        Checkpoint.parse(signed.canonical)
        return signed


def key_id_of(public_key: bytes) -> str:
    """The short name of a raw 32-byte Ed25519 public key."""
    return sha256(public_key).hexdigest()[:16]


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("it is not base64") from error


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return f"{where}: {first['msg']}"
    return str(error).splitlines()[0]
