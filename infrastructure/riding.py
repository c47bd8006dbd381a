"""The part of the house for rides in taxis."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.consoles import Presence
    from application.emergency import EmergencyDesk
    from application.policies_in_force import PoliciesInForce
    from application.ports import Secrets
    from application.safe_return import SafeReturn
    from application.taxi.desk import TaxiDesk
    from domain.policy import Policy
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.districts import KrgcDistricts
    from infrastructure.embedded.home import Home
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.partners.http import PartnerClient
    from infrastructure.partners.taxi import HttpTaxiCalls, HttpTaxiRegistry
    from infrastructure.settings import Settings
    from infrastructure.tracks import PostgresTracks


class Riding:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def emergency_desk(self) -> EmergencyDesk: ...
        @property
        def districts(self) -> KrgcDistricts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def tracks(self) -> PostgresTracks: ...
        @property
        def partner_secret(self) -> bytes: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def presence(self) -> Presence: ...

    @cached_property
    def taxi_desk(self) -> TaxiDesk:
        from application.taxi.desk import TaxiDesk

        return TaxiDesk(
            self.app,
            self.clock,
            self.receipts,
            districts=self.districts,
            policy=self.policies,
            tracks=self.tracks,
            access_log=self.access_log,
            secrets=self.secrets,
            registry=self._registry_at_once,
            patient_registry=lambda: self.patient_registry,
            calls=lambda: self.taxi_calls,
            presence=self.presence,
            alarms=self.emergency_desk,
        )

    def _registry_at_once(self) -> HttpTaxiRegistry:
        """The ride begins whatever is the matter with the registry, also if nobody knows where."""
        from application.errors import PartnerUnavailable
        from infrastructure.embedded.errors import AnsimError

        try:
            return self.hasty_registry
        except AnsimError as error:
            raise PartnerUnavailable(str(error)) from error

    @cached_property
    def hasty_registry(self) -> HttpTaxiRegistry:
        """For who stands before the door of a taxi."""
        from infrastructure.partners.taxi import HttpTaxiRegistry

        return HttpTaxiRegistry(self._hasty_client)

    @cached_property
    def patient_registry(self) -> HttpTaxiRegistry:
        """For a delivery, which may be repeated."""
        from infrastructure.partners.taxi import HttpTaxiRegistry

        return HttpTaxiRegistry(self._patient_client)

    @cached_property
    def taxi_calls(self) -> HttpTaxiCalls:
        from infrastructure.partners.taxi import HttpTaxiCalls

        return HttpTaxiCalls(self._call_client)

    @cached_property
    def _hasty_client(self) -> PartnerClient:
        return self._client("taxi_registry_at_once", self.policy.taxi_registry_wait_s)

    @cached_property
    def _patient_client(self) -> PartnerClient:
        return self._client("taxi_registry", self.settings.partner_timeout_s)

    @cached_property
    def _call_client(self) -> PartnerClient:
        return self._client("taxi_call", self.settings.partner_timeout_s, registry=False)

    def _client(self, name: str, timeout_s: float, *, registry: bool = True) -> PartnerClient:
        from infrastructure.partners.breaker import Breaker
        from infrastructure.partners.connections import partners_address
        from infrastructure.partners.http import PartnerClient

        own = self.settings.taxi_registry_url if registry else None
        return PartnerClient(
            own or partners_address(self.settings, self.home),
            secret=self.partner_secret,
            clock=self.clock,
            timeout_s=timeout_s,
            breaker=Breaker(name),
        )

    def close_riding(self) -> None:
        """Close what was built of it."""
        for name in ("_hasty_client", "_patient_client", "_call_client"):
            if name in self.__dict__:
                self.__dict__[name].close()
