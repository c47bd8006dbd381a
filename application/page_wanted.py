"""Whether a call to a control room is still wanted when its turn comes.

A provider that was away for minutes would ring for everything that was seen to meanwhile, and the
line is taken while it does. A call is left out only where somebody has the matter in hand, or it is
over; who gives it out of hand again has it called for, as before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain import centre
from domain.base import Fact
from domain.emergency import facts
from domain.escort import facts as escort
from domain.monitoring import asking
from domain.monitoring import facts as monitoring
from domain.monitoring.vocabulary import CheckInAnswer, WatchRise
from domain.protection import facts as protection
from domain.taxi import facts as taxi
from domain.taxi.vocabulary import TaxiAnswer

Turn: TypeAlias = bool | None
"""Seen to; not any more; or nothing to do with it."""


def is_wanted(history: Sequence[Fact], page_id: UUID | None) -> bool:
    """Whether nobody has seen to it since the call ``page_id`` was ordered.

    Args:
        history: all facts of the report, the session or the centre.
        page_id: which call; wanted where no fact has ordered it, which ``page_request`` refuses.
    """
    ordered: Fact | None = None
    wanted = True
    for fact in history:
        if ordered is None:
            page = getattr(fact, "page", None)
            ordered = fact if page is not None and page.page_id == page_id else None
        elif (turn := SEEN_TO[type(ordered)](ordered, fact)) is not None:
            wanted = not turn
    return wanted


def _report(_ordered: facts.Escalated, later: Fact) -> Turn:
    match later:
        case facts.Claimed() | facts.TakenOver() | facts.Resolved():
            return True
        case facts.Released() | facts.Reopened():
            return False
        case _:
            return None


def _watched(ordered: monitoring.Escalated, later: Fact) -> Turn:
    match later:
        case monitoring.Arrived() | monitoring.Ended():
            return True
        case asking.Answered(answer=CheckInAnswer.ALL_RIGHT) | asking.Cleared():
            return True if ordered.because in HER_SILENCE else None
        case monitoring.Assigned():
            return True if ordered.because not in HER_SILENCE else None
        case monitoring.Unwatched():
            return False if ordered.because not in HER_SILENCE else None
        case _:
            return None


def _escorted(_ordered: escort.Unwatched, later: Fact) -> Turn:
    match later:
        case escort.WatchBegun() | escort.Completed() | escort.Cancelled() | escort.Ended():
            return True
        case escort.WatchLeft():
            return False
        case _:
            return None


def _ridden(_ordered: taxi.Unanswered, later: Fact) -> Turn:
    match later:
        case taxi.Answered(answer=TaxiAnswer.HELP):
            return None
        case taxi.Answered() | taxi.Claimed() | taxi.Attended() | taxi.Alighted() | taxi.Ended():
            return True
        case _:
            return None


def _looked(ordered: protection.LookMissed, later: Fact) -> Turn:
    over = isinstance(later, protection.Ended)
    looked = isinstance(later, protection.Looked) and later.look_id == ordered.look_id
    return True if over or looked else None


def _open(_ordered: centre.Closed, later: Fact) -> Turn:
    return True if isinstance(later, centre.Opened) else None


HER_SILENCE: Final = frozenset({WatchRise.UNANSWERED, WatchRise.CALLED})
"""Where an operator may watch already, and yet nobody knows how she is."""
SEEN_TO: Final[Mapping[type[Fact], Callable[[Any, Fact], Turn]]] = {
    centre.Closed: _open,
    facts.Escalated: _report,
    monitoring.Escalated: _watched,
    protection.LookMissed: _looked,
    escort.Unwatched: _escorted,
    taxi.Unanswered: _ridden,
}
"""Of each fact that has somebody called, how later ones bear on it."""
