"""Which scouts serve in which district, and nothing of who they are."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain import scout
from domain.base import Fact
from domain.geography import DistrictCode
from projections.fold import NOTHING, Changes, Course, Row


class ScoutRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("scout_id",)

    scout_id: UUID
    district: DistrictCode
    has_left: bool


class Scouts(Course[ScoutRow]):
    """One row for each scout that ever was."""

    name: ClassVar[str] = "scouts"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = ScoutRow
    topics: ClassVar[tuple[str, ...]] = (scout.Enlisted.TOPIC, scout.Discharged.TOPIC)

    def begun(self, fact: Fact) -> ScoutRow | None:
        if not isinstance(fact, scout.Enlisted):
            return None
        return ScoutRow(scout_id=fact.scout_id, district=fact.district, has_left=False)

    def following(self, _row: ScoutRow, fact: Fact) -> Changes:
        return {"has_left": True} if isinstance(fact, scout.Discharged) else NOTHING
