"""A member's own wishes: settings, language, where she usually goes home to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from application.consents import SERVED
from application.context import Context
from application.desk import Desk, allow
from application.safe_return import Receipt
from domain.base import Value
from domain.geography import Position
from domain.identity import IdentityWay, PlainName
from domain.language import Language
from domain.member import Member
from domain.preferences import Destination, Settings
from domain.roles import Role


class SetDestination(Value):
    name: PlainName
    position: Position


class SetLanguage(Value):
    language: Language


class MyState(Receipt):
    """What her phone shows of her own membership."""

    language: Language
    identity: IdentityWay
    settings: Settings
    destination: SetDestination | None
    """Left out of what is kept for repeats of a command."""


class SettingsDesk(Desk):
    """The caller is a citizen's phone. Every command may end in an error of these.

    Raises:
        Forbidden: somebody else asks.
        Unknown: the citizen is none.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def state(self, context: Context) -> MyState:
        """Her wishes as they are."""
        member = self._app.load(Member, _citizen(context))
        place = member.destination
        told = None if place is None else SetDestination(name=place.name, position=place.position)
        return _state(member).model_copy(update={"destination": told})

    def change(self, settings: Settings, context: Context) -> MyState:
        """All settings at once; what is left out goes back to what it was when she joined."""
        return self._step(context, lambda one: one.change_settings(settings, at=self._clock.now()))

    def speak(self, command: SetLanguage, context: Context) -> MyState:
        """Be spoken and written to in another language."""
        return self._step(context, lambda one: one.speak(command.language, at=self._clock.now()))

    def set_destination(self, command: SetDestination | None, context: Context) -> MyState:
        """Go home to there, where nothing else is said; None: ask each time.

        Raises:
            ConsentMissing: her data may not be kept any more.
        """
        place = Destination(name=command.name, position=command.position) if command else None

        def step(member: Member) -> None:
            if place is not None:
                member.must_consent_to(*SERVED)
            member.set_destination(place, at=self._clock.now())

        return self._step(context, step)

    def _step(self, context: Context, step: Callable[[Member], None]) -> MyState:
        citizen_id = _citizen(context)

        def attempt() -> MyState:
            member = self._app.load(Member, citizen_id)
            step(member)
            return self._app.commit([member], context=context, receipt=_state(member))

        return self._decide(context, MyState, attempt)


def _state(member: Member) -> MyState:
    """Nothing personal in it: receipts are kept in clear."""
    return MyState(
        aggregate_id=member.id,
        language=member.language,
        identity=member.identity,
        settings=member.settings,
        destination=None,
    )


def _citizen(context: Context) -> UUID:
    allow(context, Role.CITIZEN)
    return UUID(context.principal.id)
