"""What return monitoring refuses, each under a code that is stable for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class Over(DomainError):
    """The session has ended."""

    code: ClassVar[str] = "monitoring.over"


class ExpectedUnfit(DomainError):
    """She is expected in the future, and within ``Policy.monitoring_s_max``."""

    code: ClassVar[str] = "monitoring.expected_unfit"


class NotWatcher(DomainError):
    """Another operator watches, or nobody does: take it first."""

    code: ClassVar[str] = "monitoring.not_watcher"


class QuestionUnknown(DomainError):
    """She was never asked that."""

    code: ClassVar[str] = "monitoring.question_unknown"


class ReasonNeeded(DomainError):
    """This step is only taken with a reason."""

    code: ClassVar[str] = "monitoring.reason_needed"


class HandOverUnfit(DomainError):
    """That centre watches already, or there is no such centre."""

    code: ClassVar[str] = "monitoring.hand_over_unfit"


class NotCalled(DomainError):
    """A provider tells of a call that this session never ordered."""

    code: ClassVar[str] = "monitoring.not_called"


class NotOnTheWay(DomainError):
    """Nothing is known of where on the way she is."""

    code: ClassVar[str] = "monitoring.not_on_the_way"


class InEmergency(DomainError):
    """Her emergency report is open: it has calls of its own, or is not to sound at all."""

    code: ClassVar[str] = "monitoring.in_emergency"
