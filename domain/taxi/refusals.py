"""What a ride refuses, each under a code that is stable for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class NotBoarded(DomainError):
    """No such ride is known of this citizen, yet: the boarding may still be on its way."""

    code: ClassVar[str] = "taxi.not_boarded"


class TripOver(DomainError):
    """The ride is over."""

    code: ClassVar[str] = "taxi.over"


class MomentUnfit(DomainError):
    """It says to have happened in the future, or too long ago (``Policy.taxi_late_max_s``).

    Sent again without a moment of its own, it is accepted as of now.
    """

    code: ClassVar[str] = "taxi.moment_unfit"


class QuestionUnknown(DomainError):
    """She was never asked that in this ride."""

    code: ClassVar[str] = "taxi.question_unknown"


class NotCalled(DomainError):
    """A provider tells of a call that nobody of this ride ever ordered."""

    code: ClassVar[str] = "taxi.not_called"


class ExtensionUnfit(DomainError):
    """A ride is extended into the future, and not endlessly (``Policy.taxi_extend_max_s``)."""

    code: ClassVar[str] = "taxi.extension_unfit"


class PlatesUsedUp(DomainError):
    """A plate can be mended only so often (``Policy.taxi_plates_max``)."""

    code: ClassVar[str] = "taxi.plates_used_up"


class HeldByAnother(DomainError):
    """Another operator watches this ride."""

    code: ClassVar[str] = "taxi.held_by_another"


class NothingToSee(DomainError):
    """Nothing of this ride waits for an operator's look."""

    code: ClassVar[str] = "taxi.nothing_to_attend"
