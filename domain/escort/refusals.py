"""What a scout escort refuses, each under a code that is stable for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class NotToday(DomainError):
    """Scouts are booked for the same day only, by Seoul's calendar."""

    code: ClassVar[str] = "escort.not_today"


class OutsideHours(DomainError):
    """Scouts go out between 22:00 and 01:00 (``Policy.scouts_from``, ``scouts_until``)."""

    code: ClassVar[str] = "escort.outside_hours"


class StartPast(DomainError):
    """The start that was asked for is over."""

    code: ClassVar[str] = "escort.start_past"


class StartUnknown(DomainError):
    """No escort starts at that minute (``Policy.escort_slot_s``)."""

    code: ClassVar[str] = "escort.start_unknown"


class ClockWrong(DomainError):
    """The phone's clock is far off, and by ours the start cannot be booked."""

    code: ClassVar[str] = "escort.clock_wrong"


class OutsideCity(DomainError):
    """The meeting place lies in no district of the city."""

    code: ClassVar[str] = "escort.outside_city"


class TooFar(DomainError):
    """The destination is farther than scouts walk (``Policy.escort_reach_m``)."""

    code: ClassVar[str] = "escort.too_far"


class WasCancelled(DomainError):
    """The booking was taken back."""

    code: ClassVar[str] = "escort.was_cancelled"


class EscortOver(DomainError):
    """The escort is over."""

    code: ClassVar[str] = "escort.over"


class UnderWay(DomainError):
    """They have met: what is under way ends by arriving, not by a cancel."""

    code: ClassVar[str] = "escort.under_way"


class NotMet(DomainError):
    """They have not met yet."""

    code: ClassVar[str] = "escort.not_met"


class TooEarlyToMeet(DomainError):
    """The start is still far off (``Policy.escort_meet_before_s``)."""

    code: ClassVar[str] = "escort.too_early_to_meet"


class NoTeam(DomainError):
    """The escort has no team at present."""

    code: ClassVar[str] = "escort.no_team"


class CodeWrong(DomainError):
    """That is not what the citizen was told; the try is counted."""

    code: ClassVar[str] = "escort.code_wrong"


class CodeLocked(DomainError):
    """Too many wrong codes (``Policy.escort_code_tries_max``): the centre gives out a new one."""

    code: ClassVar[str] = "escort.code_locked"


class NoShowTold(DomainError):
    """That somebody did not come has been said already."""

    code: ClassVar[str] = "escort.no_show_told"


class NoShowTooEarly(DomainError):
    """Whoever waits, waits a while (``Policy.escort_no_show_after_s``)."""

    code: ClassVar[str] = "escort.no_show_too_early"


class WatchedByAnother(DomainError):
    """Another operator watches this walk."""

    code: ClassVar[str] = "escort.watched_by_another"


class EndNoteLength(DomainError):
    """An ending is explained, briefly (``Policy.note_chars_min``, ``note_chars_max``)."""

    code: ClassVar[str] = "escort.note_length"
