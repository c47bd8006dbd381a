"""The desk for rides: citizens, control rooms, timers and deliveries come to it."""

from __future__ import annotations

from application.taxi.guarding_desk import GuardingDesk
from application.taxi.reading_desk import TripReadingDesk
from application.taxi.riding_desk import RidingDesk
from application.taxi.timed_desk import TimedDesk


class TaxiDesk(RidingDesk, GuardingDesk, TimedDesk, TripReadingDesk):
    """Everything that may be asked of rides."""
