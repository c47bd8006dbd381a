"""What all desks share: a command is answered once, and run again when it was overtaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from application.context import Context
from application.errors import Conflict, Forbidden, KeyReused
from application.ports import Clock, Receipts, StoredReceipt
from application.safe_return import AlreadyAnswered, Receipt, SafeReturn
from domain.roles import Role

ReceiptT = TypeVar("ReceiptT", bound=Receipt)

ATTEMPTS_MAX = 8


class Desk:
    """A list of commands upon one kind of aggregate."""

    def __init__(self, app: SafeReturn, clock: Clock, receipts: Receipts) -> None:
        self._app = app
        self._clock = clock
        self._receipts = receipts

    def _decide(
        self,
        context: Context,
        receipt_type: type[ReceiptT],
        attempt: Callable[[], ReceiptT],
        *,
        first_stands: bool = False,
        otherwise: Callable[[ReceiptT], object] | None = None,
    ) -> ReceiptT:
        """Run ``attempt`` (load, decide, commit) to its end.

        Args:
            context: who asks, and under which idempotency key.
            receipt_type: what the stored answer is read back as.
            attempt: run again from the load when another write came first.
            first_stands: a key that is used for another body gets the first answer
                instead of ``KeyReused``: an alarm is never refused.
            otherwise: told that first answer, when the key is used for another body.
        """
        if context.idempotency is not None:
            known = self._receipts.find(context.principal.id, context.idempotency)
            if known is not None:
                return _again(
                    context, known, receipt_type, first_stands=first_stands, otherwise=otherwise
                )
        try:
            return _to_its_end(attempt)
        except AlreadyAnswered as answered:
            return _again(
                context,
                answered.stored,
                receipt_type,
                first_stands=first_stands,
                otherwise=otherwise,
            )


def _to_its_end(attempt: Callable[[], ReceiptT]) -> ReceiptT:
    """Once, as nearly always, without what retrying costs; then as often as it may be."""
    try:
        return attempt()
    except Conflict:
        retrying = Retrying(
            retry=retry_if_exception_type(Conflict),
            stop=stop_after_attempt(ATTEMPTS_MAX - 1),
            wait=wait_random(0, 0.02),
            reraise=True,
        )
        return retrying(attempt)


def _again(
    context: Context,
    known: StoredReceipt,
    receipt_type: type[ReceiptT],
    *,
    first_stands: bool,
    otherwise: Callable[[ReceiptT], object] | None,
) -> ReceiptT:
    asked = context.idempotency
    differs = asked is not None and asked.body_sha256 != known.body_sha256
    if asked is not None and differs and not first_stands:
        raise KeyReused(asked.key)
    receipt = receipt_type.model_validate_json(known.receipt)
    first = receipt.model_copy(update={"position": known.position})
    if differs and otherwise is not None:
        otherwise(first)
    return first


def allow(context: Context, *roles: Role) -> None:
    """Refuse everybody whose role is not among ``roles``.

    Raises:
        Forbidden: the caller's role is another.
    """
    if context.principal.role not in roles:
        raise Forbidden(context.principal.role)
