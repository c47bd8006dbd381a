"""Which deliveries to lights and Ministry facts call for.

Each asks only that what is told be brought in line with what is needed when it is brought: so it is
no matter which of several comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid5

from application.outbox import Channel, Delivery
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.drills import Promoted
from domain.emergency.silence import Silenced
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.vocabulary import Alert, Outcome
from domain.monitoring.lighting import LightsAsked, LightsReleased

Called = Callable[[Any], list[Delivery]]


def request_of(report_id: UUID, version: int) -> UUID:
    """The request to the Ministry that a fact of the report calls for."""
    return uuid5(report_id, f"wearer_watch/{version}")


def lights(fact: Fact) -> list[Delivery]:
    return [_about(fact, Channel.LIGHTS)]


def lights_restore(fact: Fact) -> list[Delivery]:
    return [_about(fact, Channel.LIGHTS_RESTORE)]


def opened(fact: facts.Accepted | Promoted | facts.Reopened) -> list[Delivery]:
    """Lights blink, and the Ministry watches; never for a drill."""
    if getattr(fact, "drill", False):
        return []
    request_id = request_of(fact.originator_id, fact.originator_version)
    return [*lights(fact), _about(fact, Channel.WEARER_WATCH, request_id)]


def ended(fact: facts.Resolved) -> list[Delivery]:
    """Of a drill nothing was asked."""
    if fact.outcome is Outcome.DRILL:
        return []
    return [*lights_restore(fact), _about(fact, Channel.WEARER_WATCH_END)]


def joined(fact: facts.Joined) -> list[Delivery]:
    """She may be elsewhere by now, or want nothing to shine."""
    if fact.answer_by is None:
        return []
    silent = fact.alert is Alert.SILENT
    return lights_restore(fact) if silent else lights(fact) if fact.fix is not None else []


def amended(fact: Amended) -> list[Delivery]:
    return lights_restore(fact) if fact.alert is Alert.SILENT else []


def _about(fact: Fact, channel: Channel, request_id: UUID | None = None) -> Delivery:
    return Delivery(
        key=f"{channel}:{fact.originator_id}:{fact.originator_version}",
        channel=channel,
        about=fact.originator_id,
        request_id=request_id or version_as_id(fact.originator_version),
    )


def version_as_id(version: int) -> UUID:
    """A delivery has room for an id only: the version of the fact that called for it, as one."""
    return UUID(int=version)


DELIVERIES: Final[dict[type[Fact], Called]] = {
    facts.Accepted: opened,
    Promoted: opened,
    facts.Reopened: opened,
    facts.Joined: joined,
    Amended: amended,
    Silenced: lights_restore,
    DuressSuspected: lights_restore,
    facts.Resolved: ended,
    LightsAsked: lights,
    LightsReleased: lights_restore,
}
