"""What is forgotten without a request: whom a member removed, and who never joined after all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.obstacles import is_held
from application.outbox import TimerKind
from application.safe_return import Receipt
from application.timers import DueTimer, Question
from domain.member import Member
from domain.registration import Registration
from domain.roles import Role


class Keys(Protocol):
    def destroy_all(self, subjects: Iterable[UUID]) -> int:
        """Destroy their keys for good; returns how many lived."""
        ...


class ForgettingDesk(Desk):
    """Asked by timers; asked again it destroys what is left, which is nothing."""

    def __init__(self, *desk: Any, keys: Callable[[], Keys]) -> None:
        super().__init__(*desk)
        self._keys = keys

    def timed(self) -> Mapping[TimerKind, Question]:
        def over(timer: DueTimer, context: Context) -> Receipt:
            return self.abandon(timer.aggregate_id, context)

        def removed(timer: DueTimer, context: Context) -> Receipt:
            return self.forget_guardian(timer.aggregate_id, UUID(timer.name), context)

        return {TimerKind.REGISTRATION_OVER: over, TimerKind.GUARDIAN_FORGOTTEN: removed}

    def forget_guardian(self, citizen_id: UUID, guardian_id: UUID, context: Context) -> Receipt:
        """Destroy the key of a guardian who is none any more.

        Under a hold upon the member nothing is destroyed: it goes when she is forgotten.
        """
        allow(context, Role.SYSTEM)
        member = self._app.load(Member, citizen_id)
        is_one = any(one.guardian_id == guardian_id for one in member.guardians)
        if not is_one and not is_held(self._app, citizen_id, None):
            self._forget((guardian_id,))
        return Receipt(aggregate_id=citizen_id)

    def abandon(self, registration_id: UUID, context: Context) -> Receipt:
        """Give up a registration that was not completed in time, and forget what it held.

        Also of one that only brought a member back: what is known of her stands with her.
        """
        allow(context, Role.SYSTEM)
        held: list[UUID] = []

        def attempt() -> Receipt:
            registration = self._app.load(Registration, registration_id)
            registration.abandon(at=self._clock.now())
            held[:] = []
            if registration.is_to_be_forgotten:
                spoken_for = registration.legal_guardian
                held[:] = [registration.citizen_id, *([spoken_for.id] if spoken_for else [])]
            receipt = Receipt(aggregate_id=registration_id)
            return self._app.commit([registration], context=context, receipt=receipt)

        receipt = self._decide(context, Receipt, attempt)
        self._forget(held)
        return receipt

    def _forget(self, subjects: Collection[UUID]) -> None:
        if subjects:
            self._keys().destroy_all(subjects)
