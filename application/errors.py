"""Troubles between a caller and a decision; refusals are the domain's (``DomainError``)."""

from __future__ import annotations

from typing import ClassVar


class ApplicationError(Exception):
    """``code`` is stable for ever; ``retryable`` says whether asking again can help."""

    code: ClassVar[str]
    retryable: ClassVar[bool] = False


class Unknown(ApplicationError):
    """Nothing of that kind has that id, or the caller may not know that it has."""

    code: ClassVar[str] = "unknown"


class Forbidden(ApplicationError):
    """The caller's role or district does not allow it."""

    code: ClassVar[str] = "forbidden"


class Unauthenticated(ApplicationError):
    """No valid credential came with the request."""

    code: ClassVar[str] = "unauthenticated"


class TooManyAttempts(ApplicationError):
    """Too many failed log-ins under one name; ``retry_after_s`` says when to come back."""

    code: ClassVar[str] = "too_many_attempts"
    retryable: ClassVar[bool] = True

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class Stale(ApplicationError):
    """The caller decided on a state that has since changed; look again."""

    code: ClassVar[str] = "stale"


class Conflict(ApplicationError):
    """Somebody else wrote first. Load again and decide again."""

    code: ClassVar[str] = "conflict"
    retryable: ClassVar[bool] = True


class TooEarly(ApplicationError):
    """A timer asked before its moment by our clock; asked later, it is heard."""

    code: ClassVar[str] = "too_early"
    retryable: ClassVar[bool] = True


class KeyReused(ApplicationError):
    """The idempotency key already stands for another body."""

    code: ClassVar[str] = "idempotency_key_reused"


class LogUnavailable(ApplicationError):
    """The log could not take the facts; nothing was stored, so asking again is safe."""

    code: ClassVar[str] = "log_unavailable"
    retryable: ClassVar[bool] = True


class Overloaded(LogUnavailable):
    """Too many facts wait for the log already; nothing was stored. Never for a trigger."""

    code: ClassVar[str] = "overloaded"


class FoldBehind(ApplicationError):
    """The fold did not reach the asked position in time; the facts themselves are safe."""

    code: ClassVar[str] = "fold_behind"
    retryable: ClassVar[bool] = True


class PartnerError(ApplicationError):
    """An outside system did not do what was asked."""

    code: ClassVar[str] = "partner_failed"
    retryable: ClassVar[bool] = True


class PartnerRefused(PartnerError):
    """The outside system said no; the same request would be refused again."""

    code: ClassVar[str] = "partner_refused"
    retryable: ClassVar[bool] = False


class PartnerUnavailable(PartnerError):
    """Down, too slow, or cut off by its circuit breaker."""

    code: ClassVar[str] = "partner_unavailable"


class KeyRingUnavailable(ApplicationError):
    """Personal data can be neither sealed nor read: the key ring is missing or locked."""

    code: ClassVar[str] = "key_ring_unavailable"
    retryable: ClassVar[bool] = True


class WitnessUnavailable(ApplicationError):
    """A witness of checkpoints cannot be asked now; it is caught up later."""

    code: ClassVar[str] = "witness_unavailable"
    retryable: ClassVar[bool] = True


class WitnessRefused(ApplicationError):
    """A witness holds other history than what it was given: one of the two is forged."""

    code: ClassVar[str] = "witness_refused"


class CheckpointKeyLost(ApplicationError):
    """No checkpoint can be signed: the private key is gone, or is not the one trusted."""

    code: ClassVar[str] = "checkpoint_key_lost"


class HistoryRewritten(ApplicationError):
    """The log does not continue what was sealed of it; nothing is signed over a forgery."""

    code: ClassVar[str] = "history_rewritten"
