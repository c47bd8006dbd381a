"""One district's scouts in one night: teams, shifts, capacity."""

from domain.scout_roster.facts import ClosureReason
from domain.scout_roster.roster import ScoutRoster

__all__ = ["ClosureReason", "ScoutRoster"]
