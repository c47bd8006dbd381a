"""The city's numbers of bells, lights and the Ministry's location centre, each with its source."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value


class FacilityNumbers(Value):
    """Part of ``domain.policy.Policy``."""

    bell_stuck_presses: int = Field(default=10, ge=1)
    bell_stuck_within_s: float = Field(default=60.0, gt=0)
    """“Pressed > 10 times in a minute is labelled”: the other services, part 5."""

    bell_stuck_quiet_s: float = Field(default=60.0, ge=0)
    """Presses of a bell that somebody has found stuck, this close behind the last, are counted and
    ring no more; after a longer pause it rings again: ours."""

    bell_silent_after_s: float = Field(default=10_800.0, gt=0)
    """A bell of which nothing was heard for three hours is silent: ours; bells report hourly."""

    bell_battery_low_pct: int = Field(default=20, ge=0, le=100)
    """On the maintenance list below that: ours."""

    bells_silent_share: float = Field(default=0.5, gt=0, le=1)
    """When more of the bells than this share fall silent at once, it is our ears: ours."""

    lights_blink_m: float = Field(default=60.0, ge=0)
    """Smart lights so near an emergency blink: ours; two or three lamps each way."""

    lights_blink_s: float = Field(default=7200.0, gt=0)
    """They stop by themselves after two hours, should nobody be left to tell them: ours."""

    lights_beside_m: float = Field(default=30.0, ge=0)
    """Lamps so near to her way belong to it: ours; a street is not wider."""

    lights_bright_pct: int = Field(default=100, ge=0, le=100)
    """“Brighter along the next 200 m” of a way home: the services, part 2; how bright: ours."""

    wearers_m: float = Field(default=1000.0, gt=0)
    wearers_s: float = Field(default=3600.0, gt=0)
    """How far around a report, and how long at most, the Ministry of Justice is asked to watch
    wearers of electronic anklets: ours; no public document states either."""
