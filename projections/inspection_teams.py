"""The teams that check places, and the times that they are spoken for."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.base import Fact
from domain.geography import DistrictCode
from domain.inspection import team
from domain.inspection.vocabulary import Span
from projections.fold import NOTHING, Changes, Course, Row


class TeamRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("team_id",)

    team_id: UUID
    district: DistrictCode
    number: int
    disbanded: bool = False
    visits: dict[str, Span]
    """By the check's id, those that have not come to an end."""


class InspectionTeams(Course[TeamRow]):
    """One row for each team that ever was."""

    name: ClassVar[str] = "inspection_teams"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = TeamRow
    topics: ClassVar[tuple[str, ...]] = ("inspection_team.",)

    def begun(self, fact: Fact) -> TeamRow | None:
        if not isinstance(fact, team.Formed):
            return None
        return TeamRow(
            team_id=fact.originator_id, district=fact.district, number=fact.number, visits={}
        )

    def following(self, row: TeamRow, fact: Fact) -> Changes:
        match fact:
            case team.Booked():
                return {"visits": {**row.visits, str(fact.inspection_id): fact.visit}}
            case team.Released():
                gone = str(fact.inspection_id)
                return {"visits": {one: at for one, at in row.visits.items() if one != gone}}
            case team.Disbanded():
                return {"disbanded": True}
            case _:
                return NOTHING
