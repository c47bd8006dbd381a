"""The PINs of a citizen: set, changed and cleared by her phone, and judged at each cancel.

Every way through here costs the same: both hashes are always compared, and as many made, and one
fact is kept, whatever the PIN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, SecretStr

from application.context import Context
from application.desk import Desk, allow
from application.ports import Passwords, Secrets
from application.safe_return import Receipt
from domain.base import Value
from domain.emergency.taking_back import PinGiven
from domain.member import Member
from domain.pin import Hashes, PinsAlike, PinWrong
from domain.policy import Policy
from domain.roles import Role


def _digits(pin: SecretStr) -> SecretStr:
    text, policy = pin.get_secret_value(), Policy()
    fits = policy.pin_digits_min <= len(text) <= policy.pin_digits_max
    if not (fits and text.isascii() and text.isdecimal()):
        raise ValueError(f"{policy.pin_digits_min} to {policy.pin_digits_max} digits")
    return pin


Pin = Annotated[SecretStr, AfterValidator(_digits)]


class SetPin(Value):
    """``duress_pin``: none from now on when it is left out. ``old_pin``: the one that stands."""

    pin: Pin
    duress_pin: Pin | None = None
    old_pin: Pin | None = None


class ClearPin(Value):
    old_pin: Pin


class PinState(Receipt):
    """What the phone is told: whether a cancel asks for a PIN."""

    is_set: bool


class PinDesk(Desk):
    """Keeps and judges PINs. Every command may end in an error of these.

    Raises:
        Forbidden: the caller is no citizen.
        Unknown: she is not registered.
        PinLocked: too many wrong ones.
        PinWrong: the old PIN is needed, and this is another.
    """

    def __init__(self, *desk: Any, passwords: Passwords, secrets: Secrets, policy: Policy) -> None:
        super().__init__(*desk)
        self._passwords = passwords
        self._secrets = secrets
        self._policy = policy

    def set(self, command: SetPin, context: Context) -> PinState:
        """Ask for a PIN from now on, or for another one.

        Raises:
            PinsAlike: the duress PIN must be another.
        """
        pin = command.pin.get_secret_value()
        duress = command.duress_pin.get_secret_value() if command.duress_pin else None
        if pin == duress:
            raise PinsAlike(context.principal.id)
        hashes = Hashes(
            self._passwords.hash(pin),
            self._passwords.hash(duress or self._secrets.new_secret()),
        )

        def change(member: Member, given: PinGiven) -> None:
            at = self._clock.now()
            if given is PinGiven.DURESS:
                member.pretend_change(hashes.pin, shown=True, at=at)
            else:
                member.set_pin(hashes, at=at)

        return self._change(command.old_pin, change, context, is_set=True)

    def clear(self, command: ClearPin, context: Context) -> PinState:
        """Ask for no PIN from now on."""
        empty = self._passwords.hash("")

        def change(member: Member, given: PinGiven) -> None:
            at = self._clock.now()
            if given is PinGiven.DURESS:
                member.pretend_change(empty, shown=False, at=at)
            else:
                member.clear_pin(at=at)

        return self._change(command.old_pin, change, context, is_set=False)

    def state(self, context: Context) -> PinState:
        """Whether a cancel asks for a PIN, as far as the phone is to know."""
        member = self._app.load(Member, _citizen(context))
        return PinState(aggregate_id=member.id, is_set=member.pin_shown)

    def judge(self, citizen_id: UUID, given: str | None) -> PinGiven:
        """What her PINs make of what came with a cancel; as slow for each answer."""
        member = self._app.find(Member, citizen_id)
        return PinGiven.NOT_ASKED if member is None else self._judged(member, given)

    def _judged(self, member: Member, given: str | None) -> PinGiven:
        if member.hashes is None:
            return PinGiven.NOT_ASKED
        is_right = self._passwords.verify(member.hashes.pin, given or "")
        is_duress = self._passwords.verify(member.hashes.duress, given or "")
        if is_duress or not (is_right or member.pin_shown):
            return PinGiven.DURESS
        if is_right:
            return PinGiven.RIGHT
        return PinGiven.MISSING if given is None else PinGiven.WRONG

    def _change(
        self,
        old_pin: SecretStr | None,
        change: Callable[[Member, PinGiven], None],
        context: Context,
        *,
        is_set: bool,
    ) -> PinState:
        citizen_id = _citizen(context)
        given = old_pin.get_secret_value() if old_pin else None
        mistaken: list[bool] = []

        def attempt() -> PinState:
            member = self._app.load(Member, citizen_id)
            at = self._clock.now()
            member.must_take_tries(at=at, policy=self._policy)
            judged = self._judged(member, given)
            is_mistaken = judged in {PinGiven.WRONG, PinGiven.MISSING}
            mistaken[:] = [is_mistaken]
            if is_mistaken:
                member.mistake_pin(at=at)
            else:
                change(member, judged)
            receipt = PinState(aggregate_id=citizen_id, is_set=is_set)
            return self._app.commit([member], context=context, receipt=receipt)

        receipt = self._decide(context, PinState, attempt)
        if mistaken == [True]:
            raise PinWrong(str(citizen_id))
        return receipt


def _citizen(context: Context) -> UUID:
    allow(context, Role.CITIZEN)
    return UUID(context.principal.id)
