"""What is proposed to be linked: near in time and place, seen by the asker, and fit for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from application.errors import Forbidden
from application.links_desk import NEAR_MAX, LinksDesk
from domain.emergency.vocabulary import Alert, How, Stage
from domain.geography import Cell
from domain.language import Language
from domain.platform import Platform
from projections.progress import Lane
from projections.queue_row import BEGUN, QueueRow
from tests.application.house import CHOI_OF_GURO, COORDINATOR, KIM, DeskHouse
from tests.application.test_reading_desk import Views
from tests.memory import GANGDONG, GURO
from tests.scenario import T0

HERE: Cell = "2087_5512"


def named(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"/reports/{name}")


HERS = named("hers")


class City:
    """Reports where they happen; both ports of the desk that ask for them."""

    def __init__(self) -> None:
        self.rows: dict[UUID, QueueRow] = {}
        self.places: dict[UUID, Cell] = {}

    def raised(
        self, name: str, cell: Cell | None = HERE, *, after_s: float = 0, **changes: Any
    ) -> UUID:
        at = T0 + timedelta(seconds=after_s)
        fields: dict[str, Any] = {
            "report_id": named(name),
            "stage": Stage.OPEN,
            "lane": Lane.REAL,
            "district": GANGDONG,
            "audience": (GANGDONG,),
            "citizen_known": True,
            "how": How.BUTTON,
            "platform": Platform.ANDROID,
            "language": Language.KO,
            "alert": Alert.SIREN,
            "flags": (),
            "received_at": at,
            "cancel_until": at,
            "last_topic": "emergency.accepted",
            "last_at": at,
            "last_position": 1,
        }
        row = BEGUN.replace(**(fields | changes))
        self.rows[row.report_id] = row
        if cell is not None:
            self.places[row.report_id] = cell
        return row.report_id

    def of(self, report_ids: Collection[UUID]) -> list[QueueRow]:
        return [self.rows[one] for one in report_ids if one in self.rows]

    def cells(self, report_ids: Collection[UUID]) -> Mapping[UUID, Cell]:
        return {one: self.places[one] for one in report_ids if one in self.places}

    def raised_in(
        self, cells: Collection[Cell], since: datetime, until: datetime
    ) -> Collection[UUID]:
        return [
            one
            for one, row in self.rows.items()
            if row.lane is Lane.REAL
            and self.places.get(one) in cells
            and since <= row.received_at <= until
        ]


@pytest.fixture
def city() -> City:
    city = City()
    city.raised("hers")
    return city


@pytest.fixture
def desk(city: City) -> LinksDesk:
    house, views = DeskHouse(), Views()
    return LinksDesk(
        house.app, house.clock, reading=views.desk, queue=city, places=city, folds=views
    )


def proposed(desk: LinksDesk, who: Any = KIM) -> list[UUID]:
    return [row.report_id for row in desk.links(HERS, who).near]


def test_the_nearest_come_first_and_tell_how_far_away_they_are(city: City, desk: LinksDesk) -> None:
    far, close = city.raised("far", "2091_5512"), city.raised("close", "2088_5512", after_s=900)
    city.raised("beyond", "2093_5512")
    city.raised("long ago", after_s=-1801)
    assert proposed(desk) == [close, far]
    assert desk.links(HERS, KIM).distances_m == {close: 100, far: 400}


def test_what_is_over_may_be_about_the_same_as_long_as_it_is_shown(
    city: City, desk: LinksDesk
) -> None:
    ended = city.raised("ended", stage=Stage.RESOLVED)
    later = T0 + timedelta(minutes=9)
    taken_back = city.raised("taken back", stage=Stage.CANCELLED, reopen_until=later)
    gone = T0 - timedelta(seconds=1)
    city.raised("gone", stage=Stage.CANCELLED, reopen_until=gone)
    assert {*proposed(desk)} == {ended, taken_back}


def test_nobody_is_shown_what_another_centre_sees(city: City, desk: LinksDesk) -> None:
    theirs = city.raised("theirs", audience=(GURO,))
    assert proposed(desk) == []
    assert proposed(desk, COORDINATOR) == [theirs]
    with pytest.raises(Forbidden):
        desk.links(HERS, CHOI_OF_GURO)


def test_where_nothing_is_known_of_a_place_nothing_is_proposed(city: City, desk: LinksDesk) -> None:
    protected = city.raised("protected", None)
    assert proposed(desk) == []
    city.raised("close")
    assert desk.links(protected, KIM).near == ()


def test_a_drill_is_proposed_nothing_and_to_nobody(city: City, desk: LinksDesk) -> None:
    drill = city.raised("drill", lane=Lane.DRILL)
    assert proposed(desk) == []
    assert desk.links(drill, KIM).near == ()


def test_of_two_incidents_none_is_proposed_to_the_other(city: City, desk: LinksDesk) -> None:
    city.raised("another's", incident_id=named("another incident"))
    assert len(proposed(desk)) == 1
    city.raised("hers", incident_id=None)
    city.rows[HERS] = city.rows[HERS].replace(incident_id=named("her incident"))
    assert proposed(desk) == []


def test_a_crowd_is_cut(city: City, desk: LinksDesk) -> None:
    for number in range(NEAR_MAX + 3):
        city.raised(f"crowd {number}")
    assert len(proposed(desk)) == NEAR_MAX
