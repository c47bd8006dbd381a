"""The part of the house by which citizens are watched on their way home."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.consents import Stops
    from application.emergency import EmergencyDesk
    from application.monitoring import MonitoringDesk
    from application.monitoring.base import Surroundings
    from application.monitoring.calls import SessionCalls
    from application.monitoring.positions import MonitoringPositions
    from application.policies_in_force import PoliciesInForce
    from application.safe_return import SafeReturn
    from application.taxi.desk import TaxiDesk
    from domain.session_kind import SessionKind
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.districts import KrgcDistricts
    from infrastructure.facilities.listed import ListedFacilities
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.partners.connections import PartnerConnections
    from infrastructure.straight_line import StraightLine
    from infrastructure.tracks import PostgresTracks
    from infrastructure.views.open_sessions import OpenSessions


class ReturnMonitoring:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        from application.accompanied import End
        from application.consoles import Presence

        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def districts(self) -> KrgcDistricts: ...
        @property
        def taxi_desk(self) -> TaxiDesk: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def presence(self) -> Presence: ...
        @property
        def emergency_desk(self) -> EmergencyDesk: ...
        @property
        def tracks(self) -> PostgresTracks: ...
        @property
        def database(self) -> Database: ...
        @property
        def partners(self) -> PartnerConnections: ...

    @cached_property
    def routes(self) -> StraightLine:
        from infrastructure.straight_line import StraightLine

        return StraightLine()

    @cached_property
    def facilities(self) -> ListedFacilities:
        from infrastructure.facilities.listed import ListedFacilities

        return ListedFacilities()

    @cached_property
    def watch_surroundings(self) -> Surroundings:
        from application.consents import must_be_followed
        from application.monitoring.base import Surroundings

        return Surroundings(
            districts=self.districts,
            presence=self.presence,
            policies=self.policies,
            access_log=self.access_log,
            routes=self.routes,
            facilities=self.facilities,
            tracks=self.tracks,
            alarms=self.emergency_desk,
            must_be_followed=must_be_followed,
        )

    @cached_property
    def monitoring_desk(self) -> MonitoringDesk:
        from application.monitoring import MonitoringDesk

        return MonitoringDesk(self.app, self.clock, self.receipts, around=self.watch_surroundings)

    @cached_property
    def monitoring_positions(self) -> MonitoringPositions:
        from application.monitoring.positions import MonitoringPositions

        return MonitoringPositions(
            self.app, self.clock, self.receipts, around=self.watch_surroundings
        )

    @cached_property
    def monitoring_calls(self) -> SessionCalls:
        from application.monitoring.calls import SessionCalls

        return SessionCalls(
            self.app,
            self.monitoring_desk,
            partner=lambda: self.partners.partners.call,
            access_log=self.access_log,
        )

    @cached_property
    def open_sessions(self) -> OpenSessions:
        from infrastructure.views.open_sessions import OpenSessions

        return OpenSessions(self.database)

    @property
    def session_ends(self) -> dict[SessionKind, End]:
        """How a session of each kind ends when its citizen is to be followed no longer."""
        from domain.session_kind import SessionKind

        return {
            SessionKind.MONITORING: self.monitoring_desk.stop,
            SessionKind.TAXI: self.taxi_desk.stop,
        }

    @cached_property
    def stops(self) -> Stops:
        """What ends with a consent: all sessions of the services follow her positions."""
        from application.accompanied import sessions_stopped
        from application.consents import Stops

        stop = sessions_stopped(self.app, self.session_ends)
        return Stops(not_served=(stop,), not_followed=(stop,))
