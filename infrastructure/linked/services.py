"""The part of the house that speaks to linked services: lights, and the Ministry of Justice."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from application.carriers import Carrier
    from application.delivery_book import Patience
    from application.linked.lights import LightsCarrier
    from application.linked.wearers import WearersCarrier
    from application.outbox import Channel
    from application.policies_in_force import PoliciesInForce
    from application.safe_return import SafeReturn
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.linked.lamps import PostgresLamps
    from infrastructure.linked.mqtt_lights import MqttLights
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.mqtt.address import MqttAddress
    from infrastructure.partners.connections import PartnerConnections
    from infrastructure.settings import Settings


class LinkedServices:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

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
        def partners(self) -> PartnerConnections: ...
        @property
        def mqtt_address(self) -> MqttAddress: ...

    @cached_property
    def lamps(self) -> PostgresLamps:
        from infrastructure.linked.lamps import PostgresLamps

        return PostgresLamps(self.database)

    @cached_property
    def lights(self) -> MqttLights:
        from infrastructure.linked.mqtt_lights import MqttLights
        from infrastructure.mqtt.publisher import MqttPublisher
        from infrastructure.partners.breaker import Breaker

        return MqttLights(
            MqttPublisher(
                lambda: self.mqtt_address,
                timeout_s=self.settings.partner_timeout_s,
                breaker=Breaker("lights"),
            )
        )

    @cached_property
    def lights_carrier(self) -> LightsCarrier:
        from application.linked.lights import LightsCarrier

        return LightsCarrier(
            self.app,
            self.clock,
            self.receipts,
            lamps=self.lamps,
            partner=lambda: self.lights,
            policy=self.policies,
        )

    @cached_property
    def wearers_carrier(self) -> WearersCarrier:
        from application.linked.wearers import WearersCarrier

        return WearersCarrier(
            self.app,
            self.clock,
            self.receipts,
            partner=lambda: self.partners.wearers,
            policy=self.policies,
            access_log=self.access_log,
        )

    @property
    def linked_carriers(self) -> Mapping[Channel, Carrier]:
        from application.outbox import Channel

        return {
            Channel.LIGHTS: self.lights_carrier,
            Channel.LIGHTS_RESTORE: self.lights_carrier,
            Channel.WEARER_WATCH: self.wearers_carrier,
            Channel.WEARER_WATCH_END: self.wearers_carrier,
        }

    @cached_property
    def linked_patience(self) -> Patience:
        """Nobody waits at a screen for these, and none of them may stay undone: about a day."""
        from application.delivery_book import Patience

        return Patience(attempts_max=1_450, first_wait_s=1.0, wait_max_s=60.0)
