"""What is kept of every look at somebody's data."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.base import Value


class AccessKind(StrEnum):
    """How data left the house, or that it did not."""

    READ = "read"
    EXPORT = "export"
    CAMERA = "camera"
    PROVISION = "provision"
    REFUSAL = "refusal"


class Task(StrEnum):
    """What the reader was at work on (safety-measures standard, art. 8: the task)."""

    RESPONSE = "response"
    """Answering a report: staff of the districts, the city, and the deliveries they call for."""
    OVERSIGHT = "oversight"
    """Checking how the service was used: auditors, supervisors' reviews."""
    SELF = "self"
    """A person asks for what is kept of herself."""
    UPKEEP = "upkeep"
    """The machine's own commands, statistics and the keeping of the service."""


class Access(Value):
    """One look at one person's data; who looked, from where and when stands beside it.

    ``what`` and ``why`` name things and reasons, never values. ``about`` is the report
    concerned, None where none is; ``recipient`` to whom it was given, for provisions and exports.
    """

    subject: UUID
    what: str
    why: str
    kind: AccessKind = AccessKind.READ
    about: UUID | None = None
    task: Task | None = None
    recipient: str | None = None
