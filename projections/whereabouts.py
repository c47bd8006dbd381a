"""What positions, transfers and an operator's findings change in the row of a report.

The queue and the page of one report know the same of it, so both take it from here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.classification import Classification, Urgency
from domain.emergency.describing import Classified
from domain.emergency.moving import PositionUpdated, SignalLost, SignalRegained
from domain.emergency.protected import Protected
from domain.emergency.transferring import (
    Offer,
    TransferAccepted,
    TransferExpired,
    TransferOffered,
    TransferRefused,
)
from domain.emergency.vocabulary import Flag, Stage
from domain.geography import DistrictCode, FixQuality
from projections.presence import CALM
from projections.queue_row import Changes, quality


class Shared(Protocol):
    """What both rows have."""

    @property
    def audience(self) -> tuple[DistrictCode, ...]: ...
    @property
    def returned_by(self) -> tuple[DistrictCode, ...]: ...
    @property
    def urgency(self) -> Urgency: ...


def seen(fact: facts.Triggered | facts.Joined | Amended) -> Changes:
    """How well it is known where she was when she raised it."""
    return _located(fact.timestamp, fact.fix) | {"outside": Flag.POSITION_OUTSIDE in fact.flags}


def _located(received_at: datetime, fix: FixQuality | None) -> Changes:
    if fix is None:
        return {"located_at": None} | quality(None)
    age = timedelta(seconds=max(0.0, fix.age_s or 0.0))
    return {"located_at": received_at - age} | quality(fix)


def _position_updated(_row: Shared, fact: PositionUpdated) -> Changes:
    known = {"outside": fact.outside, "battery_pct": fact.battery_pct}
    return _located(fact.timestamp, fact.fix) | known


def _signal_lost(_row: Shared, fact: SignalLost) -> Changes:
    lost = {"signal_lost_at": fact.timestamp, "battery_pct": fact.battery_pct}
    if fact.fix is None or fact.age_s is None:
        return lost
    located_at = fact.timestamp - timedelta(seconds=fact.age_s)
    return lost | quality(fact.fix) | {"located_at": located_at}


def _classified(row: Shared, fact: Classified) -> Changes:
    said = Classification(
        kind=fact.kind, concerns=fact.concerns, weapon=fact.weapon, injury=fact.injury
    )
    urgency = row.urgency if row.urgency is Urgency.PROTECTED else fact.urgency
    return {"classification": said, "urgency": urgency}


def _offered(row: Shared, fact: TransferOffered) -> Changes:
    return {
        "offer": Offer(to_district=fact.to_district, answer_by=fact.answer_by),
        "audience": tuple(dict.fromkeys((*row.audience, fact.to_district))),
        "returned_by": without(row.returned_by, (fact.to_district,)),
    }


def _accepted(_row: Shared, fact: TransferAccepted) -> Changes:
    return {
        "offer": None,
        "district": fact.to_district,
        "stage": Stage.CLAIMED,
        "ringing": False,
        "escalation": None,
        "held_by": fact.operator_id,
        "claimed_at": fact.received_at,
        "act_by": fact.act_by,
        "recheck_due": False,
        **CALM,
    }


def _returned(row: Shared, fact: TransferRefused | TransferExpired) -> Changes:
    gone = dict.fromkeys((*row.returned_by, fact.to_district))
    return {"offer": None, "returned_by": tuple(gone)}


def without(
    districts: tuple[DistrictCode, ...], gone: tuple[DistrictCode, ...]
) -> tuple[DistrictCode, ...]:
    return tuple(one for one in districts if one not in gone)


MOVED: Final[dict[str, Callable[[Any, Any], Changes]]] = {
    PositionUpdated.TOPIC: _position_updated,
    SignalLost.TOPIC: _signal_lost,
    SignalRegained.TOPIC: lambda _row, _fact: {"signal_lost_at": None},
    Classified.TOPIC: _classified,
    Protected.TOPIC: lambda _row, _fact: {"urgency": Urgency.PROTECTED},
    TransferOffered.TOPIC: _offered,
    TransferAccepted.TOPIC: _accepted,
    TransferRefused.TOPIC: _returned,
    TransferExpired.TOPIC: _returned,
}
"""By the fact's topic."""

READS: Final[dict[type[Fact], tuple[str, ...]]] = {
    PositionUpdated: ("outside", "fix", "battery_pct"),
    SignalLost: ("fix", "age_s", "battery_pct"),
    SignalRegained: (),
    Classified: ("kind", "concerns", "weapon", "injury", "urgency"),
    Protected: (),
    TransferOffered: ("to_district", "answer_by"),
    TransferAccepted: ("to_district", "operator_id", "act_by"),
    TransferRefused: ("to_district",),
    TransferExpired: ("to_district",),
}
