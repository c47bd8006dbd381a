"""What the simulated broker does otherwise than the library that it is made of."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import amqtt.broker
from amqtt.broker import Broker, RetainedApplicationMessage
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import OutgoingApplicationMessage

from interfaces.devices.broker import USER


class KnownUsers(BaseAuthPlugin):  # type: ignore[misc]  # untyped for us
    """One user: messages wait for sessions that have a name, and for no others."""

    async def authenticate(self, *, session: Any) -> bool:
        password = self._get_config_option("password", "")
        given = f"{session.username}:{session.password}"
        return hmac.compare_digest(given.encode(), f"{USER}:{password}".encode())

    @dataclass
    class Config:
        """What the broker is started with."""

        password: str = ""


class KeepingHandler(BrokerProtocolHandler):  # type: ignore[misc]  # untyped for us
    """Keeps what was not acknowledged until its session is back, as MQTT asks.

    The library forgets a message that is not acknowledged within five seconds, or before the
    connection ends.
    """

    async def _handle_qos1_message_flow(self, app_message: Any) -> None:
        try:
            await super()._handle_qos1_message_flow(app_message)
        except (TimeoutError, asyncio.CancelledError):
            session = self.session
            outgoing = isinstance(app_message, OutgoingApplicationMessage)
            if outgoing and session is not None and not session.clean_session:
                kept = RetainedApplicationMessage(
                    None, app_message.topic, app_message.data, app_message.qos
                )
                await session.retained_messages.put(kept)
            raise


class ClosingBroker(Broker):  # type: ignore[misc]  # untyped for us
    """Leaves no connection open at its end; the library forgets those that come or go just then."""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self._writers: WeakSet[asyncio.StreamWriter] = WeakSet()

    def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> Any:
        """Known at once, and not when the loop comes to it: that may be never."""
        self._writers.add(writer)
        return super().stream_connected(reader, writer, listener_name)

    def drop_all(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()


def keep_what_is_not_acknowledged() -> None:
    """Let every broker of this process do so."""
    amqtt.broker.BrokerProtocolHandler = KeepingHandler
