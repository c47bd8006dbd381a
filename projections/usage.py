"""How often the services were used: counted here by the hour, and before this system."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime

from domain import ledger
from domain.base import Fact, Value
from domain.geography import DistrictCode
from domain.policy import SEOUL
from projections.board import ServiceHour
from projections.fold import Fold, Key, Row
from projections.periods import Counted, new_by_year
from projections.taxi_boardings import TaxiBoardingHour

EMERGENCY = "emergency"


class UsageHour(Row):
    KEY: ClassVar[tuple[str, ...]] = ("service", "district", "hour")

    service: str
    district: DistrictCode
    hour: AwareDatetime
    """Beginning of the hour of receipt, UTC."""
    uses: int
    """Accepted real reports; a cancelled one is no use, a drill never counts."""
    cancelled: int
    by_button: int
    by_shake: int
    by_volume_key: int
    by_bell: int
    by_unknown: int
    silent: int
    joined: int
    police: int
    ambulance: int
    resolved: int


class OpeningRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("service", "until")

    service: str
    until: date
    since: date | None
    count: int
    source: str


class UsageOpening(Fold[OpeningRow]):
    """Uses of the years before this system, as a published source states them."""

    name: ClassVar[str] = "usage_opening"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = OpeningRow
    topics: ClassVar[tuple[str, ...]] = ("usage.",)

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.service, fact.until),) if isinstance(fact, ledger.UsageOpened) else ()

    def evolve(self, row: OpeningRow | None, fact: Fact) -> OpeningRow | None:
        if not isinstance(fact, ledger.UsageOpened):
            return row
        return OpeningRow(
            service=fact.service,
            until=fact.until,
            since=fact.since,
            count=fact.count,
            source=fact.source,
        )


class UsageFigures(Value):
    """Uses before this system, and uses counted by it; the two are never mixed."""

    total: int
    """Opening balances alone."""
    new: dict[str, int]
    """Opening balances by year, as far as their source tells them apart."""
    services: dict[str, int]
    """Opening balances by service; unsplit ones stand under “unattributed”."""
    counted: int
    """Uses from this system's own facts."""
    counted_by_year: dict[str, int]
    """By year of receipt in Asia/Seoul."""
    counted_by_district: dict[str, int]
    counted_by_service: dict[str, int]
    taxi_boardings: dict[str, int]
    """Boardings of taxis by what the registry says of the plate: `company`, `private`, `unknown`,
    `unchecked`; `no_plate` where none was given."""
    cancelled: int


def figures(
    openings: Iterable[OpeningRow],
    hours: Iterable[UsageHour | ServiceHour],
    boardings: Iterable[TaxiBoardingHour] = (),
) -> UsageFigures:
    known = tuple(openings)
    counted = tuple(hours)
    return UsageFigures(
        total=sum(row.count for row in known),
        new=new_by_year(Counted(row.since, row.until, row.count) for row in known),
        services=_by((row.service, row.count) for row in known),
        counted=sum(hour.uses for hour in counted),
        counted_by_year=_by((str(hour.hour.astimezone(SEOUL).year), hour.uses) for hour in counted),
        counted_by_district=_by((hour.district, hour.uses) for hour in counted),
        counted_by_service=_by((hour.service, hour.uses) for hour in counted),
        taxi_boardings=_by(pair for hour in boardings for pair in hour.by_kind.items()),
        cancelled=sum(hour.cancelled for hour in counted if isinstance(hour, UsageHour)),
    )


def _by(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, count in sorted(pairs):
        if count:
            sums[name] = sums.get(name, 0) + count
    return sums
