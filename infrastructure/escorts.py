"""The part of the house that sends scouts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.consoles import Presence
    from application.emergency.whereabouts import PositionDesk
    from application.escort import EscortDesk
    from application.escort.alarms import ScoutAlarms
    from application.escort.nights import Nights
    from application.escort.scouts import Scouts
    from application.escort.walk_positions import WalkPositions
    from application.policies_in_force import PoliciesInForce
    from application.safe_return import SafeReturn
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.chance import SystemSecrets
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.districts import KrgcDistricts
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.tracks import PostgresTracks


class Escorts:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:

        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def districts(self) -> KrgcDistricts: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def secrets(self) -> SystemSecrets: ...
        @property
        def tracks(self) -> PostgresTracks: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def presence(self) -> Presence: ...
        @property
        def position_desk(self) -> PositionDesk: ...
        @property
        def database(self) -> Database: ...
        @property
        def fold_watch(self) -> FoldWatch: ...

    @cached_property
    def escort_desk(self) -> EscortDesk:
        from application.escort import EscortDesk

        return EscortDesk(
            self.app,
            self.clock,
            self.receipts,
            presence=self.presence,
            districts=self.districts,
            policies=self.policies,
            secrets=self.secrets,
            tracks=self.tracks,
            access_log=self.access_log,
        )

    @cached_property
    def walk_positions(self) -> WalkPositions:
        from application.escort.walk_positions import WalkPositions

        return WalkPositions(self.app, walks=self.escort_desk, reports=self.position_desk)

    @cached_property
    def scouts_desk(self) -> Scouts:
        from application.escort.scouts import Scouts

        return Scouts(
            self.app,
            self.clock,
            self.receipts,
            presence=self.presence,
            districts=self.districts,
            policies=self.policies,
            secrets=self.secrets,
            tracks=self.tracks,
            access_log=self.access_log,
        )

    @cached_property
    def scout_nights(self) -> Nights:
        from application.escort.nights import Nights
        from infrastructure.views.scouts import ScoutsView

        return Nights(
            self.app,
            self.clock,
            policies=self.policies,
            view=ScoutsView(self.database),
            folds=self.fold_watch,
            access_log=self.access_log,
        )

    @cached_property
    def scout_alarms(self) -> ScoutAlarms:
        from application.escort.alarms import ScoutAlarms

        return ScoutAlarms(
            self.app,
            self.clock,
            self.receipts,
            districts=self.districts,
            policy=self.policies,
            access_log=self.access_log,
            presence=self.presence,
        )
