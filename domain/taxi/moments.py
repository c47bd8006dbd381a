"""When something happened, by what a phone says and by our clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.policy import Policy
from domain.taxi.refusals import MomentUnfit
from domain.taxi.vocabulary import TaxiFlag, Told


def told(
    occurred_at: datetime | None, sent_at: datetime | None, *, at: datetime, policy: Policy
) -> Told:
    """What a phone says of a moment, put right where its clock is off.

    Args:
        occurred_at: when it happened, by the phone's clock; None: now.
        sent_at: what that clock showed when the phone sent it; without it, nothing is put right.
        at: the moment of receipt.
        policy: the city's numbers.

    Raises:
        MomentUnfit: it lies in the future, or too far back to be believed.
    """
    try:
        return _told(occurred_at, sent_at, at, policy)
    except OverflowError as error:
        raise MomentUnfit("at the edge of time") from error


def _told(
    occurred_at: datetime | None, sent_at: datetime | None, at: datetime, policy: Policy
) -> Told:
    skew_s = None if sent_at is None else (sent_at - at).total_seconds()
    skewed = skew_s is not None and abs(skew_s) > policy.clock_skew_s
    flags = [TaxiFlag.CLOCK_SKEWED] if skewed else []
    happened_at = at
    if occurred_at is not None:
        off = timedelta(seconds=skew_s or 0.0) if skewed else timedelta()
        late_s = (at - (occurred_at - off)).total_seconds()
        if not -policy.clock_skew_s <= late_s <= policy.taxi_late_max_s:
            raise MomentUnfit(f"{late_s:.0f} s ago")
        happened_at = min(at, occurred_at - off)
        if late_s > policy.taxi_late_s:
            flags.append(TaxiFlag.LATE)
    return Told(happened_at=happened_at, occurred_at=occurred_at, skew_s=skew_s, flags=tuple(flags))
