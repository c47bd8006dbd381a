"""An emergency report (긴급신고): row S1 of the mission."""

from domain.emergency.report import Emergency
from domain.emergency.signal import Signal

__all__ = ["Emergency", "Signal"]
