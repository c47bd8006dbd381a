"""What lights a report or a session needs now: read from its facts, whoever asks and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.base import Erased, Fact, Value, project
from domain.emergency import Emergency
from domain.emergency.vocabulary import Stage
from domain.geography import Position
from domain.linked import LightMode
from domain.monitoring import Monitoring
from domain.monitoring.lighting import LightsAsked
from domain.policy import Policy


class Need(Value):
    """Lamps near to a point, or to the line through several."""

    mode: LightMode
    points: tuple[Position, ...]
    radius_m: float
    until: datetime


def need_of(history: Sequence[Fact], *, at: datetime, policy: Policy) -> Need | None:
    """None when nothing is to shine otherwise than it does by itself."""
    match project(None, history):
        case Emergency() as report:
            return _around(report, at=at, policy=policy)
        case Monitoring() as session:
            return _ahead(session, history, at=at, policy=policy)
        case _:
            return None


def _around(report: Emergency, *, at: datetime, policy: Policy) -> Need | None:
    """Around an open report; never for a drill, nor where light would betray her (ADR 51)."""
    is_open = report.stage in {Stage.OPEN, Stage.CLAIMED}
    if not is_open or report.drill or report.is_silent:
        return None
    if not isinstance(report.position, Position) or not policy.lights_blink_m:
        return None
    return Need(
        mode=LightMode.BLINK,
        points=(report.position,),
        radius_m=policy.lights_blink_m,
        until=at + timedelta(seconds=policy.lights_blink_s),
    )


def _ahead(
    session: Monitoring, history: Sequence[Fact], *, at: datetime, policy: Policy
) -> Need | None:
    """Along the stretch that she asked for last, as long as that stands."""
    asked = next((one for one in reversed(history) if isinstance(one, LightsAsked)), None)
    if asked is None or session.lights != asked.request_id or at >= asked.until:
        return None
    if isinstance(asked.stretch, Erased):
        return None
    return Need(
        mode=LightMode.BRIGHTEN,
        points=asked.stretch,
        radius_m=policy.lights_beside_m,
        until=asked.until,
    )
