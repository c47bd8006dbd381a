"""Parts of the OpenAPI document that are written by hand: bodies that are read leniently."""

from __future__ import annotations

from typing import Any, Final

DEVICE_TOKEN: Final[list[dict[str, list[str]]]] = [{"DeviceToken": []}, {}]

SECURITY_SCHEMES: Final = {
    "DeviceToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that a device got when its owner was registered.",
    }
}

_DEVICE: Final = {
    "type": "object",
    "properties": {
        "device_id": {"type": "string", "description": "What an unknown device calls itself."},
        "platform": {"type": "string", "enum": ["android", "ios", "web", "bell", "unknown"]},
        "app_version": {"type": "string"},
    },
}

_POSITION: Final[dict[str, Any]] = {
    "latitude_deg": {"type": "number", "minimum": -90, "maximum": 90},
    "longitude_deg": {"type": "number", "minimum": -180, "maximum": 180},
    "accuracy_m": {"type": "number", "minimum": 0},
    "source": {
        "type": "string",
        "enum": ["gnss", "wifi", "cell", "fused", "installed", "unknown"],
    },
    "fixed_at": {"type": "string", "format": "date-time"},
}

_TRIGGER: Final = {
    "description": "What a phone should send. Nothing of it is required.",
    "type": "object",
    "properties": {
        "trigger_id": {
            "type": "string",
            "description": "The device's own id of this trigger; repeats carry the same.",
        },
        "how": {"type": "string", "enum": ["button", "shake", "volume_key", "bell"]},
        "presses": {"type": "integer", "description": "Shakes or key presses counted."},
        "occurred_at": {"type": "string", "format": "date-time"},
        "sent_at": {"type": "string", "format": "date-time"},
        "language": {"type": "string", "enum": ["ko", "en", "zh", "ja"]},
        "alert": {"type": "string", "enum": ["siren", "vibration", "silent"]},
        "drill": {"type": "boolean"},
        "position": {
            "type": "object",
            "properties": _POSITION,
        },
        "device": _DEVICE,
        "permissions_denied": {
            "type": "array",
            "description": "What the phone may not do.",
            "items": {
                "type": "string",
                "examples": [
                    "camera",
                    "microphone",
                    "location",
                    "notifications",
                    "bluetooth",
                    "motion",
                ],
            },
        },
    },
    "example": {
        "trigger_id": "2f1c3a52-5a0c-4f7e-9a39-7f0d1c6b8a11",
        "how": "shake",
        "presses": 4,
        "occurred_at": "2023-02-02T21:47:10+09:00",
        "language": "ko",
        "alert": "siren",
        "position": {
            "latitude_deg": 37.5301,
            "longitude_deg": 127.1238,
            "accuracy_m": 12.0,
            "source": "gnss",
            "fixed_at": "2023-02-02T21:47:08+09:00",
        },
        "device": {"platform": "android", "app_version": "3.2.0"},
    },
}

TRIGGER_BODY: Final[dict[str, Any]] = {
    "required": False,
    "content": {"application/json": {"schema": {"anyOf": [_TRIGGER, {}]}}},
}

CANCEL_BODY: Final[dict[str, Any]] = {
    "required": False,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "trigger_id": {
                        "type": "string",
                        "description": "The trigger that is meant; the whole report without it.",
                    },
                    "pin": {"type": "string", "description": "Once the citizen has set one."},
                    "occurred_at": {"type": "string", "format": "date-time"},
                    "device": _DEVICE,
                },
                "example": {"occurred_at": "2023-02-02T21:47:13+09:00"},
            }
        }
    },
}

_FIX: Final = {
    "type": "object",
    "properties": _POSITION | {"battery_pct": {"type": "number", "minimum": 0, "maximum": 100}},
}

POSITIONS_BODY: Final[dict[str, Any]] = {
    "required": False,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "fixes": {
                        "type": "array",
                        "items": _FIX,
                        "description": "Of more than 500, the last 500 are read.",
                    },
                    "sent_at": {
                        "type": "string",
                        "format": "date-time",
                        "description": "By the phone's clock: so it is known how far that is off.",
                    },
                    "device": _DEVICE,
                },
                "example": {
                    "fixes": [
                        {
                            "latitude_deg": 37.5304,
                            "longitude_deg": 127.1241,
                            "accuracy_m": 9.0,
                            "source": "gnss",
                            "fixed_at": "2023-02-02T21:47:20+09:00",
                            "battery_pct": 41,
                        }
                    ],
                    "sent_at": "2023-02-02T21:47:21+09:00",
                },
            }
        }
    },
}
