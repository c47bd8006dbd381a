"""Whether a report's holder is there, and who has been called: in the queue and on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.emergency import attending, facts

Changes = dict[str, Any]

CALM: Final[Changes] = {
    "holder_away_at": None,
    "rise_cause": None,
    "paged": None,
    "rings_for": None,
}
"""As it is when somebody has just taken the report, or it begins to ring anew."""


def risen(row: Any, fact: facts.Escalated) -> Changes:
    page = fact.page
    return {"rise_cause": fact.because, "paged": row.paged if page is None else page.district}


PRESENCE: Final[dict[str, Callable[[Any, Any], Changes]]] = {
    attending.HolderAway.TOPIC: lambda _row, fact: {"holder_away_at": fact.received_at},
    attending.HolderBack.TOPIC: lambda _row, _fact: {"holder_away_at": None},
}
"""By topic."""
