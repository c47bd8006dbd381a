"""All sessions of all services in one read model, so that an operator sees one night."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import AwareDatetime

from domain.base import Fact
from domain.geography import DistrictCode
from projections.board.part import BoardPart
from projections.board.parts import PARTS
from projections.board.row import BoardRow, BoardUrgency
from projections.fold import NOTHING, Changes, Course, Rollup, Row

PART_OF = {part.kind: part for part in PARTS}


class ServiceHour(Row):
    KEY: ClassVar[tuple[str, ...]] = ("service", "district", "hour")

    service: str
    district: DistrictCode
    hour: AwareDatetime
    uses: int
    ended: int


class ServicesByHour(Rollup[BoardRow, ServiceHour]):
    """Uses of the services beside the emergency report, by district and hour."""

    name: ClassVar[str] = "services_by_hour"
    row: ClassVar[type[Row]] = ServiceHour

    def contribution(self, row: BoardRow) -> ServiceHour | None:
        if not row.used:
            return None
        return ServiceHour.of(
            service=row.kind, district=row.district, hour=row.hour, uses=1, ended=int(row.ended)
        )


class ServiceBoard(Course[BoardRow]):
    """One row for each session, also when it is over; its service's part says what it shows."""

    name: ClassVar[str] = "service_board"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = BoardRow
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = (ServicesByHour,)
    sealed: ClassVar[bool] = True
    topics: ClassVar[tuple[str, ...]] = tuple(f"{kind}." for kind in PART_OF)
    newest: ClassVar[tuple[str, ...]] = ("last_topic", "last_at", "last_position")

    def begun(self, fact: Fact) -> BoardRow | None:
        return _part(fact).begun(fact)

    def following(self, row: BoardRow, fact: Fact) -> Changes:
        follow = _part(fact).following.get(fact.TOPIC)
        changes = NOTHING if follow is None else follow(row, fact)
        if changes.get("ended"):
            changes = {"urgency": int(BoardUrgency.OVER), "attention": None, **changes}
        if changes.get("urgency", row.urgency) != row.urgency:
            return {"since": fact.timestamp, **changes}
        return changes


def _part(fact: Fact) -> BoardPart:
    return PART_OF[fact.TOPIC.partition(".")[0]]
