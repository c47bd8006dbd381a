"""Understanding the positions that a phone sends on its way: bad ones are counted, none is fatal.

An untyped JSON value goes in: ``{"fixes": [...], "sent_at": …}``, each fix in the words of
``triggers.POSITION`` and ``battery_pct``. Fixes come out, oldest first, by our clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from application.plain_values import moment, number, within
from application.ports import Districts
from domain.base import Value
from domain.geography import FixQuality, FixSource, Position
from domain.policy import Policy
from domain.watching.fix import Fix

FIXES_MAX: Final = 500
"""Of one batch; of more, the last ones: forty minutes of a phone that was out of reach."""
BATTERY_MAX: Final = 100


class FixTrouble(StrEnum):
    """Why a position was not taken."""

    MALFORMED = "malformed"
    """No place on the ground, or a moment that is none."""
    FUTURE = "future"
    """Taken at a moment that has not come, by our clock."""
    TOO_OLD = "too_old"
    """Longer ago than the live map remembers."""


class RefusedFix(Value):
    """``index`` counts from 0 in the batch as it was sent."""

    index: int
    why: FixTrouble


@dataclass(frozen=True, slots=True)
class ReadFixes:
    """``left_out`` are those before the last ``FIXES_MAX``."""

    fixes: Sequence[Fix]
    refused: tuple[RefusedFix, ...]
    left_out: int


def read_fixes(
    sent: object,
    *,
    at: datetime,
    known_skew_s: float | None,
    districts: Districts,
    policy: Policy,
) -> ReadFixes:
    """What was ``sent``, received at ``at``.

    Args:
        sent: any JSON value.
        at: the moment of receipt.
        known_skew_s: how far the phone's clock was off at its trigger; what it says of its own
            time along with the positions stands before that. Only a clock that runs ahead is
            believed: one that seemed late may have been a trigger that was long on its way.
        districts: the map.
        policy: the city's numbers.
    """
    fields: Mapping[str, Any] = sent if isinstance(sent, Mapping) else {}
    listed = fields.get("fixes")
    batch = listed if isinstance(listed, list) else [] if listed is None else [listed]
    device_now = moment(fields.get("sent_at"))
    known = max(0.0, known_skew_s or 0.0)
    skew_s = known if device_now is None else (device_now - at).total_seconds()
    reading = _Reading(at, _telling(skew_s, policy), districts, policy)
    left_out = max(0, len(batch) - FIXES_MAX)
    found = [(index, reading.fix(one)) for index, one in enumerate(batch) if index >= left_out]
    fixes = [one for _, one in found if isinstance(one, Fix)]
    return ReadFixes(
        fixes=sorted(fixes, key=lambda fix: fix.moment),
        refused=tuple(
            RefusedFix(index=index, why=one) for index, one in found if isinstance(one, FixTrouble)
        ),
        left_out=left_out,
    )


def _telling(skew_s: float, policy: Policy) -> timedelta:
    """What a clock is off, unless the way over the network explains it."""
    return timedelta(seconds=skew_s if abs(skew_s) > policy.fix_ahead_s else 0.0)


@dataclass(frozen=True, slots=True)
class _Reading:
    at: datetime
    skew: timedelta
    districts: Districts
    policy: Policy

    def fix(self, sent: object) -> Fix | FixTrouble:
        fields: Mapping[str, Any] = sent if isinstance(sent, Mapping) else {}
        latitude_deg = number(fields.get("latitude_deg"))
        longitude_deg = number(fields.get("longitude_deg"))
        said_at = moment(fields.get("fixed_at"))
        unclear = said_at is None and fields.get("fixed_at") is not None
        if unclear or not (within(latitude_deg, 90) and within(longitude_deg, 180)):
            return FixTrouble.MALFORMED
        taken_at = self._by_our_clock(said_at)
        if isinstance(taken_at, FixTrouble):
            return taken_at
        position = Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg)
        located = self.districts.locate(position)
        return Fix(
            position=position,
            quality=self._quality(fields, taken_at),
            moment=taken_at or self.at,
            received_at=self.at,
            said_at=said_at,
            district=located.district,
            cell=located.cell,
            depth_m=located.depth_m,
            outside=located.outside,
            battery_pct=_battery_pct(fields.get("battery_pct")),
        )

    def _by_our_clock(self, said_at: datetime | None) -> datetime | FixTrouble | None:
        """None when the phone does not say when; a hair in the future is now."""
        if said_at is None:
            return None
        try:
            taken_at = said_at - self.skew
            ahead_s = (taken_at - self.at).total_seconds()
        except OverflowError:
            return FixTrouble.MALFORMED
        if ahead_s > self.policy.fix_ahead_s:
            return FixTrouble.FUTURE
        if -ahead_s > self.policy.live_positions_s:
            return FixTrouble.TOO_OLD
        return min(taken_at, self.at)

    def _quality(self, fields: Mapping[str, Any], taken_at: datetime | None) -> FixQuality:
        accuracy_m = number(fields.get("accuracy_m"))
        said: Any = fields.get("source")
        known = isinstance(said, str) and said in set(FixSource)
        return FixQuality(
            source=FixSource(said) if known else FixSource.UNKNOWN,
            accuracy_m=accuracy_m if accuracy_m is not None and accuracy_m >= 0 else None,
            fixed_at=taken_at,
            age_s=None if taken_at is None else (self.at - taken_at).total_seconds(),
        )


def _battery_pct(said: object) -> int | None:
    found = number(said)
    return round(found) if found is not None and 0 <= found <= BATTERY_MAX else None
