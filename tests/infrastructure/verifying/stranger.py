"""The chain as a stranger computes it who has read docs/proof.md and nothing else of ours."""

from __future__ import annotations

import hashlib
from typing import Any

EMPTY = b"\x00" * 32
INTEGERS = {"position": 8, "version": 4, "schema_version": 4}
MOMENTS = ("occurred_at", "received_at", "recorded_at")
IDS = ("aggregate_id", "event_id", "correlation_id", "causation_id")
FACT = (
    "position", "aggregate_id", "version", "topic", "schema_version", "event_id",
    "correlation_id", "causation_id", "actor", "occurred_at", "received_at", "recorded_at",
    "open", "sealed",
)  # fmt: skip


def field(name: str, value: Any) -> bytes | None:
    """A column's bytes; moments are given in microseconds since 2000, bytes and ids in hex."""
    if value is None:
        return None
    if name in INTEGERS:
        return int(value).to_bytes(INTEGERS[name], "big", signed=True)
    if name in MOMENTS:
        return int(value).to_bytes(8, "big", signed=True)
    if name in IDS:
        return bytes.fromhex(value.replace("-", ""))
    if name == "sealed":
        return bytes.fromhex(value)
    return str(value).encode("utf-8")


def framed(row: dict[str, Any]) -> bytes:
    """What follows the previous hash in the input of a fact's."""
    parts = []
    for name in FACT:
        content = field(name, row[name])
        if content is None:
            parts.append(b"\xff\xff\xff\xff")
        else:
            parts += [len(content).to_bytes(4, "big"), content]
    return b"".join(parts)


def chained(previous: bytes, framed_row: bytes) -> bytes:
    return hashlib.sha256(previous + framed_row).digest()
