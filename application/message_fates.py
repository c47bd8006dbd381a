"""What became of messages: told by providers, asked of them, or never known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.desk import Desk
from application.message_pieces import KnownPieces, MessagePieces, verdict
from application.outbox import TimerKind
from application.policies_in_force import Policies
from application.putting_off import StillUnderWay
from application.safe_return import Receipt
from application.text_routes import Fate, ReceiptOfPiece
from application.timers import DueTimer, Question
from application.ways import WITHHELD, Way
from domain.base import Aggregate
from domain.message import Message
from domain.message_routing import MessageRoute, MessageState

ELSEWHERE: Final = "elsewhere"
"""Stands as the reference where it goes by another route from now on."""
NO_RECEIPT: Final = "no_receipt"

Provisions = Callable[[Message, datetime], Sequence[Aggregate]]
"""What is saved along with a step of a message: that it gave away a place, or how it ended."""


class MessageFates(Desk):
    """Hears of messages that have left.

    Args:
        desk: as every desk.
        ways: the ways of this house, in the order in which they are tried.
        pieces: whose receipts are whose.
        policies: the city's numbers.
        provisions: what is saved along with a step of a message.
    """

    def __init__(
        self,
        *desk: Any,
        ways: Callable[[], Sequence[Way]],
        pieces: MessagePieces,
        policies: Policies,
        provisions: Provisions = lambda _message, _at: (),
    ) -> None:
        super().__init__(*desk)
        self._ways = ways
        self._pieces = pieces
        self._policies = policies
        self._provisions = provisions

    def delivered(
        self, message_id: UUID, context: Context, route: MessageRoute = MessageRoute.SMS
    ) -> Receipt:
        """The phone has it, as the provider says; twice is once.

        Raises:
            Unknown: there is no such message.
        """
        return self._follow(message_id, context, lambda one, at: one.delivered(route=route, at=at))

    def failed(
        self,
        message_id: UUID,
        why: str,
        context: Context,
        route: MessageRoute = MessageRoute.SMS,
    ) -> Receipt:
        """It did not get there by this route, and goes by the next; raises as ``delivered``."""

        def step(message: Message, at: datetime) -> None:
            ways = [way.route for way in self._open(message)]
            message.failed(route=route, why=why, at=at, ways=ways)

        return self._follow(message_id, context, step)

    def told(self, route: MessageRoute, receipt: ReceiptOfPiece, context: Context) -> None:
        """A provider tells of one piece; whenever it comes, and however often.

        Raises:
            LogUnavailable: it could not be kept, and must be told again.
        """
        known = self._pieces.told(route, receipt, at=self._clock.now())
        if known is not None:
            self._end(known.message_id, route, verdict(known), context)

    def answered_late(self, route: MessageRoute, reference: str, mark: int) -> None:
        """An answer came after its message had been given up: the doubt is cleared by it."""
        self._pieces.taken(route, reference, mark, at=self._clock.now())

    def timed(self) -> dict[TimerKind, Question]:
        return {TimerKind.MESSAGE_RECEIPT: self._receipt_due}

    def _receipt_due(self, timer: DueTimer, context: Context) -> Receipt:
        return self._follow(
            timer.aggregate_id,
            context,
            lambda one, at: one.miss_receipt(due_at=timer.due_at, at=at),
        )

    def _ask(self, message: Message, context: Context) -> str:
        """Ask the provider what became of it; a push is asked for by nobody, and goes on."""
        route, due = message.route, message.receipt_by
        if message.state is not MessageState.SENT or route is None or due is None:
            return message.reference or WITHHELD
        fate = self._fate(message.id, route, (message.reference or "").split())
        if fate is not None:
            self._end(message.id, route, fate, context)
            return fate
        policy = self._policies.at(self._clock.now())
        if self._clock.now() < due + timedelta(seconds=policy.receipt_patience_s(route)):
            raise StillUnderWay(timedelta(seconds=policy.text_receipt_within_s))
        ways = [way.route for way in self._open(message)] if route is MessageRoute.PUSH else []
        self._follow(
            message.id,
            context,
            lambda one, at: one.failed(route=route, why=NO_RECEIPT, at=at, ways=ways),
        )
        return NO_RECEIPT

    def _fate(
        self, message_id: UUID, route: MessageRoute, references: Sequence[str]
    ) -> Fate | None:
        way = next((one for one in self._ways() if one.route is route), None)
        if way is None:
            return None
        fates = {reference: way.ask(reference) for reference in references}
        return verdict(KnownPieces(message_id=message_id, fates=fates))

    def _end(
        self, message_id: UUID, route: MessageRoute, fate: Fate | None, context: Context
    ) -> None:
        if fate is Fate.DELIVERED:
            self.delivered(message_id, context, route)
        elif fate is not None:
            self.failed(message_id, fate, context, route)

    def _open(self, message: Message) -> list[Way]:
        return [way for way in self._ways() if way.is_open(message)]

    def _follow(
        self, message_id: UUID, context: Context, step: Callable[[Message, datetime], None]
    ) -> Receipt:
        def attempt() -> Receipt:
            message = self._app.load(Message, message_id)
            at = self._clock.now()
            step(message, at)
            others = self._provisions(message, at) if message.pending_events else ()
            return self._app.commit(
                [message, *others], context=context, receipt=Receipt(aggregate_id=message_id)
            )

        return self._decide(context, Receipt, attempt)
