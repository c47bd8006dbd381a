"""Who joins: asked of the carriers' identity service, or read from a document at an office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.desk import allow
from application.identity_check import (
    Identified,
    IdentityQuestion,
    IdentityService,
    PersonKeys,
)
from application.joining_bounds import LOOK_AT_DOCUMENTS
from application.registering import Registering
from application.registration_commands import (
    AskIdentity,
    CheckAtOffice,
    CheckReceipt,
    RegistrationState,
    TakeIdentity,
    TakeLegalGuardian,
)
from domain.base import DomainError
from domain.identity import IdentityTrouble, Person
from domain.registration import Registration
from domain.registration.refusals import IdentityFrozen, IdentityMismatch, IdentityRefused

TROUBLES: Final[dict[IdentityTrouble, type[DomainError]]] = {
    IdentityTrouble.MISMATCH: IdentityMismatch,
    IdentityTrouble.FROZEN: IdentityFrozen,
    IdentityTrouble.REFUSED: IdentityRefused,
}


class Identifying(Registering):
    """Asks and hears the identity service, before the registration is loaded to decide."""

    def __init__(
        self,
        *desk: Any,
        identity: Callable[[], IdentityService],
        person_keys: Callable[[], PersonKeys],
        **more: Any,
    ) -> None:
        super().__init__(*desk, **more)
        self._identity = identity
        self._person_keys = person_keys

    def ask_identity(
        self, registration_id: UUID, command: AskIdentity, context: Context
    ) -> CheckReceipt:
        """Send her, or her legal guardian, to the identity service.

        Raises:
            TooManyChecks: from this address, or for this registration.
            ConsentNeeded, IdentityKnown, IdentityNeeded, IdentityLocked: as the registration says.
        """
        self._bounds.ask(registration_id, context)
        check_id = self._secrets.new_id()

        def attempt() -> CheckReceipt:
            registration = self._app.load(Registration, registration_id)
            registration.ask_identity(
                check_id, command.of, at=self._clock.now(), policy=self._policy
            )
            receipt = CheckReceipt(aggregate_id=registration_id, check_id=check_id)
            return self._app.commit([registration], context=context, receipt=receipt)

        return self._decide(context, CheckReceipt, attempt)

    def take_identity(
        self, registration_id: UUID, command: TakeIdentity, context: Context
    ) -> RegistrationState:
        """Ask the service who came back.

        Raises:
            CheckUnknown: another check is under way.
            IdentityMismatch, IdentityFrozen, IdentityRefused: it is not confirmed; kept as a fact.
            IdentityUnavailable: ask again, with the same token.
            TooManyChecks: from this address, for this registration, or about this phone number.
        """

        def confirmed(registration: Registration, found: Identified) -> None:
            person_id = self._person_keys().of_carrier(found.ci)
            registration.confirm_identity(
                command.check_id, found.person, person_id, at=self._clock.now()
            )

        return self._told(registration_id, command, context, confirmed)

    def take_legal_guardian(
        self, registration_id: UUID, command: TakeLegalGuardian, context: Context
    ) -> RegistrationState:
        """Ask the service who consents for somebody under 14.

        Raises:
            CheckUnknown, IdentityMismatch, IdentityFrozen, IdentityRefused, IdentityUnavailable,
                TooManyChecks: as for herself.
            LegalGuardianUnfit: she herself, or not of age.
            VersionOld: a text has another version now.
        """
        said = tuple((one.consent, one.version) for one in command.consents)
        legal_guardian_id = self._secrets.new_id()

        def confirmed(registration: Registration, found: Identified) -> None:
            registration.legal_guardian_consents(
                command.check_id,
                found.person,
                self._person_keys().of_carrier(found.ci),
                said,
                legal_guardian_id=legal_guardian_id,
                at=self._clock.now(),
                policy=self._policy,
            )

        return self._told(registration_id, command, context, confirmed)

    def check_at_office(self, command: CheckAtOffice, context: Context) -> RegistrationState:
        """One of the staff has seen her document.

        Raises:
            Forbidden: only operators, supervisors and administrators look at documents.
            Unknown: there is no such registration.
            ConsentNeeded, IdentityKnown: not yet, or not any more.
        """
        allow(context, *LOOK_AT_DOCUMENTS)
        who = context.principal
        person_id = self._person_keys().of_document(command.way, command.country, command.number)
        person = Person(name=command.name, birth_date=command.birth_date, phone=command.phone)

        def step(registration: Registration) -> None:
            registration.confirm_at_office(
                command.way,
                person,
                person_id,
                checked_by=UUID(who.id),
                district=who.district,
                at=self._clock.now(),
                policy=self._policy,
            )

        return self._step(command.registration_id, context, step)

    def _told(
        self,
        registration_id: UUID,
        command: TakeIdentity,
        context: Context,
        confirmed: Callable[[Registration, Identified], None],
    ) -> RegistrationState:
        """Ask the service, before the registration is loaded: its answer takes a while."""
        self._app.load(Registration, registration_id).must_await(command.check_id)
        self._bounds.hear(registration_id, context)
        found = self._identity().result(
            IdentityQuestion(
                check_id=command.check_id,
                token=command.token,
                correlation_id=context.correlation_id,
            )
        )
        if isinstance(found, Identified):
            self._bounds.tell_of(found.person.phone)

        def step(registration: Registration) -> None:
            if isinstance(found, Identified):
                confirmed(registration, found)
            else:
                registration.fail_identity(command.check_id, found, at=self._clock.now())

        state = self._step(registration_id, context, step)
        if isinstance(found, IdentityTrouble):
            raise TROUBLES[found](str(command.check_id))
        return state
