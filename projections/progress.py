"""How far outside help has come, in the words that a screen shows."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Help(StrEnum):
    """Police or ambulance, as far as this report knows."""

    NONE = "none"
    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    ARRIVED = "arrived"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    """They have it under another reference: somebody must see whether that is so."""
    ON_SCENE = "on_scene"
    """A car was there before it was asked for."""
    STOOD_DOWN = "stood_down"


FINAL: Final = frozenset(
    {Help.ARRIVED, Help.ON_SCENE, Help.DECLINED, Help.DUPLICATE, Help.STOOD_DOWN}
)
"""What a late acknowledgement of the same request does not take back."""


def further(known: Help, told: Help) -> Help:
    """How far help is after what was told, in whatever order it is told."""
    if told is Help.ACKNOWLEDGED:
        return known if known in FINAL else told
    if told in {Help.DECLINED, Help.DUPLICATE}:
        return known if known in {Help.ARRIVED, Help.ON_SCENE, Help.STOOD_DOWN} else told
    return told


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
    WITHHELD = "withheld"
    """Not placed, or taken back, because nothing may ring near her."""
    NOT_STOPPED = "not_stopped"
    """It was to be taken back, and the provider could not be told."""


class Lane(StrEnum):
    """A drill takes the same way as a real report, beside it."""

    REAL = "real"
    DRILL = "drill"


class RingsFor(StrEnum):
    """Why a report rings that somebody had claimed, or that was a drill."""

    JOINED = "joined"
    PROMOTED = "promoted"
