"""The desk for emergency reports, and the commands that it takes."""

from application.emergency.desk import EmergencyDesk

__all__ = ["EmergencyDesk"]
