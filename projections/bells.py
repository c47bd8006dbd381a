"""Every emergency bell: where it stands, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact
from domain.bell import facts
from domain.geography import Cell, DistrictCode
from projections.fold import NOTHING, Changes, Course, Row


class BellRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("bell_id",)

    bell_id: UUID
    bell_no: str
    district: DistrictCode
    cell: Cell | None
    latitude_deg: float
    longitude_deg: float
    address: str
    line: str | None
    since: AwareDatetime
    """Since when it should be heard."""
    retired: bool = False
    silent_since: AwareDatetime | None = None
    """When it was last heard; None while it is."""
    stuck_since: AwareDatetime | None = None
    stuck_report_id: UUID | None = None
    repaired_at: AwareDatetime | None = None
    last_position: int


class BellsFold(Course[BellRow]):
    """One row for each bell that ever stood."""

    name: ClassVar[str] = "bells"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = BellRow
    topics: ClassVar[tuple[str, ...]] = ("bell.",)

    def begun(self, fact: Fact) -> BellRow | None:
        if not isinstance(fact, facts.Installed):
            return None
        return BellRow(
            bell_id=fact.originator_id,
            bell_no=fact.bell_no,
            **_place(fact),
            line=fact.line,
            since=fact.received_at,
            last_position=fact.envelope.position,
        )

    def following(self, row: BellRow, fact: Fact) -> Changes:
        follow = FOLLOWING.get(fact.TOPIC)
        if follow is None:
            return NOTHING
        return {**follow(row, fact), "last_position": fact.envelope.position}


def _place(fact: facts.Installed | facts.Moved | facts.Reinstated) -> dict[str, Any]:
    place = fact.place
    return {
        "district": place.district,
        "cell": place.cell,
        "latitude_deg": place.latitude_deg,
        "longitude_deg": place.longitude_deg,
        "address": place.address,
    }


def _well(fact: Fact) -> dict[str, Any]:
    return {
        "since": fact.received_at,
        "silent_since": None,
        "stuck_since": None,
        "stuck_report_id": None,
    }


FOLLOWING: Mapping[str, Callable[[BellRow, Any], dict[str, Any]]] = {
    facts.Moved.TOPIC: lambda _row, fact: _place(fact),
    facts.LineChanged.TOPIC: lambda _row, fact: {"line": fact.line},
    facts.Retired.TOPIC: lambda _row, _fact: {"retired": True},
    facts.Reinstated.TOPIC: lambda _row, fact: {
        **_place(fact),
        **_well(fact),
        "line": fact.line,
        "retired": False,
    },
    facts.FellSilent.TOPIC: lambda _row, fact: {"silent_since": fact.last_heard_at},
    facts.HeardAgain.TOPIC: lambda _row, _fact: {"silent_since": None},
    facts.SeemedStuck.TOPIC: lambda _row, fact: {
        "stuck_since": fact.received_at,
        "stuck_report_id": fact.report_id,
    },
    facts.Repaired.TOPIC: lambda _row, fact: {**_well(fact), "repaired_at": fact.received_at},
}
