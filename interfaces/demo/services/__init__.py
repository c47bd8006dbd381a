"""One full life of each service beside the emergency report, played over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from domain.base import Fact
from interfaces.demo.people import People
from interfaces.demo.services import bell, escort, inspection, monitoring, protection, taxi
from interfaces.demo.stage import DemoFailed

if TYPE_CHECKING:
    from interfaces.demo.player import Running

Life = Callable[["Running", People], UUID]
"""Plays a session from its beginning to its end, and returns its id."""

LIVES: Final[Mapping[str, Life]] = {
    "escort": escort.live,
    "inspection": inspection.live,
    "protection": protection.live,
    "taxi": taxi.live,
    "bell": bell.live,
    "monitoring": monitoring.live,
}
"""By service."""


def play(running: Running, people: People) -> dict[str, dict[str, Any]]:
    """Every life, one after the other: which session it was, and its facts in order.

    Raises:
        DemoFailed: a step was refused, or its fact did not come; names the service.
    """
    played = {}
    for service, life in LIVES.items():
        try:
            session_id = life(running, people)
        except DemoFailed as error:
            raise DemoFailed(f"service {service}: {error}") from None
        played[service] = {"id": str(session_id), "facts": facts_of(running, session_id)}
    return played


def facts_of(running: Running, session_id: UUID) -> list[str]:
    """The topics of a session's facts, as ``ansim replay`` gives them."""
    stream = running.house.reader.stream(session_id)
    return [fact.TOPIC for fact in stream if isinstance(fact, Fact)]
