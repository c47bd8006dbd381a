"""Who asks, why, and under which key: what every command carries beside its content."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.base import Value
from domain.geography import DistrictCode
from domain.roles import Role

CORRELATION_HEADER: Final = "X-Correlation-Id"
"""Where the id of a chain of causes stands in HTTP requests, those to us and those of ours."""


class Principal(Value):
    """Somebody whose identity has been checked at the edge."""

    id: str
    """A random id, never a name: it stands in the log as the actor."""
    role: Role
    district: DistrictCode | None = None

    @property
    def actor(self) -> str:
        return f"{self.role}:{self.id}"


class Idempotency(Value):
    """The caller's own key of a command; the same key and body mean the same command."""

    route: str
    key: str
    body_sha256: bytes


class Context(Value):
    """Travels with a command from the request to the log, the deliveries and log lines."""

    principal: Principal
    correlation_id: UUID
    causation_id: UUID | None = None
    idempotency: Idempotency | None = None
    urgent: bool = False
    """Goes before all that waits for the log, and is never turned away: a trigger."""
    address: str | None = None
    """Where the request came from, for access records; never written to a fact."""
    account: str | None = None
    """Who asked at this machine's own shell, for access records; never written to a fact."""


def system(name: str, *, correlation_id: UUID, causation_id: UUID | None = None) -> Context:
    """The context of what the system does by itself: ``name`` is the role of the process."""
    return Context(
        principal=Principal(id=name, role=Role.SYSTEM),
        correlation_id=correlation_id,
        causation_id=causation_id,
    )
