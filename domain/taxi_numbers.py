"""The numbers of the safe taxi; a part of ``domain.policy.Policy``.

Of the source, only what is marked so; where nothing is cited, a number is ours.
"""

from __future__ import annotations

from pydantic import Field

from domain.base import Value


class TaxiNumbers(Value):
    """See ``domain.policy.Policy``."""

    taxi_late_max_s: float = Field(default=6 * 3600.0, gt=0)
    """A boarding that came later than this is taken for a wrong clock: ours; a phone that finds no
    network for a whole night has other troubles."""
    taxi_late_s: float = Field(default=120.0, ge=0)
    """What came later than this is marked as late: ours."""

    taxi_ride_s: float = Field(default=3600.0, gt=0)
    """How long a ride takes of which neither end nor destination is known: ours."""
    taxi_pace_m_per_s: float = Field(default=3.0, gt=0)
    """Metres nearer to the destination in a second, as the crow flies: ours, half of what cars
    drive in Seoul by day, since streets bend and lights are red."""
    taxi_grace_s: float = Field(default=600.0, ge=0)
    """After the expected arrival, before anybody is asked: ours."""
    taxi_overdue_again_s: float = Field(default=900.0, gt=0)
    """After “still under way” she is asked again when that is over: ours."""
    taxi_extend_max_s: float = Field(default=4 * 3600.0, gt=0)
    """How far ahead a ride may be extended: ours."""

    taxi_answer_s: float = Field(default=60.0, gt=0)
    """A question to somebody in a taxi waits so long for an answer: ours, twice that of somebody
    who walks, since a driver may be listening."""

    taxi_still_s: float = Field(default=600.0, gt=0)
    """“Arrived and still for 10 min”: the other services, part 3."""
    taxi_rest_s: float = Field(default=120.0, gt=0)
    taxi_rest_m: float = Field(default=60.0, gt=0)
    """Within so many metres for so long, she is at rest, and no red light: ours."""
    taxi_arrival_m: float = Field(default=200.0, gt=0)
    """So near is at the destination: ours; a taxi stops where it can."""

    taxi_away_m: float = Field(default=1500.0, gt=0)
    """So much farther from the destination than it had come near, it drives away from it: ours;
    detours over the bridges of the Han are shorter."""
    taxi_away_s: float = Field(default=30.0, ge=0)
    """Seen for at least so long, since one position may be wrong: ours."""

    taxi_track_s: float = Field(default=60.0, gt=0)
    taxi_track_m: float = Field(default=500.0, gt=0)
    """Of the positions that flow, the log keeps one this often, or when the taxi has come this far
    within a half of that time: ours."""
    taxi_signal_lost_s: float = Field(default=180.0, gt=0)
    """Without a usable position for so long, she is lost sight of: ours, longer than on foot, for
    the tunnels."""

    taxi_plates_max: int = Field(default=4, ge=1)
    """Plates of one ride, the first and mended ones; each is written to the guardians: ours."""
    taxi_check_again_s: float = Field(default=300.0, gt=0)
    """A registry that was out of reach is asked again after this while the ride goes on: ours."""
    taxi_registry_wait_s: float = Field(default=1.0, gt=0)
    """So long a boarding waits for the registry; then it is asked later: ours."""
