"""One ride in a taxi, and the people who are told of it."""

from domain.taxi.plate import Plate, PlateMalformed
from domain.taxi.trip import TaxiTrip

__all__ = ["Plate", "PlateMalformed", "TaxiTrip"]
