"""What is left of a case that was played, to be read back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

    from interfaces.demo.case import Case
    from interfaces.demo.filming import Filmed

TRIGGERED: Final = "emergency.triggered"


@dataclass
class PlayedReport:
    """One report of a case, and what must be read back of it."""

    report_id: UUID
    drill: bool
    owed: list[str] = field(default_factory=lambda: [TRIGGERED])
    """Facts that the steps must have left, in order."""
    filmed: list[Filmed] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    """The citizen's words."""
    sent: list[str] = field(default_factory=list)
    """The control room's."""
    taken_back: bool = False
    """Whether the phone takes it for cancelled."""
    forced: bool = False
    """Whether the duress PIN was given."""
    began: float = field(default_factory=time.monotonic)


@dataclass
class Played:
    case: Case
    reports: list[PlayedReport]
    """Oldest first; most cases have one."""
