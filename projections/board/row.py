"""One session of any service, as operators see it on the board."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import SealedPart
from domain.geography import DistrictCode
from projections.fold import Row


class BoardUrgency(IntEnum):
    """One order for all kinds; what is higher stands first, then what has waited longest."""

    OVER = 0
    CALM = 1
    """All is as it should be: nobody needs to do anything."""
    WAITING = 3
    """Somebody is to be assigned, or to decide, without a danger that we know of."""
    ASKED = 4
    """The citizen was asked whether she is all right, and may still answer."""
    HELD = 5
    """A report that somebody has in hand."""
    ATTENTION = 6
    """An operator is to look now: overdue, off the way, still, silent, not watched yet."""
    NO_ANSWER = 8
    """She was asked and did not answer."""
    EMERGENCY = 9
    """A report that nobody has in hand, or an alarm in the session."""


class BoardRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("session_id",)

    session_id: UUID
    kind: str
    """Of the service: ``monitoring``, ``taxi`` …"""
    district: DistrictCode
    audience: tuple[DistrictCode, ...]
    """The centres that see it."""
    stage: str
    """The service's own word for how far it is."""
    urgency: int
    """See ``BoardUrgency``."""
    attention: str | None = None
    """A code that says why an operator is to look; None when nothing is the matter."""
    begun_at: AwareDatetime
    hour: AwareDatetime
    """Beginning of the hour of receipt, UTC: its use is counted there."""
    since: AwareDatetime
    """From when on it has been as urgent as it is."""
    due_at: AwareDatetime | None = None
    """When it should be over, or done next."""
    holder: UUID | None = None
    """The operator who watches it."""
    citizen_id: UUID | None = None
    ended: bool = False
    used: bool = True
    """Whether it counts as a use of its service."""
    label: SealedPart | None = None
    """What a person must open to read: where to, a plate."""
    detail: dict[str, str]
    """Codes and numbers of its own; nothing personal."""
    last_topic: str
    last_at: AwareDatetime
    last_position: int
