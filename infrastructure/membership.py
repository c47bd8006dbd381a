"""The part of the house by which citizens join, and look after their membership."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from application.consent_desk import ConsentDesk
    from application.consents import Stops
    from application.device_desk import DeviceDesk
    from application.forgetting_guardians import ForgettingDesk
    from application.guardian_desk import GuardianDesk
    from application.guardian_links import GuardianLinks
    from application.guardians_told import GuardiansToldDesk
    from application.identity_check import IdentityService, PersonKeys
    from application.membership_figures import MembershipFiguresDesk
    from application.outbox import TimerKind
    from application.policies_in_force import PoliciesInForce
    from application.ports import Secrets
    from application.registration_desk import RegistrationDesk
    from application.safe_return import SafeReturn
    from application.settings_desk import SettingsDesk
    from application.timers import Question
    from application.ways import Words
    from domain.policy import Policy
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.embedded.home import Home
    from infrastructure.forgetting.traces import PostgresTraces
    from infrastructure.log.reader import LogReader
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.settings import Settings
    from infrastructure.subject_keys import PostgresSubjectKeys


class Membership:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...
        @property
        def reader(self) -> LogReader: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def traces(self) -> PostgresTraces: ...
        @property
        def partner_secret(self) -> bytes: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def subject_keys(self) -> PostgresSubjectKeys: ...
        @property
        def stops(self) -> Stops: ...

    @cached_property
    def registration_desk(self) -> RegistrationDesk:
        from application.joining_bounds import JoiningBounds
        from application.registration_desk import RegistrationDesk
        from application.tries import Doors
        from infrastructure.form_tries import PostgresTries

        return RegistrationDesk(
            self.app,
            self.clock,
            self.receipts,
            secrets=self.secrets,
            policies=self.policies,
            identity=lambda: self.identity_service,
            person_keys=lambda: self.person_keys,
            bounds=JoiningBounds(
                Doors(PostgresTries(self.database), self.clock),
                policy=lambda: self.policies.at(self.clock.now()),
                person_keys=lambda: self.person_keys,
            ),
            phones=self.traces,
        )

    @cached_property
    def identity_service(self) -> IdentityService:
        from infrastructure.partners.breaker import Breaker
        from infrastructure.partners.connections import partners_address
        from infrastructure.partners.identity import HttpIdentityService

        return HttpIdentityService(
            self.settings.identity_url or partners_address(self.settings, self.home),
            secret=self.partner_secret,
            clock=self.clock,
            timeout_s=self.settings.partner_timeout_s,
            breaker=Breaker("identity"),
        )

    @cached_property
    def person_keys(self) -> PersonKeys:
        from application.identity_check import PersonKeys

        given = self.settings.person_key
        secret = given.get_secret_value() if given else self.home.secret("person_key")
        return PersonKeys(secret.encode())

    @cached_property
    def consent_desk(self) -> ConsentDesk:
        from application.consent_desk import ConsentDesk

        return ConsentDesk(
            self.app, self.clock, self.receipts, policies=self.policies, stops=self.stops
        )

    @cached_property
    def guardian_links(self) -> GuardianLinks:
        from application.guardian_links import GuardianLinks

        given = self.settings.guardian_link_key
        secret = given.get_secret_value() if given else self.home.secret("guardian_links")
        return GuardianLinks(secret.encode(), address=self.settings.public_url)

    @cached_property
    def guardian_desk(self) -> GuardianDesk:
        from application.guardian_desk import GuardianDesk

        return GuardianDesk(
            self.app,
            self.clock,
            self.receipts,
            secrets=self.secrets,
            policies=self.policies,
            links=lambda: self.guardian_links,
        )

    @cached_property
    def guardians_told_desk(self) -> GuardiansToldDesk:
        from application.guardians_told import GuardiansToldDesk

        return GuardiansToldDesk(self.app, self.clock, self.receipts)

    @cached_property
    def forgetting_desk(self) -> ForgettingDesk:
        from application.forgetting_guardians import ForgettingDesk

        return ForgettingDesk(self.app, self.clock, self.receipts, keys=lambda: self.subject_keys)

    @property
    def kept_nowhere(self) -> Words:
        """What messages say that does not stand in their own facts."""
        from application.guardian_desk import kept_nowhere
        from application.report_texts import words_of_reports

        return {
            **kept_nowhere(self.guardian_links, self.policy),
            **words_of_reports(self.app),
        }

    @property
    def membership_questions(self) -> Mapping[TimerKind, Question]:
        """What the timers of members ask."""
        return {**self.forgetting_desk.timed(), **self.guardians_told_desk.timed()}

    @cached_property
    def settings_desk(self) -> SettingsDesk:
        from application.settings_desk import SettingsDesk

        return SettingsDesk(self.app, self.clock, self.receipts)

    @cached_property
    def device_desk(self) -> DeviceDesk:
        from application.device_desk import DeviceDesk

        return DeviceDesk(
            self.app,
            self.clock,
            self.receipts,
            secrets=self.secrets,
            policies=self.policies,
            phones=self.traces,
        )

    @cached_property
    def membership_figures(self) -> MembershipFiguresDesk:
        from application.membership_figures import MembershipFiguresDesk
        from application.past import Past
        from infrastructure.views.membership import MembershipView

        view = MembershipView(self.database, self.reader)
        return MembershipFiguresDesk(view, Past(self.reader, self.clock))

    def close_membership(self) -> None:
        """Close what was built of it."""
        if "identity_service" in self.__dict__:
            self.identity_service.close()
