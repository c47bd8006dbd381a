"""Smart lights over MQTT: one message a command, confirmed by the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infrastructure.linked.talq import message_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from application.linked.ports import LightCommand
    from infrastructure.mqtt.publisher import MqttPublisher

SENDER: Final = "ansim"
"""What TALQ calls the address of the management software: of us."""


class MqttLights:
    """See ``application.linked.ports.LightsPartner``."""

    def __init__(self, publisher: MqttPublisher) -> None:
        self._publisher = publisher

    def command(self, commands: Collection[LightCommand]) -> None:
        self._publisher.publish([message_of(one, sender=SENDER) for one in commands])
