"""An exported case: the rows exactly as they were hashed, what was opened of them, and the proof.

The formats of the files are specified in docs/proof.md; the verifier that goes along reads them
without knowing anything of this code.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from domain.base import SealedPart
from domain.checkpoint import SignedCheckpoint

FACTS: Final = "facts.jsonl"
PERSONAL: Final = "personal.jsonl"
PROOFS: Final = "proofs.json"
CHECKPOINT: Final = "checkpoint.json"
PUBLIC_KEY: Final = "public_key.pem"
MANIFEST: Final = "manifest.json"
CLIPS: Final = "clip/"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of the log, every column as it is hashed, and the hash of the row before."""

    position: int
    aggregate_id: UUID
    version: int
    topic: str
    schema_version: int
    event_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    occurred_at: datetime | None
    received_at: datetime
    recorded_at: datetime
    open: str
    sealed: bytes | None
    previous: bytes
    hash: bytes
    parts: tuple[SealedPart, ...]
    """What ``sealed`` holds."""

    def line(self) -> Mapping[str, Any]:
        """The row's line of ``facts.jsonl``."""
        sealed = None if self.sealed is None else base64.b64encode(self.sealed).decode()
        return {
            "position": self.position,
            "aggregate_id": str(self.aggregate_id),
            "version": self.version,
            "topic": self.topic,
            "schema_version": self.schema_version,
            "event_id": str(self.event_id),
            "correlation_id": str(self.correlation_id),
            "causation_id": None if self.causation_id is None else str(self.causation_id),
            "actor": self.actor,
            "occurred_at": None if self.occurred_at is None else stamp(self.occurred_at),
            "received_at": stamp(self.received_at),
            "recorded_at": stamp(self.recorded_at),
            "open": self.open,
            "sealed": sealed,
            "previous": self.previous.hex(),
            "hash": self.hash.hex(),
        }


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """The personal values of one subject in one row; ``fields`` is None once erased."""

    position: int
    subject: UUID
    fields: Mapping[str, Any] | None

    def line(self) -> Mapping[str, Any]:
        """The part's line of ``personal.jsonl``."""
        place = {"position": self.position, "subject": str(self.subject)}
        if self.fields is None:
            return {**place, "erased": True}
        return {**place, "fields": self.fields}


@dataclass(frozen=True, slots=True)
class Case:
    """All that the papers of an exported case are written from."""

    report_id: UUID
    export_id: UUID
    exported_at: datetime
    exported_by: str
    reason: str
    recipient: str | None
    rows: Sequence[CaseRow]
    opened: Sequence[OpenedPart]
    signed: SignedCheckpoint
    key_id: str


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, always the same length."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    """JSON Lines."""
    return b"".join(_json(value) + b"\n" for value in values)


def proofs(size: int, root: str, paths: Mapping[int, Sequence[bytes]]) -> bytes:
    """``proofs.json``: for every position what leads from its leaf to the root."""
    content = {
        "format": "ansim-proofs-1",
        "size": size,
        "root": root,
        "proofs": [
            {"position": position, "path": [node.hex() for node in path]}
            for position, path in sorted(paths.items())
        ],
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def manifest_text(case: Case, files: Mapping[str, bytes]) -> bytes:
    """The text that is signed for the whole bundle: what it is, and every file's SHA-256."""
    return _json(
        {
            "format": "ansim-bundle-1",
            "report_id": str(case.report_id),
            "export_id": str(case.export_id),
            "exported_at": stamp(case.exported_at),
            "exported_by": case.exported_by,
            "checkpoint": case.signed.checkpoint.number,
            "facts": len(case.rows),
            "files": {name: sha256(content).hexdigest() for name, content in files.items()},
        }
    )


def signed_manifest(text: bytes, *, signature: bytes, public_key: bytes) -> bytes:
    """``manifest.json``, in the form of a signed checkpoint."""
    content = {
        "manifest": text.decode(),
        "public_key": base64.b64encode(public_key).decode(),
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def public_key_pem(public_key: bytes) -> bytes:
    """A raw Ed25519 public key as PEM (RFC 8410: twelve fixed bytes before the key)."""
    encoded = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + public_key).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n".encode()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
