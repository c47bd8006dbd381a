"""The code lists of return monitoring. A value once stored is never renamed."""

from __future__ import annotations

from enum import StrEnum


class MonitoringStage(StrEnum):
    """Where a session stands."""

    WAITING = "waiting"
    """Nobody watches: not yet, or not any more."""
    WATCHED = "watched"
    ARRIVED = "arrived"
    ENDED = "ended"


class WatchAssigned(StrEnum):
    """How an operator came to watch."""

    FEWEST = "fewest"
    """Of those who are there, she watched the fewest."""
    TAKEN = "taken"
    """She took it herself."""
    GIVEN = "given"
    """A colleague gave it to her."""
    WATCHER_LEFT = "watcher_left"
    """Whoever watched before is not there any more."""


class WatchLapse(StrEnum):
    """Why nobody watches any more, and somebody must be found."""

    WATCHER_LEFT = "watcher_left"
    GIVEN_BACK = "given_back"


class WatchHandOver(StrEnum):
    """Why another centre is to watch."""

    MOVED = "moved"
    """She is in its district."""
    LEFT_CITY = "left_city"
    BY_HAND = "by_hand"
    NOBODY_FREE = "nobody_free"
    """Her own centre has had nobody for her."""


class WatchRise(StrEnum):
    """What somebody above is called to see to."""

    WAITING = "waiting"
    """Nobody watches her."""
    HAND_OVER = "hand_over"
    """The centre where she is has nobody for her; the last one watches on."""
    UNANSWERED = "unanswered"
    """She does not answer, and nobody has seen to it."""
    CALLED = "called"
    """She was called, and nobody has said what came of it."""


class CheckInAnswer(StrEnum):
    """What she says to the question whether all is well."""

    ALL_RIGHT = "all_right"
    HELP = "help"


class MonitoringClearedBy(StrEnum):
    """How an operator found that all is well."""

    CALL = "call"
    CAMERA = "camera"
    MET_IN_PERSON = "met_in_person"


class MonitoringArrival(StrEnum):
    PLACE = "place"
    """Her phone was at the destination for a while."""
    WORD = "word"
    """She said so."""


class MonitoringEnd(StrEnum):
    CITIZEN = "citizen"
    """She wished it."""
    OPERATOR = "operator"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """She does not consent to being located any longer."""


class MonitoringExtendedBy(StrEnum):
    CITIZEN = "citizen"
    OPERATOR = "operator"
