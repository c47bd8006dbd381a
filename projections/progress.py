"""How far outside help has come, in the words that a screen shows."""

from __future__ import annotations

from enum import StrEnum


class Help(StrEnum):
    """Police or ambulance, as far as this report knows."""

    NONE = "none"
    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    ARRIVED = "arrived"
    UNREACHABLE = "unreachable"


class Call(StrEnum):
    """The automatic call between the control room and the citizen."""

    NONE = "none"
    ORDERED = "ordered"
    PLACED = "placed"
    CONNECTED = "connected"
    ENDED = "ended"
    UNANSWERED = "unanswered"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


class Lane(StrEnum):
    """A drill takes the same way as a real report, beside it."""

    REAL = "real"
    DRILL = "drill"
