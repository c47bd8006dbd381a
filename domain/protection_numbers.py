"""The numbers of protections: part of ``domain.policy``."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value


class ProtectionNumbers(Value):
    """Part of ``Policy``."""

    protection_emergency_days: int = Field(default=31, ge=1)
    """“1개월을 초과할 수 없다”: Act on the Punishment of Stalking Crimes, art. 5(5)."""

    protection_provisional_days: int = Field(default=92, ge=1)
    """“3개월을 초과할 수 없다”: the same, art. 9(7), as amended on 2023-07-11."""

    protection_extensions_max: int = Field(default=2, ge=0)
    """“두 차례에 한정하여 각 3개월의 범위에서 연장”: the same."""

    protection_places_max: int = Field(default=5, ge=1)
    """Ours: home, work, and the ways between."""

    protection_every_min: int = Field(default=10, ge=1)
    """Looks at one place follow each other no closer than this: ours."""

    protection_look_within_s: float = Field(default=600.0, gt=0)
    """So long after it is due a look is missed, and as long again the city is told: ours."""

    protection_reason_chars_min: int = 10
    """Whoever reads without being assigned says why: ours, as an ending's note."""
