"""What a report remembers of each of its triggers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.emergency.vocabulary import Alert, Flag


@dataclass(frozen=True, slots=True)
class Heard:
    """One trigger of this report, and when we received it."""

    at: datetime
    flags: tuple[Flag, ...]
    joined: bool
    alert: Alert
    """The report's, as it was from this trigger on."""
