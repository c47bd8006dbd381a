"""Why a delivery waits without anything being wrong: waiting is no attempt, and never the last."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from application.errors import ApplicationError


class Later(ApplicationError):
    """It is tried again after ``wait``."""

    code: ClassVar[str] = "later"
    retryable: ClassVar[bool] = True

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait.total_seconds():.1f} s")
        self.wait = wait


class TooManyForOne(Later):
    """So many messages would go to one recipient within a short time."""

    code: ClassVar[str] = "message.recipient_rate"


class TooManyAtOnce(Later):
    """So many messages would go by one provider at once."""

    code: ClassVar[str] = "message.provider_rate"


class Throttling(Later):
    """The provider itself takes no more for the moment."""

    code: ClassVar[str] = "message.throttled"


class AnswerAwaited(Later):
    """Nobody knows whether it was taken; its receipt may tell."""

    code: ClassVar[str] = "message.answer_awaited"


class StillUnderWay(Later):
    """The provider was asked, and has not brought it yet."""

    code: ClassVar[str] = "message.under_way"
