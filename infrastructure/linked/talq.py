"""What a network of smart lights is told, in the words of TALQ; docs/linked-services.md.

TALQ's: ``OverrideCommand`` with ``addresses`` and ``targetCommand`` (``state``, ``reason``,
``cmsRefId``, ``start``, ``expiration``); without a ``targetCommand`` the lamps go back to their own
program. Not TALQ's: that it goes over MQTT, so the envelope; and blinking, which is an attribute of
the vendor's own (``blinkCommand``) whose state is a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from domain.linked import LightMode

if TYPE_CHECKING:
    from uuid import UUID

    from application.linked.ports import LightCommand

TALQ_VERSION: Final = "2.2.0"
"""Of the data model that these shapes were read from."""
FUNCTION: Final = "LampActuatorFunction"
BLINK: Final = "blinkCommand"
BLINK_STATE: Final = "period=PT1S"
TOPIC: Final = "ansim/lights/{network}/override-commands"


def message_of(command: LightCommand, *, sender: str) -> tuple[str, bytes]:
    """Topic and payload."""
    envelope = {
        "talq-api-version": TALQ_VERSION,
        "clientAddress": sender,
        "resource": "override-commands",
        "body": override_command(command),
    }
    return TOPIC.format(network=command.network), orjson.dumps(envelope)


def override_command(command: LightCommand) -> dict[str, Any]:
    body: dict[str, Any] = {"addresses": [_address(one, command.mode) for one in command.lamps]}
    if command.mode is not None:
        body["targetCommand"] = {
            "state": _state(command),
            "reason": "override",
            "cmsRefId": str(command.delivery_id),
            "start": command.sent_at.isoformat(),
        }
        if command.until is not None:
            body["targetCommand"]["expiration"] = command.until.isoformat()
    return body


def _address(lamp: UUID, mode: LightMode | None) -> dict[str, str]:
    """A device's function; to blink is an attribute of it."""
    attribute = f"/{BLINK}" if mode is LightMode.BLINK else ""
    return {"resource": "devices", "address": f"{lamp}/{FUNCTION}{attribute}"}


def _state(command: LightCommand) -> dict[str, Any]:
    if command.mode is LightMode.BLINK:
        return {"name": "TextState", "value": BLINK_STATE}
    return {"name": "LevelState", "value": command.level_pct}
