"""Scout escorts (안심귀가스카우트): bookings, meetings, walks, rosters."""

from application.escort.desk import EscortDesk

__all__ = ["EscortDesk"]
