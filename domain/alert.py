"""What a phone lets be heard and felt."""

from __future__ import annotations

from enum import StrEnum


class Alert(StrEnum):
    """What the phone does after acceptance; silent covers everything that sounds."""

    SIREN = "siren"
    VIBRATION = "vibration"
    SILENT = "silent"
