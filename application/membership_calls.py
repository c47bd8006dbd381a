"""What facts of members, of those who join, and of their emergencies call for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from application.outbox import Timer, TimerKind
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.drills import Promoted
from domain.guardians import GuardianRemoved
from domain.registration.facts import Begun


def _over(fact: Begun) -> list[Timer]:
    return [Timer(fact.originator_id, TimerKind.REGISTRATION_OVER, fact.expires_at)]


def _forgotten(fact: GuardianRemoved) -> list[Timer]:
    name = str(fact.guardian_id)
    return [Timer(fact.originator_id, TimerKind.GUARDIAN_FORGOTTEN, fact.timestamp, name)]


def guardians_told(fact: facts.Accepted | Promoted) -> list[Timer]:
    """Of a real report of somebody's: whether they are told, her own settings say."""
    if fact.citizen_id is None or (isinstance(fact, facts.Accepted) and fact.drill):
        return []
    return [Timer(fact.originator_id, TimerKind.GUARDIANS_TOLD, fact.timestamp)]


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    Begun: _over,
    GuardianRemoved: _forgotten,
}
