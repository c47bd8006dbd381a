"""Requests to append, in one line each."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from application.context import Idempotency
from application.outbox import Outbox
from infrastructure.log.append import AppendRequest
from infrastructure.log.stored import StoredFact

T0 = datetime(2026, 3, 1, 23, 41, 7, 123456, UTC)


def fact(aggregate_id: UUID, version: int, text: str = "{}") -> StoredFact:
    return StoredFact(
        originator_id=aggregate_id,
        originator_version=version,
        topic="device.revoked",
        state=text.encode(),
        received_at=T0,
    )


def request(
    *facts: StoredFact,
    key: str | None = None,
    body: bytes = b"body",
    receipt: str = "{}",
    outbox: Outbox = Outbox(),  # noqa: B008 - frozen
) -> AppendRequest:
    return AppendRequest(
        facts=facts,
        correlation_id=uuid4(),
        causation_id=uuid4(),
        actor="citizen:kim",
        principal="kim",
        idempotency=Idempotency(route="POST /x", key=key, body_sha256=body) if key else None,
        receipt=receipt,
        outbox=outbox,
    )
