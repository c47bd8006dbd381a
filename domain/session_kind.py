"""What a citizen may ask for beside an alarm."""

from __future__ import annotations

from enum import StrEnum


class SessionKind(StrEnum):
    """Services that accompany her for a while; at most one session of each is open."""

    MONITORING = "monitoring"
    TAXI = "taxi"
    ESCORT = "escort"
