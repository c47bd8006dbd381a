"""The code lists of a scout escort. A value once stored is never renamed."""

from __future__ import annotations

from enum import StrEnum


class EscortStage(StrEnum):
    """Where an escort stands."""

    BOOKED = "booked"
    WALKING = "walking"
    ARRIVED = "arrived"
    """The scouts say so; the citizen may still say no."""
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"
    ENDED = "ended"


class EscortParty(StrEnum):
    """Who of those who are to meet."""

    CITIZEN = "citizen"
    SCOUTS = "scouts"
    NEITHER = "neither"
    """Of a meeting: nobody was heard of."""


class ToldBy(StrEnum):
    """By whose word something is known."""

    CITIZEN = "citizen"
    SCOUTS = "scouts"
    CENTRE = "centre"
    PLACE = "place"
    """By the positions: they are where they wanted to go."""
    TIMER = "timer"
    """By nobody's: the time was over."""


class EscortCancelledBy(StrEnum):
    """Who took a booking back."""

    CITIZEN = "citizen"
    CENTRE = "centre"
    CLOSURE = "closure"
    """The district's scouts do not go out that night."""


class TeamChange(StrEnum):
    """Why an escort has another team, or none."""

    LATE = "late"
    ILL = "ill"
    UNSAFE = "unsafe"
    STOOD_DOWN = "stood_down"
    """The team does not go out that night."""
    OTHER = "other"


class EscortEnd(StrEnum):
    """How the centre ended an escort that did not end by itself."""

    HOME = "home"
    """Seen home all the same."""
    WENT_ALONE = "went_alone"
    """Spoken with: she went on without them."""
    MONITORING = "monitoring"
    """She is watched home instead."""
    EMERGENCY = "emergency"
    """An emergency report goes on where it ended."""
    NOT_REACHED = "not_reached"
