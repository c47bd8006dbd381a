"""Services that others run, linked to what happens here: row S6 of the mission."""

from domain.linked.light_use import LightMode, LightUse
from domain.linked.wearer_watch import WearerWatch

__all__ = ["LightMode", "LightUse", "WearerWatch"]
