"""The code lists of an emergency report. A value once stored is never renamed."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.alert import Alert as Alert  # noqa: PLC0414 - one of these lists
from domain.base import Value
from domain.call_end import CallEnd as CallEnd  # noqa: PLC0414 - a code list like others
from domain.escalation import Escalation as Escalation  # noqa: PLC0414
from domain.platform import Platform


class How(StrEnum):
    """What raised the report."""

    BUTTON = "button"
    SHAKE = "shake"
    VOLUME_KEY = "volume_key"
    BELL = "bell"
    SCOUT = "scout"
    """A scout's own button, on a walk with a citizen or not."""
    UNKNOWN = "unknown"
    WATCHED = "watched"
    """Out of a session in which she is watched: an operator raised it, or she asked for help."""


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
    DRILL_OVERRULED = "drill_overruled"
    FIELD_MALFORMED = "field_malformed"
    FIELD_UNKNOWN = "field_unknown"
    CAMERA_DENIED = "camera_denied"
    MICROPHONE_DENIED = "microphone_denied"
    LOCATION_DENIED = "location_denied"
    NOTIFICATIONS_DENIED = "notifications_denied"
    BLUETOOTH_DENIED = "bluetooth_denied"
    MOTION_DENIED = "motion_denied"
    PERMISSION_DENIED = "permission_denied"
    """Of a permission that we do not know by name."""
    CONSENT_WITHDRAWN = "consent_withdrawn"
    SIGNATURE_MISSING = "signature_missing"
    """The device has a key of its own and did not use it."""
    SIGNATURE_BAD = "signature_bad"
    SIGNATURE_OLD = "signature_old"
    """Good, but made long ago, or by a clock far ahead."""
    BELL_UNKNOWN = "bell_unknown"
    """No bell of this number is registered: where it stands is not known."""
    BELL_RETIRED = "bell_retired"
    """The bell was taken down, as far as we know."""


class CancelRefusal(StrEnum):
    """Why a cancel takes nothing back."""

    LATE = "late"
    RAISED_AGAIN = "raised_again"
    """She has raised again since the trigger that this cancel means."""
    PIN_MISSING = "pin_missing"
    PIN_WRONG = "pin_wrong"
    PIN_LOCKED = "pin_locked"
    """Too many wrong ones: no PIN takes this report back any more."""


class Amendable(StrEnum):
    """What a repeat of a trigger can say otherwise than its first."""

    HOW = "how"
    PRESSES = "presses"
    DEVICE = "device"
    LANGUAGE = "language"
    ALERT = "alert"
    OCCURRED_AT = "occurred_at"
    POSITION = "position"
    OTHER = "other"
    """Something in it that nobody could read."""


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


class VerifiedBy(StrEnum):
    """How it was made sure that somebody is safe."""

    CAMERA = "camera"
    POLICE = "police"
    PIN = "pin"
    MET_IN_PERSON = "met_in_person"


class TakeRight(StrEnum):
    """By what right a report was taken out of another's hand."""

    FRESH = "fresh"
    """Within the first seconds after the claim."""
    RINGING = "ringing"
    """It rang again: its holder had not done what was to be done."""
    AWAY = "away"
    """Its holder was away (`emergency.holder_away`)."""
    SUPERVISOR = "supervisor"
    REASON = "reason"


class RiseCause(StrEnum):
    """Why a report rises."""

    UNANSWERED = "unanswered"
    """Nobody claimed it in time."""
    IDLE = "idle"
    """Whoever claimed it did nothing."""
    CENTRE_CLOSED = "centre_closed"
    """Nobody is at a console of its centre."""
    CENTRE_UNATTENDED = "centre_unattended"
    """No hand was felt for three beats at any console of its centre, which is still open."""


class PartnerChannel(StrEnum):
    """The outside systems that a report may need."""

    POLICE = "police"
    AMBULANCE = "ambulance"
    CALL = "call"
    POLICE_STAND_DOWN = "police_stand_down"
    AMBULANCE_STAND_DOWN = "ambulance_stand_down"
    TEXT = "text"
    HANG_UP = "hang_up"
    PAGE = "page"


class Device(Value):
    """The device as it describes itself; ``device_id`` is None when it is not enrolled."""

    device_id: UUID | None = None
    platform: Platform = Platform.UNKNOWN
    app_version: str | None = None
