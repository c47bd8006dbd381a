"""Which control rooms somebody is at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pydantic import AwareDatetime

from domain import centre
from domain.base import Fact
from domain.geography import DistrictCode
from projections.fold import Fold, Key, Row


class CentreRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("district",)

    district: DistrictCode
    open: bool
    since: AwareDatetime
    """When it opened or closed."""
    closed_since: AwareDatetime | None = None
    """When it was last closed, also after it has opened again."""
    last_position: int


class CentresFold(Fold[CentreRow]):
    """One row for each centre that ever had a console."""

    name: ClassVar[str] = "centres"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = CentreRow
    topics: ClassVar[tuple[str, ...]] = (centre.Opened.TOPIC, centre.Closed.TOPIC)

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((getattr(fact, "district"),),)  # noqa: B009 - both have one

    def evolve(self, row: CentreRow | None, fact: Fact) -> CentreRow | None:
        match fact:
            case centre.Opened():
                closed_since = fact.closed_since
            case centre.Closed():
                closed_since = fact.received_at
            case _:
                return row
        return CentreRow(
            district=fact.district,
            open=isinstance(fact, centre.Opened),
            since=fact.received_at,
            closed_since=closed_since,
            last_position=fact.envelope.position,
        )
