"""Hands messages to the broker and waits until it has them; nothing is kept to be sent later.

Each call has a connection of its own: a message that was given up may not come out of a queue
after the one that takes it back.
"""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from application.errors import PartnerUnavailable
from infrastructure.embedded.errors import AnsimError
from infrastructure.mqtt.address import KEEP_ALIVE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infrastructure.mqtt.address import MqttAddress
    from infrastructure.partners.breaker import Breaker

AT_LEAST_ONCE = 1


class MqttPublisher:
    """Args: ``address`` is asked when a message is ready; ``timeout_s`` is for one whole call."""

    def __init__(
        self, address: Callable[[], MqttAddress], *, timeout_s: float, breaker: Breaker
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._breaker = breaker

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Send topics and payloads at QoS 1, in order.

        Raises:
            PartnerUnavailable: the broker has not confirmed them all in time.
        """
        self._breaker.run(lambda: self._publish(messages))

    def _publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        deadline = time.monotonic() + self._timeout_s
        met, refused = Event(), Event()

        def connected(_client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
            (refused if reason.is_failure else met).set()
            met.set()

        try:
            address = self._address()
        except AnsimError as error:
            raise PartnerUnavailable(str(error)) from error
        client = address.client(f"ansim-{uuid4().hex[:16]}", clean=True)
        client.on_connect = connected
        try:
            client.connect_timeout = self._timeout_s
            client.connect(address.host, address.port, keepalive=KEEP_ALIVE_S)
            client.loop_start()
            if not met.wait(max(0.0, deadline - time.monotonic())) or refused.is_set():
                raise PartnerUnavailable("the broker lets nobody in")
            told = [client.publish(topic, said, qos=AT_LEAST_ONCE) for topic, said in messages]
            for one in told:
                one.wait_for_publish(max(0.001, deadline - time.monotonic()))
            if not all(one.is_published() for one in told):
                raise PartnerUnavailable("the broker did not confirm in time")
        except (OSError, ValueError, RuntimeError) as error:
            raise PartnerUnavailable(type(error).__name__) from error
        finally:
            client.disconnect()
            client.loop_stop()
