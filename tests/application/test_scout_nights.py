"""A district's nights as its staff sees them: teams, what is taken and free, and who serves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from application.context import Context
from application.errors import Forbidden
from application.escort.nights import NIGHTS_SHOWN, Nights, StartShown
from application.escort.roster_commands import CloseDistrict, FormTeam, OfNight, Shift
from domain.scout_roster import ClosureReason
from tests.application.escort_house import KIM, SUPERVISOR, EscortHouse
from tests.application.house import CHOI_OF_GURO, CITIZEN, COORDINATOR, id_of
from tests.domain.escorts import NIGHT, STARTS_AT, after
from tests.memory import GANGDONG, GURO

NEXT = NIGHT + timedelta(days=1)


class Serving:
    """Two ports: the fold of scouts, which is never behind here, and whoever waits for it."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []
        self.waited: list[tuple[str, int]] = []

    def serving(self, _district: str) -> Sequence[UUID]:
        return self.ids

    def wait(self, fold: str, position: int, _timeout_s: float) -> None:
        self.waited.append((fold, position))


def nights_of(house: EscortHouse, serving: Serving | None = None) -> Nights:
    view = serving or Serving()
    return Nights(
        house.app,
        house.clock,
        policies=house.policy,
        view=view,
        folds=view,
        access_log=house.access,
    )


def start(house: EscortHouse, minutes: float) -> StartShown:
    shown = nights_of(house).night(GANGDONG, NIGHT, KIM).starts
    return next(one for one in shown if one.starts_at == after(minutes))


def test_the_night_is_shown_as_it_stands() -> None:
    house = EscortHouse()
    booked = house.book()
    house.meet(booked)
    sora = house.enlist("sora")
    off = OfNight(district=GANGDONG, night=NIGHT, one=id_of(sora))
    house.scouts.give_day_off(off, SUPERVISOR)
    shown = nights_of(house).night(GANGDONG, NIGHT, KIM)
    (team,) = shown.teams
    assert (team.escorts, team.out) == ((booked.aggregate_id,), True)
    assert (shown.off, shown.closed) == ((id_of(sora),), None)
    nothing = nights_of(house).night(GANGDONG, NEXT, SUPERVISOR)
    assert (nothing.teams, nothing.off, nothing.closed) == ((), (), None)
    assert {(one.taken, one.free, one.past) for one in nothing.starts} == {(0, 0, False)}


def test_each_start_tells_of_the_teams_that_go_out_then_what_is_taken_and_free() -> None:
    house = EscortHouse(teams=2)
    late = tuple(id_of(house.enlist(one)) for one in ("yuna", "nari"))
    shift = Shift(first=after(60), last=after(60))
    form = FormTeam(district=GANGDONG, night=NIGHT, scouts=late, shift=shift)
    house.scouts.form_team(form, SUPERVISOR)
    house.book()
    shown = {
        minutes: (start(house, minutes).taken, start(house, minutes).free)
        for minutes in (-30, 0, 30, 60)
    }
    assert shown == {-30: (1, 1), 0: (1, 1), 30: (1, 1), 60: (0, 3)}
    house.at(20)
    assert start(house, 0) == StartShown(starts_at=STARTS_AT, taken=0, free=0, past=True)
    close = CloseDistrict(district=GANGDONG, night=NIGHT, reason=ClosureReason.WEATHER)
    house.scouts.close(close, SUPERVISOR)
    assert (start(house, 60).taken, start(house, 60).free) == (0, 0)


def test_seven_nights_are_shown_and_the_first_is_the_one_that_runs() -> None:
    house = EscortHouse()

    def nights() -> list[str]:
        return [str(one.night) for one in nights_of(house).nights(GANGDONG, SUPERVISOR)]

    assert len(nights()) == NIGHTS_SHOWN
    assert nights()[:2] == [str(NIGHT), str(NEXT)]
    house.clock.advance(4 * 3600 - 60)
    assert nights()[0] == str(NIGHT), "a minute to one"
    house.clock.advance(120)
    assert nights()[0] == str(NEXT)


def test_the_names_of_those_who_serve_are_read_and_each_look_is_recorded() -> None:
    house, serving = EscortHouse(teams=0), Serving()
    sora, bora, gone = (house.enlist(one) for one in ("sora", "bora", "gone"))
    house.scouts.discharge(id_of(gone), SUPERVISOR)
    house.scouts.revoke_phone(id_of(sora), SUPERVISOR)
    serving.ids = [id_of(sora), id_of(bora), id_of(gone)]
    told = nights_of(house, serving).scouts(GANGDONG, KIM, after=7)
    assert [(one.name, one.has_phone) for one in told] == [("bora", True), ("sora", False)]
    assert serving.waited == [("scouts", 7)]
    looked = [(id_of(sora), "scout.name", "escort"), (id_of(bora), "scout.name", "escort")]
    assert house.access.records == looked


@pytest.mark.parametrize("who", [CHOI_OF_GURO, CITIZEN])
def test_others_see_neither_nights_nor_scouts(who: Context) -> None:
    house = EscortHouse()
    for look in (
        lambda: nights_of(house).night(GANGDONG, NIGHT, who),
        lambda: nights_of(house).nights(GANGDONG, who),
        lambda: nights_of(house).scouts(GANGDONG, who),
    ):
        with pytest.raises(Forbidden):
            look()
    assert nights_of(house).nights(GURO, COORDINATOR)
