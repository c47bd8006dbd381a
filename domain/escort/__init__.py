"""A scout escort (안심귀가스카우트): row S4 of the mission."""

from domain.escort.escort import Escort

__all__ = ["Escort"]
