"""A simulated emergency bell that speaks MQTT and HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from queue import Empty, Queue
from time import time
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, unquote, urlsplit
from uuid import uuid4

import httpx
import orjson

from application import signing

if TYPE_CHECKING:
    from types import TracebackType

QOS: Final = 1
PATIENCE_S: Final = 10.0
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


class BellUnheard(Exception):
    """Neither the broker nor the service has confirmed in time: a bell would send again."""


class SimulatedBell:
    """One bell; as a context it is connected to the broker, where it has one.

    Args:
        bell_no: what it calls itself.
        mqtt_url: of the broker; None for a bell that speaks HTTP only.
        http_url: of the service.
        secret: with which its messages over HTTP are signed; None: unsigned.
        http: shared with other bells; None: a connection for each message.
    """

    def __init__(
        self,
        bell_no: str,
        *,
        mqtt_url: str | None = None,
        http_url: str | None = None,
        secret: bytes | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        self.bell_no = bell_no
        self._mqtt_url = mqtt_url
        self._http_url = http_url
        self._secret = secret
        self._http = http
        self._answers: Queue[dict[str, Any]] = Queue()
        self._client: Any = None
        self._pressed = 0
        self._series = uuid4().hex[:8]

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            BellUnheard: the broker is away, or does not let it in.
        """
        if self._mqtt_url is not None:
            self._client = self._connected(self._mqtt_url)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()

    def press(self, press_id: str | None = None, **more: Any) -> str:
        """Press it over MQTT; returns the press's id once the broker has it."""
        said = self._said(press_id, more)
        self._publish("press", said)
        return str(said["press_id"])

    def press_over_http(self, press_id: str | None = None, **more: Any) -> dict[str, Any]:
        """Press it over HTTP; returns the answer."""
        answer = self._post("presses", self._said(press_id, more))
        return dict(answer.raise_for_status().json())

    def stuck(self, times: int = 12) -> list[str]:
        """Press it so often over MQTT that its button seems stuck."""
        return [self.press() for _ in range(times)]

    def beat(self, battery_pct: int = 90) -> None:
        """Say over MQTT that it is well."""
        self._publish("heartbeat", {"battery_pct": battery_pct, "sent_at": _now()})

    def beat_over_http(self, battery_pct: int = 90) -> None:
        """Say over HTTP that it is well; raises as ``httpx`` when it is not taken."""
        said = {"battery_pct": battery_pct, "sent_at": _now()}
        self._post("heartbeats", said).raise_for_status()

    def answer(self, press_id: str, *, wait_s: float = PATIENCE_S) -> dict[str, Any]:
        """What the gateway answered to a press over MQTT.

        Raises:
            BellUnheard: no answer came in time.
        """
        until = time() + wait_s
        while (left_s := until - time()) > 0:
            try:
                answer = self._answers.get(timeout=left_s)
            except Empty:
                break
            if answer.get("press_id") == press_id:
                return answer
        raise BellUnheard(press_id)

    def _said(self, press_id: str | None, more: dict[str, Any]) -> dict[str, Any]:
        self._pressed += 1
        named = press_id or f"{self._series}-{self._pressed}"
        return {"press_id": named, "pressed_at": _now(), "battery_pct": 90, **more}

    def _publish(self, what: str, said: dict[str, Any]) -> None:
        topic = f"ansim/bells/{self.bell_no}/{what}"
        told = self._client.publish(topic, orjson.dumps(said), qos=QOS)
        told.wait_for_publish(PATIENCE_S)
        if not told.is_published():
            raise BellUnheard(topic)

    def _post(self, what: str, said: dict[str, Any]) -> httpx.Response:
        path = f"/v1/bells/{quote(self.bell_no, safe='')}/{what}"
        content = orjson.dumps(said)
        headers = {"Content-Type": "application/json"}
        if self._secret is not None:
            message = signing.Message("POST", path, content)
            headers[signing.HEADER] = signing.sign(self._secret, message, at=_clock())
        post = httpx.post if self._http is None else self._http.post
        return post(f"{self._http_url}{path}", content=content, headers=headers, timeout=PATIENCE_S)

    def _connected(self, url: str) -> Any:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        parts = urlsplit(url)
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"bell-{uuid4().hex[:12]}")
        if parts.username:
            client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            client.tls_set()
        client.on_connect = self._met
        client.on_subscribe = lambda *_: self._answers.put({"subscribed": True})
        client.on_message = lambda _one, _data, said: self._answers.put(
            dict(orjson.loads(said.payload))
        )
        port = parts.port or PORTS.get(parts.scheme, PORTS["mqtt"])
        try:
            client.connect(parts.hostname or "", port, keepalive=15)
        except OSError as error:
            raise BellUnheard(str(error)) from error
        client.loop_start()
        self._await_subscription(client)
        return client

    def _met(self, client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self._answers.put({"refused": str(reason)})
        else:
            client.subscribe(f"ansim/bells/{self.bell_no}/answer", QOS)

    def _await_subscription(self, client: Any) -> None:
        """So that no answer goes by unheard."""
        try:
            told = self._answers.get(timeout=PATIENCE_S)
        except Empty:
            told = {"refused": "the broker says nothing"}
        if "refused" in told:
            client.disconnect()
            client.loop_stop()
            raise BellUnheard(told["refused"])


def _clock() -> datetime:
    """The bell's own clock, which is nobody else's."""
    return datetime.fromtimestamp(time(), UTC)


def _now() -> str:
    return _clock().isoformat()
