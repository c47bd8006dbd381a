"""The code lists of an emergency report. A value once stored is never renamed."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Value
from domain.platform import Platform
from domain.policy import EscalationLevel


class How(StrEnum):
    """What raised the report."""

    BUTTON = "button"
    SHAKE = "shake"
    VOLUME_KEY = "volume_key"
    BELL = "bell"
    UNKNOWN = "unknown"


class Alert(StrEnum):
    """What the phone does after acceptance; silent covers everything that sounds."""

    SIREN = "siren"
    VIBRATION = "vibration"
    SILENT = "silent"


class Flag(StrEnum):
    """What a trigger lacked or got wrong. A flag never refuses, mutes or delays."""

    ID_MISSING = "id_missing"
    POSITION_MISSING = "position_missing"
    POSITION_MALFORMED = "position_malformed"
    POSITION_STALE = "position_stale"
    POSITION_INACCURATE = "position_inaccurate"
    POSITION_OUTSIDE = "position_outside"
    DEVICE_UNKNOWN = "device_unknown"
    DEVICE_REVOKED = "device_revoked"
    CLOCK_SKEWED = "clock_skewed"
    HOW_UNKNOWN = "how_unknown"
    HOW_IMPLAUSIBLE = "how_implausible"
    FIELD_MALFORMED = "field_malformed"
    FIELD_UNKNOWN = "field_unknown"


class Stage(StrEnum):
    """Where a report stands."""

    WINDOW = "window"
    CANCELLED = "cancelled"
    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """How a report ended."""

    SAFE = "safe"
    POLICE_HANDLED = "police_handled"
    AMBULANCE_HANDED = "ambulance_handed"
    TRANSPORTED = "transported"
    FALSE_ALARM = "false_alarm"
    PRANK = "prank"
    DUPLICATE = "duplicate"
    DRILL = "drill"
    NOT_FOUND = "not_found"
    OUTSIDE_AREA = "outside_area"


class CallEnd(StrEnum):
    HUNG_UP = "hung_up"
    UNANSWERED = "unanswered"
    FAILED = "failed"


class PartnerChannel(StrEnum):
    """The outside systems that a report may need."""

    POLICE = "police"
    AMBULANCE = "ambulance"
    CALL = "call"
    POLICE_STAND_DOWN = "police_stand_down"
    AMBULANCE_STAND_DOWN = "ambulance_stand_down"


class Device(Value):
    """The device as it describes itself; ``device_id`` is None when it is not enrolled."""

    device_id: UUID | None = None
    platform: Platform = Platform.UNKNOWN
    app_version: str | None = None


class Escalation(Value):
    """When an unclaimed report rises, and to whom; decided at acceptance."""

    level: EscalationLevel
    due_at: AwareDatetime
