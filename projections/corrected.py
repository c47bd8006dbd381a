"""What a correction changes in a row that shows a report."""

from __future__ import annotations

from typing import Any

from domain.emergency.correcting import Correctable, Corrected, with_district
from domain.emergency.vocabulary import How, Outcome
from domain.geography import DistrictCode


def corrected(fact: Corrected, audience: tuple[DistrictCode, ...]) -> dict[str, Any]:
    """The corrected value under the name of its column.

    A district that turns out to be the report's sees it from then on; nobody loses sight of it.
    """
    if fact.field is Correctable.OUTCOME:
        return {"outcome": Outcome(fact.value)}
    if fact.field is Correctable.HOW:
        return {"how": How(fact.value)}
    return {"district": fact.value, "audience": with_district(audience, fact.value)}
