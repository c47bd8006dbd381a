"""Consents after joining: given, withdrawn, each on its own; what needs one ends with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from application.consents import Stops, consents_of
from application.context import Context
from application.desk import Desk, allow
from application.guardian_links import Link
from application.obstacles import guards_of
from application.policies_in_force import Policies
from application.registration_commands import GiveConsent
from application.safe_return import Receipt
from domain.base import Aggregate, Value
from domain.consents import Consent, GivenBy, needed, version_of
from domain.member import Member
from domain.policy import Policy
from domain.report_guard import ReportGuard
from domain.roles import Role

Check = Callable[[Member, datetime, Policy], None]
"""Refuses who may not speak for the member."""


class ConsentState(Value):
    """One thing to consent to; ``given_at`` is None while she does not."""

    consent: Consent
    version: str
    """Of today's text."""
    needed: bool
    given: str | None = None
    """The version that she consented to."""
    given_at: AwareDatetime | None = None
    by: GivenBy | None = None


class ConsentsReceipt(Receipt):
    consents: tuple[ConsentState, ...]


class ConsentDesk(Desk):
    """Her own phone says it; of who is under 14, her legal guardian."""

    def __init__(self, *desk: Any, policies: Policies, stops: Stops) -> None:
        super().__init__(*desk)
        self._policies = policies
        self._stops = stops

    def texts(self) -> tuple[ConsentState, ...]:
        """What there is to consent to, for who has not joined yet."""
        policy = self._policies.at(self._clock.now())
        return tuple(
            ConsentState(consent=one, version=version_of(one, policy), needed=one in needed(policy))
            for one in Consent
        )

    def state(self, context: Context) -> ConsentsReceipt:
        """What she consents to.

        Raises:
            Forbidden: the caller is no citizen.
            Unknown: she is not registered.
        """
        return self._receipt(self._app.load(Member, _citizen(context)))

    def give(self, command: GiveConsent, context: Context) -> ConsentsReceipt:
        """Consent to one thing, from now on.

        Raises:
            VersionOld: the text has another version now.
            LegalGuardianNeeded: she is under 14.
        """

        def says(member: Member, at: datetime, policy: Policy) -> None:
            member.must_speak_for_herself(at=at, policy=policy)

        return self._give(_citizen(context), command, GivenBy.HERSELF, context, says)

    def give_for_ward(self, link: Link, command: GiveConsent, context: Context) -> ConsentsReceipt:
        """The legal guardian of who is under 14 consents for her.

        Raises:
            NotLegalGuardian: somebody else, or the member is 14 by now.
            VersionOld: the text has another version now.
        """

        def says(member: Member, at: datetime, policy: Policy) -> None:
            member.must_be_legal_guardian(link.guardian_id, at=at, policy=policy)

        return self._give(link.citizen_id, command, GivenBy.LEGAL_GUARDIAN, context, says)

    def withdraw(self, consent: Consent | None, context: Context) -> ConsentsReceipt:
        """Consent to one thing no longer, or to nothing with None; what needs it stops at once.

        An open emergency goes on, and what she raises later is accepted all the same, and flagged.
        """
        return self._withdraw(_citizen(context), consent, GivenBy.HERSELF, context, _anybody)

    def withdraw_for_ward(
        self, link: Link, consent: Consent | None, context: Context
    ) -> ConsentsReceipt:
        """The legal guardian of who is under 14 takes a consent back.

        Raises:
            NotLegalGuardian: somebody else, or the member is 14 by now.
        """

        def says(member: Member, at: datetime, policy: Policy) -> None:
            member.must_be_legal_guardian(link.guardian_id, at=at, policy=policy)

        return self._withdraw(link.citizen_id, consent, GivenBy.LEGAL_GUARDIAN, context, says)

    def _give(
        self,
        citizen_id: UUID,
        command: GiveConsent,
        by: GivenBy,
        context: Context,
        must_be_entitled: Check,
    ) -> ConsentsReceipt:
        def attempt() -> ConsentsReceipt:
            at = self._clock.now()
            policy = self._policies.at(at)
            member = self._app.load(Member, citizen_id)
            must_be_entitled(member, at, policy)
            member.give_consent(
                command.consent, version=command.version, by=by, at=at, policy=policy
            )
            guards = [] if member.consent_withdrawn else guards_of(self._app, citizen_id)
            for guard in guards:
                guard.give_consent(at=at)
            return self._app.commit(
                [member, *guards], context=context, receipt=self._receipt(member)
            )

        return self._decide(context, ConsentsReceipt, attempt)

    def _withdraw(
        self,
        citizen_id: UUID,
        consent: Consent | None,
        by: GivenBy,
        context: Context,
        must_be_entitled: Check,
    ) -> ConsentsReceipt:
        def attempt() -> ConsentsReceipt:
            at = self._clock.now()
            member = self._app.load(Member, citizen_id)
            must_be_entitled(member, at, self._policies.at(at))
            before = consents_of(member)
            member.withdraw_consent(consent, by=by, at=at)
            after = consents_of(member)
            stopped: list[Aggregate] = []
            if before.served and not after.served:
                stopped += self._flagged(citizen_id, at)
                stopped += [one for stop in self._stops.not_served for one in stop(citizen_id, at)]
            elif before.followed and not after.followed:
                stopped += [
                    one for stop in self._stops.not_followed for one in stop(citizen_id, at)
                ]
            return self._app.commit(
                [member, *stopped], context=context, receipt=self._receipt(member)
            )

        return self._decide(context, ConsentsReceipt, attempt)

    def _flagged(self, citizen_id: UUID, at: datetime) -> list[Aggregate]:
        """What she raises from now on says that she no longer consents."""
        guards = guards_of(self._app, citizen_id)
        if self._app.find(ReportGuard, ReportGuard.create_id(citizen_id)) is None:
            guards.append(ReportGuard.begin_for(citizen_id, at=at))
        for guard in guards:
            guard.withdraw_consent(at=at)
        return [*guards]

    def _receipt(self, member: Member) -> ConsentsReceipt:
        given = member.consents
        told = tuple(
            one
            if (known := given.get(one.consent)) is None
            else one.model_copy(
                update={"given": known.version, "given_at": known.at, "by": known.by}
            )
            for one in self.texts()
        )
        return ConsentsReceipt(aggregate_id=member.id, consents=told)


def _anybody(_member: Member, _at: datetime, _policy: Policy) -> None:
    """Whoever holds her phone may withdraw for her."""


def _citizen(context: Context) -> UUID:
    allow(context, Role.CITIZEN)
    return UUID(context.principal.id)
