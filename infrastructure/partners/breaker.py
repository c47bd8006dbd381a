"""One circuit breaker a provider: a provider that is down is not made slower by our asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import pybreaker

from application.errors import PartnerRefused, PartnerUnavailable
from application.text_routes import Throttled

if TYPE_CHECKING:
    from collections.abc import Callable

AnswerT = TypeVar("AnswerT")

FAILURES_MAX: Final = 5
OPEN_FOR_S: Final = 3.0


class Breaker:
    """Opens after failures in a row, lets calls try again after a while.

    A refusal is an answer, and so is “later”: they count as signs of life.
    """

    def __init__(
        self, name: str, *, failures_max: int = FAILURES_MAX, open_for_s: float = OPEN_FOR_S
    ) -> None:
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=failures_max,
            reset_timeout=open_for_s,
            exclude=[PartnerRefused, Throttled],
            throw_new_error_on_trip=False,
            name=name,
        )

    @property
    def is_open(self) -> bool:
        return self._breaker.current_state == pybreaker.STATE_OPEN

    def run(self, call: Callable[[], AnswerT]) -> AnswerT:
        """Make the call, unless the circuit is open.

        Calls of several threads run side by side: ``calling`` holds the breaker's lock only
        around its bookkeeping, where ``call`` would hold it through the whole call.

        Raises:
            PartnerUnavailable: the circuit is open, and nothing was sent.
        """
        try:
            with self._breaker.calling():
                return call()
        except pybreaker.CircuitBreakerError as error:
            raise PartnerUnavailable("cut off by the circuit breaker") from error
