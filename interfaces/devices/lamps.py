"""Simulated smart lights of one broker: they do what they are told, and keep a journal of it.

On the disk stand the lamps' own addresses, what they were told, and under which reference.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote, urlsplit

import orjson
import structlog

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

log = structlog.get_logger()

TOPICS: Final = "ansim/lights/+/override-commands"
QOS: Final = 1
RESTORED: Final = "program"
"""What a lamp does without a command: what its own program says."""


class SimulatedLamps:
    """Connected for as long as the context lasts, and again whenever the broker comes back.

    Args:
        mqtt_url: of the broker.
        journal: one line a command that was understood, for ever.
    """

    def __init__(self, mqtt_url: str, *, journal: Path) -> None:
        self._url = mqtt_url
        self._path = journal
        self._lock = Lock()
        self._states: dict[str, str] = {}
        self._client: Any = None
        self._file = -1

    def __enter__(self) -> Self:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for line in read_journal(self._path):
            self._states |= dict.fromkeys(line["lamps"], line["told"])
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        parts = urlsplit(self._url)
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id="simulated-lamps", clean_session=False
        )
        if parts.username:
            client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        client.on_connect = lambda one, *_: one.subscribe(TOPICS, QOS)
        client.on_message = self._on_message
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        client.connect_async(parts.hostname or "", parts.port or 1883, keepalive=15)
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
        os.close(self._file)

    @property
    def is_met(self) -> bool:
        return bool(self._client.is_connected())

    def states(self) -> dict[str, str]:
        """What every lamp does that was ever told anything."""
        with self._lock:
            return dict(self._states)

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        try:
            told = _understood(orjson.loads(message.payload)["body"])
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("override_command.not_understood", topic=message.topic)
            return
        line = {"received_at": datetime.fromtimestamp(time(), UTC).isoformat(), **told}
        line["network"] = message.topic.split("/")[2]
        os.write(self._file, orjson.dumps(line) + b"\n")
        os.fsync(self._file)
        with self._lock:
            self._states |= dict.fromkeys(told["lamps"], told["told"])


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
