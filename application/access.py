"""What is kept of every look at somebody's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from domain.base import SealedPart, Value
from domain.emergency.exporting import Exported
from domain.emergency.facts import track_of
from domain.roles import Role


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


def task_of(role: Role) -> Task:
    """What somebody of this role is at work on when nothing else is said."""
    match role:
        case Role.OPERATOR | Role.SUPERVISOR | Role.COORDINATOR | Role.PARTNER:
            return Task.RESPONSE
        case Role.AUDITOR:
            return Task.OVERSIGHT
        case Role.CITIZEN:
            return Task.SELF
        case _:
            return Task.UPKEEP


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


def sealed_parts(value: Any) -> Iterator[SealedPart]:
    """Every sealed part in rows, or lists and fields of them: its subject is whose data it is."""
    match value:
        case SealedPart():
            yield value
        case BaseModel():
            yield from sealed_parts(dict(value))
        case Mapping():
            yield from sealed_parts(list(value.values()))
        case tuple() | list():
            for one in value:
                yield from sealed_parts(one)
        case _:
            return


def others_in(parts: Iterable[SealedPart], report_id: UUID) -> set[UUID]:
    """Whose data the parts hold beside the report's own, in whose name its citizen stands.

    Why and for whom a case was exported is no data of its people.
    """
    case = {report_id, track_of(report_id)}
    return {part.subject for part in parts if part.topic != Exported.TOPIC} - case
