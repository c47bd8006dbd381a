"""What kind of device speaks."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    ANDROID = "android"
    IOS = "ios"
    WEB = "web"
    BELL = "bell"
    UNKNOWN = "unknown"
