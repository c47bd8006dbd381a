"""Emergency bells (비상벨) in the streets: row S5 of the mission."""

from domain.bell.bell import Bell
from domain.bell.bell_guard import BellGuard
from domain.bell.place import BellPlace

__all__ = ["Bell", "BellGuard", "BellPlace"]
