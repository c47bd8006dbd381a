"""The part of the house that hears bells, and keeps their register."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.bells.hearing import BellHearing
    from application.bells.maintenance import BellMaintenance
    from application.bells.pressing import BellPresses
    from application.bells.registry import BellRegistry
    from application.consoles import Presence
    from application.policies_in_force import PoliciesInForce
    from application.safe_return import SafeReturn
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.bells.register import FoldRegister
    from infrastructure.bells.signs import PostgresBellSigns
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.districts import KrgcDistricts
    from infrastructure.embedded.home import Home
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.log.reader import LogReader
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.mqtt.address import MqttAddress
    from infrastructure.mqtt.listener import MqttListener
    from infrastructure.settings import Settings


class BellKeeping:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def partner_secret(self) -> bytes: ...
        @property
        def home(self) -> Home: ...
        @property
        def presence(self) -> Presence: ...
        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def districts(self) -> KrgcDistricts: ...
        @property
        def fold_watch(self) -> FoldWatch: ...
        @property
        def reader(self) -> LogReader: ...

    @property
    def mqtt_address(self) -> MqttAddress:
        from infrastructure.mqtt.address import mqtt_address

        return mqtt_address(self.settings, self.home, secret=self.partner_secret.decode())

    def bell_ear(self, name: str, topic: str) -> MqttListener:
        """A session of its own at the broker, for one topic; not connected yet."""
        from infrastructure.mqtt.listener import MqttListener

        client_id = f"{self.settings.gateway_id}-{name}"
        return MqttListener(self.mqtt_address, client_id=client_id, topics=(topic,))

    @cached_property
    def bell_signs(self) -> PostgresBellSigns:
        from infrastructure.bells.signs import PostgresBellSigns

        return PostgresBellSigns(self.database)

    @cached_property
    def bell_register(self) -> FoldRegister:
        from infrastructure.bells.register import FoldRegister

        return FoldRegister(self.database, self.reader)

    @cached_property
    def bell_presses(self) -> BellPresses:
        from application.bells.pressing import BellPresses

        return BellPresses(
            self.app,
            self.clock,
            self.receipts,
            districts=self.districts,
            policy=self.policies,
            access_log=self.access_log,
            presence=self.presence,
        )

    @cached_property
    def bell_registry(self) -> BellRegistry:
        from application.bells.registry import BellRegistry

        return BellRegistry(
            self.app,
            self.clock,
            self.receipts,
            register=self.bell_register,
            signs=self.bell_signs,
            policy=self.policies,
        )

    @cached_property
    def bell_hearing(self) -> BellHearing:
        from application.bells.hearing import BellHearing

        return BellHearing(
            self.app,
            self.clock,
            self.receipts,
            register=self.bell_register,
            signs=self.bell_signs,
            policy=self.policies,
        )

    @cached_property
    def bell_maintenance(self) -> BellMaintenance:
        from application.bells.maintenance import BellMaintenance

        return BellMaintenance(self.bell_register, self.clock, self.policies, self.fold_watch)
