"""Positions of a phone on its way, for tests."""

from __future__ import annotations

from typing import Any

from domain.emergency import Emergency
from domain.geography import FixQuality, FixSource, Position
from domain.watching.fix import Fix
from tests.domain.reports import POLICY, after
from tests.memory import GANGDONG, GANGDONG_OFFICE

M_PER_DEG = 111_195.0
"""Of latitude, on the sphere."""


def north(metres: float) -> Position:
    """So far north of the office of Gangdong-gu."""
    return GANGDONG_OFFICE.model_copy(
        update={"latitude_deg": GANGDONG_OFFICE.latitude_deg + metres / M_PER_DEG}
    )


def fix(
    seconds: float,
    *,
    metres: float = 0.0,
    accuracy_m: float | None = 8.0,
    late_s: float = 0.0,
    **changes: Any,
) -> Fix:
    """Taken so many seconds after the trigger, received ``late_s`` after that."""
    moment = after(seconds)
    fields: dict[str, Any] = {
        "position": north(metres),
        "quality": FixQuality(
            source=FixSource.GNSS, accuracy_m=accuracy_m, fixed_at=moment, age_s=late_s
        ),
        "moment": moment,
        "received_at": after(seconds + late_s),
        "said_at": moment,
        "district": GANGDONG,
        "cell": "2109_5478",
        "depth_m": 500.0,
        "battery_pct": 40,
    }
    return Fix(**(fields | changes))


def hears(*fixes: Fix, at: float | None = None):
    """The phone's positions are received; at the last one's moment unless said."""
    moment = fixes[-1].received_at if at is None else after(at)

    def step(report: Emergency) -> None:
        report.follow_positions(fixes, at=moment, policy=POLICY)

    return step
