"""A district's scouts and its nights: who enlists, forms teams, gives days off, closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.context import Context
from application.errors import Forbidden, Unauthenticated, Unknown
from application.escort.numbers import numbers_of_scouts
from application.escort.roster_commands import (
    ChangeShift,
    CloseDistrict,
    FormTeam,
    OfNight,
    Shift,
)
from application.escort.scouts import EnlistScout
from domain.base import ERASED
from domain.escort.vocabulary import EscortStage
from domain.language import Language
from domain.message import Message, RecipientKind
from domain.roles import Role
from domain.scout import Scout, ScoutLeft
from domain.scout_roster import ClosureReason
from domain.scout_roster.refusals import (
    InAnotherTeam,
    NotClosed,
    OffThatNight,
    ShiftBooked,
    TeamStillOut,
    TeamUnknown,
)
from tests.application.escort_house import CITIZEN, KIM, SUPERVISOR, EscortHouse, citizen
from tests.application.house import CHOI_OF_GURO, COORDINATOR, PARK_OF_SONGPA
from tests.domain.escorts import NIGHT, STARTS_AT, after
from tests.memory import GANGDONG, GURO

SUJIN = citizen("sujin")
NEXT = NIGHT + timedelta(days=1)


def of_night(one: UUID, night: Any = NIGHT) -> OfNight:
    return OfNight(district=GANGDONG, night=night, one=one)


def form(*scouts: Context, night: Any = NIGHT, district: str = GANGDONG) -> FormTeam:
    ids = tuple(UUID(one.principal.id) for one in scouts)
    return FormTeam(district=district, night=night, scouts=ids)


def id_of(context: Context) -> UUID:
    return UUID(context.principal.id)


CLOSE = CloseDistrict(district=GANGDONG, night=NIGHT, reason=ClosureReason.WEATHER)


def test_a_scouts_phone_speaks_for_her_until_it_is_taken_away() -> None:
    house = EscortHouse(teams=0)
    command = EnlistScout(district=GANGDONG, name="미나", phone="+821055550001")
    enlisted = house.scouts.enlist(command, SUPERVISOR)
    who = house.scouts.admit(enlisted.token)
    assert (who.role, who.district, who.id) == (Role.SCOUT, GANGDONG, str(enlisted.scout_id))
    renewed = house.scouts.enroll_phone(enlisted.scout_id, SUPERVISOR)
    assert house.scouts.recognise(enlisted.token) is None
    assert house.scouts.recognise(renewed.token) is not None
    house.scouts.revoke_phone(enlisted.scout_id, SUPERVISOR)
    for useless in (renewed.token, "nonsense", f"{uuid4().hex}.x", None, ""):
        with pytest.raises(Unauthenticated):
            house.scouts.admit(useless)


def test_who_she_is_is_told_to_her_centre_and_leaves_a_record() -> None:
    house = EscortHouse()
    mina = house.scouts_of[house.team_ids[0]][0]
    shown = house.scouts.show_scout(id_of(mina), KIM)
    assert (shown.name, shown.phone, shown.has_phone, shown.left) == (
        "mina",
        "+821055550001",
        True,
        False,
    )
    assert house.access.records == [(id_of(mina), "scout.contact", "escort")]
    with pytest.raises(Forbidden):
        house.scouts.show_scout(id_of(mina), CHOI_OF_GURO)


def test_only_the_districts_supervisor_and_the_city_rule_its_nights() -> None:
    house = EscortHouse()
    mina = house.scouts_of[house.team_ids[0]][0]
    steps: list[Callable[[Context], object]] = [
        lambda who: house.scouts.form_team(form(mina), who),
        lambda who: house.scouts.close(CLOSE, who),
        lambda who: house.scouts.stand_down(of_night(house.team_ids[0]), who),
        lambda who: house.scouts.discharge(id_of(mina), who),
        lambda who: house.scouts.enroll_phone(id_of(mina), who),
        lambda who: house.scouts.enlist(
            EnlistScout(district=GANGDONG, name="x", phone="+821055550009"), who
        ),
    ]
    for step in steps:
        for who in (CITIZEN, KIM, PARK_OF_SONGPA, mina):
            with pytest.raises(Forbidden):
                step(who)
    assert house.scouts.close(CLOSE, COORDINATOR).cancelled == ()


def test_a_team_is_formed_of_the_districts_own_scouts() -> None:
    house = EscortHouse(teams=0)
    mina, hana = house.enlist("mina"), house.enlist("hana")
    command = EnlistScout(district=GURO, name="x", phone="+821055550009")
    stranger = house.scouts.enlist(command, COORDINATOR).scout_id
    with pytest.raises(Unknown):
        house.scouts.form_team(
            FormTeam(district=GANGDONG, night=NIGHT, scouts=(id_of(mina), stranger)), SUPERVISOR
        )
    formed = house.scouts.form_team(form(mina, hana), SUPERVISOR)
    assert house.app.load(Scout, id_of(mina)).teams == {NIGHT: formed.team_id}
    bora = house.enlist("bora")
    with pytest.raises(InAnotherTeam):
        house.scouts.form_team(form(mina, bora), SUPERVISOR)
    assert house.scouts.form_team(form(mina, bora, night=NEXT), SUPERVISOR).team_id


def test_a_shift_is_changed_around_what_is_booked() -> None:
    house = EscortHouse()
    house.book()
    late = ChangeShift(
        district=GANGDONG,
        night=NIGHT,
        team_id=house.team_ids[0],
        shift=Shift(first=after(30), last=after(150)),
    )
    with pytest.raises(ShiftBooked):
        house.scouts.change_shift(late, SUPERVISOR)
    early = late.model_copy(update={"shift": Shift(first=after(-30), last=after(0))})
    house.scouts.change_shift(early, SUPERVISOR)
    assert house.roster().teams[house.team_ids[0]].shift_until == STARTS_AT


def test_a_team_that_stands_down_is_replaced_or_sought() -> None:
    house = EscortHouse(teams=2)
    house.join(id_of(SUJIN))
    first, second = house.book(), house.book(SUJIN)
    told = house.scouts.stand_down(of_night(house.team_ids[0]), SUPERVISOR)
    assert told.waiting == (first.aggregate_id,)
    assert house.escort(first.aggregate_id).team_id is None
    assert house.told(first.aggregate_id)[3:] == [
        ("escort.taken_off", RecipientKind.SCOUT),
        ("escort.taken_off", RecipientKind.SCOUT),
        ("escort.team_sought", RecipientKind.CITIZEN),
    ]
    house.escorts.cancel(first.aggregate_id, CITIZEN)
    house.form(("yuna", "nari"))
    assert house.scouts.stand_down(of_night(house.team_ids[1]), SUPERVISOR).waiting == ()
    assert house.escort(second.aggregate_id).team_id is not None
    mina = house.scouts_of[house.team_ids[0]][0]
    assert house.app.load(Scout, id_of(mina)).teams == {}
    with pytest.raises(TeamUnknown):
        house.scouts.stand_down(of_night(house.team_ids[1]), SUPERVISOR)


def test_a_day_off_takes_the_scout_and_her_team_out_of_the_night() -> None:
    house = EscortHouse()
    booked = house.book()
    mina, hana = house.scouts_of[house.team_ids[0]]
    told = house.scouts.give_day_off(of_night(id_of(mina)), SUPERVISOR)
    assert told.waiting == (booked.aggregate_id,)
    bora = house.enlist("bora")
    with pytest.raises(OffThatNight):
        house.scouts.form_team(form(mina, bora), SUPERVISOR)
    assert house.scouts.form_team(form(hana, bora), SUPERVISOR).team_id
    assert house.scouts.give_day_off(of_night(id_of(mina)), SUPERVISOR).position is None
    house.scouts.take_back_day_off(of_night(id_of(mina)), SUPERVISOR)
    yuna = house.enlist("yuna")
    assert house.scouts.form_team(form(mina, yuna), SUPERVISOR).team_id


def test_nobody_stands_down_who_walks() -> None:
    house = EscortHouse()
    house.walking()
    mina = house.scouts_of[house.team_ids[0]][0]
    with pytest.raises(TeamStillOut):
        house.scouts.stand_down(of_night(house.team_ids[0]), SUPERVISOR)
    with pytest.raises(TeamStillOut):
        house.scouts.give_day_off(of_night(id_of(mina)), SUPERVISOR)
    with pytest.raises(TeamStillOut):
        house.scouts.discharge(id_of(mina), SUPERVISOR)


def test_a_closure_takes_back_what_waits_and_leaves_who_walks() -> None:
    house = EscortHouse(teams=2)
    house.join(id_of(SUJIN))
    walks = house.book()
    waits = house.book(SUJIN)
    house.meet(walks)
    told = house.scouts.close(CLOSE, SUPERVISOR)
    assert told.cancelled == (waits.aggregate_id,)
    assert house.escort(waits.aggregate_id).stage is EscortStage.CANCELLED
    assert house.escort(walks.aggregate_id).stage is EscortStage.WALKING
    assert house.told(waits.aggregate_id)[3:] == [
        ("escort.cancelled", RecipientKind.SCOUT),
        ("escort.cancelled", RecipientKind.SCOUT),
        ("escort.closed", RecipientKind.CITIZEN),
    ]
    assert house.scouts.close(CLOSE, SUPERVISOR).position is None
    reopen = of_night(uuid4())
    house.scouts.reopen(reopen, SUPERVISOR)
    with pytest.raises(NotClosed):
        house.scouts.reopen(reopen, SUPERVISOR)
    with pytest.raises(NotClosed):
        house.scouts.reopen(of_night(uuid4(), NEXT), SUPERVISOR)
    assert house.book(SUJIN, request="request-2").team_found


def test_a_scout_who_leaves_is_taken_out_of_her_nights() -> None:
    house = EscortHouse()
    booked = house.book()
    mina, hana = house.scouts_of[house.team_ids[0]]
    house.scouts.form_team(form(mina, hana, night=NEXT), SUPERVISOR)
    house.scouts.discharge(id_of(mina), SUPERVISOR)
    assert house.escort(booked.aggregate_id).team_id is None
    left = house.app.load(Scout, id_of(mina))
    assert (left.left, left.teams) == (True, {})
    assert house.app.load(Scout, id_of(hana)).teams == {}
    assert house.scouts.discharge(id_of(mina), SUPERVISOR).position is None
    with pytest.raises(ScoutLeft):
        house.scouts.enroll_phone(id_of(mina), SUPERVISOR)
    with pytest.raises(ScoutLeft):
        house.scouts.form_team(form(mina, hana), SUPERVISOR)


def test_a_scout_in_no_team_leaves_as_well() -> None:
    house = EscortHouse()
    bora = house.enlist("bora")
    house.scouts.discharge(id_of(bora), SUPERVISOR)
    assert house.app.load(Scout, id_of(bora)).left


def test_scouts_are_written_to_in_their_own_language_while_they_serve() -> None:
    house = EscortHouse(teams=0)
    mina, hana = house.enlist("mina", Language.JA), house.enlist("hana")
    house.scouts.form_team(form(mina, hana), SUPERVISOR)
    house.book()
    numbers = numbers_of_scouts(house.app)[RecipientKind.SCOUT]
    messages = {
        one.recipient.recipient_id: one
        for fact in house.log.facts()
        if type(fact).TOPIC == "message.composed"
        and (one := house.app.load(Message, fact.originator_id))
    }
    assert messages[id_of(mina)].recipient.language is Language.JA
    assert numbers(messages[id_of(mina)]) == "+821055550001"
    house.escorts.cancel(next(iter(house.roster().kept)), CITIZEN)
    house.scouts.discharge(id_of(mina), SUPERVISOR)
    assert numbers(messages[id_of(mina)]) is None
    stranger = messages[id_of(hana)]
    stranger.recipient = stranger.recipient.model_copy(update={"recipient_id": uuid4()})
    assert numbers(stranger) is None


def test_of_an_erased_scout_nothing_is_shown_or_used() -> None:
    house = EscortHouse()
    mina = house.app.load(Scout, id_of(house.scouts_of[house.team_ids[0]][0]))
    mina.name = mina.phone = ERASED
    house.scouts._ruled = lambda *_: mina  # type: ignore[method-assign]
    shown = house.scouts.show_scout(mina.id, KIM)
    assert (shown.name, shown.phone) == (None, None)
