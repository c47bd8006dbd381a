"""A registration from its beginning, and the consents in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from application.context import Context
from application.desk import Desk
from application.errors import Unauthenticated
from application.joining_bounds import JoiningBounds
from application.policies_in_force import Policies
from application.ports import Secrets
from application.registration_commands import (
    BeginRegistration,
    GiveConsent,
    RegistrationReceipt,
    RegistrationState,
    Step,
)
from application.safe_return import SafeReturn
from domain.consents import Consent, needed
from domain.person_guard import PersonGuard
from domain.policy import Policy
from domain.registration import Registration


class Registering(Desk):
    """What the parts of the registrations' desk share, and the first part."""

    def __init__(
        self, *desk: Any, secrets: Secrets, policies: Policies, bounds: JoiningBounds
    ) -> None:
        super().__init__(*desk)
        self._bounds = bounds
        self._secrets = secrets
        self._policies = policies

    def begin(self, command: BeginRegistration, context: Context) -> RegistrationReceipt:
        """Somebody wants to join; nothing is asked yet.

        Raises:
            TooManyRegistrations: from this address; never for staff, who take in whoever comes.
        """
        self._bounds.begin(context)
        registration_id, citizen_id = self._secrets.new_id(), self._secrets.new_id()
        secret = self._secrets.new_secret()

        def attempt() -> RegistrationReceipt:
            registration = Registration.begin_for(
                registration_id,
                citizen_id=citizen_id,
                language=command.language,
                platform=command.platform,
                secret=secret,
                at=self._clock.now(),
                policy=self._policy,
            )
            receipt = RegistrationReceipt(
                aggregate_id=registration_id,
                device_id=device_of(registration_id),
                token=None,
                expires_at=registration.expires_at,
            )
            saved = self._app.commit([registration], context=context, receipt=receipt)
            return saved.model_copy(update={"token": f"{registration_id.hex}.{secret}"})

        return self._decide(context, RegistrationReceipt, attempt)

    def admit(self, token: str | None) -> UUID:
        """Whose registration it is; raises Unauthenticated."""
        name, _, secret = (token or "").partition(".")
        try:
            found = self._app.find(Registration, UUID(hex=name))
        except ValueError:
            found = None
        if found is None or not found.knows(secret):
            raise Unauthenticated("no registration")
        return found.id

    def state(self, registration_id: UUID) -> RegistrationState:
        """How far it is, and what comes next."""
        return self._state(self._app.load(Registration, registration_id))

    def consent(
        self, registration_id: UUID, command: GiveConsent, context: Context
    ) -> RegistrationState:
        """Raises VersionOld: another text stands there now."""

        def step(registration: Registration) -> None:
            registration.consent(
                command.consent,
                version=command.version,
                at=self._clock.now(),
                policy=self._policy,
            )

        return self._step(registration_id, context, step)

    def take_back(
        self, registration_id: UUID, consent: Consent, context: Context
    ) -> RegistrationState:
        """Consent to it no longer; twice is once."""
        return self._step(
            registration_id, context, lambda one: one.take_back(consent, at=self._clock.now())
        )

    @property
    def _policy(self) -> Policy:
        return self._policies.at(self._clock.now())

    def _step(
        self, registration_id: UUID, context: Context, step: Callable[[Registration], None]
    ) -> RegistrationState:
        def attempt() -> RegistrationState:
            registration = self._app.load(Registration, registration_id)
            step(registration)
            return self._app.commit(
                [registration], context=context, receipt=self._state(registration)
            )

        return self._decide(context, RegistrationState, attempt)

    def _state(self, registration: Registration) -> RegistrationState:
        return RegistrationState(
            aggregate_id=registration.id,
            next=self._next(registration),
            expires_at=registration.expires_at,
            consents=tuple(registration.said),
            identity=registration.way,
        )

    def _next(self, registration: Registration) -> Step:
        at, policy = self._clock.now(), self._policy
        if registration.completed or registration.returned:
            return Step.DONE
        if not registration.is_open(at=at):
            return Step.OVER
        if not needed(policy) <= registration.said.keys():
            return Step.CONSENTS
        if registration.known is None:
            return Step.IDENTITY
        if account_of(self._app, registration.known.person_id) is not None:
            return Step.COME_BACK
        standing = {one.consent for one in registration.standing(at=at, policy=policy)}
        return Step.DETAILS if needed(policy) <= standing else Step.LEGAL_GUARDIAN


def account_of(app: SafeReturn, person_id: UUID) -> UUID | None:
    """The one account of a person, if there is one."""
    guard = app.find(PersonGuard, person_id)
    return None if guard is None else guard.account


def device_of(registration_id: UUID) -> UUID:
    """Under which the phone will speak that registers: so it can sign before it is answered."""
    return uuid5(registration_id, "device")
