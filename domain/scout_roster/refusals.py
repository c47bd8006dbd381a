"""What a roster refuses, each under a code that is stable for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class NoTeamFree(DomainError):
    """Every team of the district is booked for that start, or off."""

    code: ClassVar[str] = "escort.no_team_free"


class DistrictClosed(DomainError):
    """The district's scouts do not go out that night."""

    code: ClassVar[str] = "escort.district_closed"


class TeamStillOut(DomainError):
    """The team has not brought the last citizen home yet."""

    code: ClassVar[str] = "escort.team_still_out"


class TeamUnfit(DomainError):
    """A team is two different scouts (``Policy.scouts_per_team``)."""

    code: ClassVar[str] = "scout_roster.team_unfit"


class InAnotherTeam(DomainError):
    """One of them walks in another team that night."""

    code: ClassVar[str] = "scout_roster.in_another_team"


class OffThatNight(DomainError):
    """One of them has that night off."""

    code: ClassVar[str] = "scout_roster.off_that_night"


class ShiftUnfit(DomainError):
    """A shift lies within the night's hours and begins before it ends."""

    code: ClassVar[str] = "scout_roster.shift_unfit"


class ShiftBooked(DomainError):
    """The team is booked at an hour that the new shift leaves out."""

    code: ClassVar[str] = "scout_roster.shift_booked"


class TeamUnknown(DomainError):
    """No such team goes out that night."""

    code: ClassVar[str] = "scout_roster.team_unknown"


class NightPast(DomainError):
    """That night is over."""

    code: ClassVar[str] = "scout_roster.night_past"


class NotClosed(DomainError):
    """The district's scouts do go out that night."""

    code: ClassVar[str] = "scout_roster.not_closed"


class NightTooFar(DomainError):
    """Nights are planned a year ahead, and no farther."""

    code: ClassVar[str] = "scout_roster.night_too_far"
