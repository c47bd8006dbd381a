"""Simulated smart lights of one broker: they do what they are told, and keep a journal of it.

On the disk stand the lamps' own addresses, what they were told, and under which reference.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from threading import Event, Lock
from time import time
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import orjson
import structlog

from interfaces.devices.bell import PORTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

log = structlog.get_logger()

TOPICS: Final = "ansim/lights/{network}/override-commands"
QOS: Final = 1
RESTORED: Final = "program"
"""What a lamp does without a command: what its own program says."""


class LampsUnmet(Exception):
    """They hear nothing of what they are told."""


class SimulatedLamps:
    """Connected for as long as the context lasts, and again whenever the broker comes back.

    Args:
        mqtt_url: of the broker.
        journal: one line a command that was understood, for ever; None: none is kept.
        network: whose lamps they are; ``+``: those of every network.
        name: what they call themselves at the broker, which throws out who has the same name. None:
            a name of their own, and nothing waits for them while they are away.
        hear: called with each command that was understood.
    """

    def __init__(
        self,
        mqtt_url: str,
        *,
        journal: Path | None,
        network: str = "+",
        name: str | None = "simulated-lamps",
        hear: Callable[[dict[str, Any]], None] = lambda _line: None,
    ) -> None:
        self._url = mqtt_url
        self._path = journal
        self._topic = TOPICS.format(network=network)
        self._name = name
        self._hear = hear
        self._subscribed = Event()
        self._refused: str | None = None
        self._lock = Lock()
        self._states: dict[str, str] = {}
        self._client: Any = None
        self._file = -1

    def __enter__(self) -> Self:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for line in read_journal(self._path):
                self._states |= dict.fromkeys(line["lamps"], line["told"])
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        parts = urlsplit(self._url)
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._name or f"lamps-{uuid4().hex[:12]}",
            clean_session=self._name is None,
        )
        if parts.username:
            client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._subscribed.set()
        client.on_message = self._on_message
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        port = parts.port or PORTS.get(parts.scheme, PORTS["mqtt"])
        client.connect_async(parts.hostname or "", port, keepalive=15)
        client.loop_start()
        self._client = client
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if self._path is not None:
            os.close(self._file)

    @property
    def is_met(self) -> bool:
        return bool(self._client.is_connected())

    def wait_until_met(self, within_s: float) -> None:
        """Be told of everything from now on.

        Raises:
            LampsUnmet: the broker is away, or does not let them in.
        """
        if not self._subscribed.wait(within_s):
            raise LampsUnmet(self._refused or "nobody answers")

    def states(self) -> dict[str, str]:
        """What every lamp does that was ever told anything."""
        with self._lock:
            return dict(self._states)

    def _on_connect(self, client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        self._refused = str(reason) if reason.is_failure else None
        if not reason.is_failure:
            client.subscribe(self._topic, QOS)

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        try:
            told = _understood(orjson.loads(message.payload)["body"])
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("override_command.not_understood", topic=message.topic)
            return
        line = {"received_at": datetime.fromtimestamp(time(), UTC).isoformat(), **told}
        line["network"] = message.topic.split("/")[2]
        if self._path is not None:
            os.write(self._file, orjson.dumps(line) + b"\n")
            os.fsync(self._file)
        with self._lock:
            self._states |= dict.fromkeys(told["lamps"], told["told"])
        self._hear(line)


def _understood(body: dict[str, Any]) -> dict[str, Any]:
    """What a TALQ override command tells which lamps; see docs/linked-services.md."""
    lamps = [str(one["address"]).split("/")[0] for one in body["addresses"]]
    command = body.get("targetCommand")
    if command is None:
        return {"lamps": lamps, "told": RESTORED, "ref": None, "until": None}
    state = command["state"]
    blinks = state["name"] == "TextState"
    return {
        "lamps": lamps,
        "told": "blink" if blinks else f"level:{state['value']}",
        "ref": command.get("cmsRefId"),
        "until": command.get("expiration"),
    }


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Every command that was understood, in the order of arrival."""
    if not path.exists():
        return []
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]
