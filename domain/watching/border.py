"""Whether she has gone into another centre's district, by the positions that were received.

A pure reading of a track: made anew from the positions at hand, so that repeats, a restart and
positions out of order change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.base import Value
from domain.geography import DistrictCode
from domain.policy import Policy
from domain.watching.fix import Fix


class Crossing(Value):
    """She is in ``district``, and was so without a break since ``since``."""

    district: DistrictCode
    since: datetime


def crossed(
    fixes: Iterable[Fix], *, own: DistrictCode, after: datetime | None, policy: Policy
) -> Crossing | None:
    """The district that she has been in for long enough; None while she is in her own.

    Three things keep a walk along a border from being taken for a crossing: a position that is
    worse than ``border_accuracy_m`` says nothing; one that does not lie deeper in the other
    district than it may be wrong says nothing either; and one in her own begins the time anew.

    Args:
        fixes: in any order.
        own: the district that is responsible.
        after: what was received before does not count; None counts all.
        policy: the city's numbers.
    """
    first: Fix | None = None
    last: Fix | None = None
    for fix in sorted(fixes, key=lambda one: one.moment):
        if (after is not None and fix.moment <= after) or not _telling(fix, policy):
            continue
        if fix.district == own:
            first = last = None
        elif _inside(fix, policy):
            first = fix if first is None or first.district != fix.district else first
            last = fix
    if first is None or last is None:
        return None
    lasted = last.moment - first.moment
    if lasted <= timedelta(seconds=policy.border_after_s):
        return None
    return Crossing(district=first.district, since=first.moment)


def _telling(fix: Fix, policy: Policy) -> bool:
    accuracy_m = fix.quality.accuracy_m
    return accuracy_m is not None and accuracy_m <= policy.border_accuracy_m


def _inside(fix: Fix, policy: Policy) -> bool:
    """Whether it lies deeper in its district than it, or the map, may be wrong."""
    return fix.depth_m > max(fix.quality.accuracy_m or 0.0, policy.border_margin_m)
