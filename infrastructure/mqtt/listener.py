"""Listens at the broker: a message is acknowledged when it is durable, and never before.

A session that outlives its connection (``clean_session`` false) at QoS 1: what comes while we are
away waits at the broker, and what we did not acknowledge comes again.
"""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import TYPE_CHECKING, Any, Final

import structlog

from application.bells.ports import Arrived
from infrastructure.mqtt.address import KEEP_ALIVE_S

if TYPE_CHECKING:
    from infrastructure.mqtt.address import MqttAddress

log = structlog.get_logger()

AT_LEAST_ONCE: Final = 1
RECONNECT_S_MAX: Final = 5


class MqttListener:
    """One session with its own acknowledgements, in the order of arrival, as MQTT asks."""

    def __init__(self, address: MqttAddress, *, client_id: str, topics: tuple[str, ...]) -> None:
        self._address = address
        self._topics = topics
        self._came: deque[Arrived] = deque()
        self._news = Condition()
        self._connection = 0
        self._lost = False
        self._client = address.client(client_id, clean=False, manual_ack=True)
        self._client.reconnect_delay_set(min_delay=1, max_delay=RECONNECT_S_MAX)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Connect, and connect again whenever the connection is lost."""
        self._client.connect_async(self._address.host, self._address.port, keepalive=KEEP_ALIVE_S)
        self._client.loop_start()

    def close(self) -> None:
        """Leave; what was not acknowledged comes again to whoever continues the session."""
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def is_met(self) -> bool:
        return self._client.is_connected()

    def take(self, most: int, *, wait_s: float) -> list[Arrived]:
        """Up to ``most`` messages in the order in which they came; none when none comes in time."""
        with self._news:
            if not self._came:
                self._news.wait(wait_s)
            return [self._came.popleft() for _ in range(min(most, len(self._came)))]

    def done(self, arrived: Arrived) -> None:
        """Tell the broker that it need not send this again."""
        if arrived.connection == self._connection:
            self._client.ack(arrived.mid, AT_LEAST_ONCE)

    def answer(self, topic: str, payload: bytes) -> None:
        """Publish at QoS 1, without waiting."""
        self._client.publish(topic, payload, qos=AT_LEAST_ONCE)

    def _on_connect(self, client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self._tell_lost("refused")
            return
        with self._news:
            self._connection += 1
            self._came.clear()  # the broker sends again what was not acknowledged
        client.subscribe([(topic, AT_LEAST_ONCE) for topic in self._topics])
        self._lost = False
        log.info("broker.met", topics=list(self._topics))

    def _on_connect_fail(self, _client: Any, _data: Any) -> None:
        self._tell_lost("unreachable")

    def _on_disconnect(self, _c: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self._tell_lost("lost")

    def _tell_lost(self, reason: str) -> None:
        """Once until it is met again."""
        if not self._lost:
            self._lost = True
            log.error("broker.lost", reason=reason)

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        with self._news:
            self._came.append(
                Arrived(message.topic, bytes(message.payload), message.mid, self._connection)
            )
            self._news.notify()
