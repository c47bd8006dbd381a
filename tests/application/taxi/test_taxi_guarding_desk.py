"""The control rooms watch rides of their district, and only theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from application.access import AccessKind
from application.context import Context, Principal
from application.errors import Forbidden, Unknown
from application.outbox import Channel, TimerKind
from application.taxi.commands import (
    AnswerInTaxi,
    AskInTaxi,
    AttendTaxi,
    CallInTaxi,
    ClaimTaxi,
    EndTaxi,
    GiveTaxiPlate,
    ReadPlate,
)
from domain.call_end import CallEnd
from domain.language import Language
from domain.roles import Role
from domain.taxi import calling
from domain.taxi.refusals import HeldByAnother, NotCalled, NothingToSee, TripOver
from domain.taxi.vocabulary import TaxiAnswer, TaxiAttention, TaxiEndReason, TaxiStage, TaxiVehicle
from tests.application.house import (
    AUDITOR,
    CHO_OF_SONGPA,
    CITIZEN,
    COORDINATOR,
    CORRELATION,
    JIYOUNG,
    KIM,
    LEE,
    PARTNER,
    SYSTEM,
    id_of,
)
from tests.application.taxi.ride_house import HERE, MOTHER, PLATE, RideHouse
from tests.memory import ACROSS_THE_BORDER, GANGDONG_HILL, SONGPA

NOTE = "통화하여 확인함"
PROVIDER = Context(principal=Principal(id="call", role=Role.PARTNER), correlation_id=CORRELATION)
NOBODYS = uuid4()
LONG_NOTE = "She leaned on the button."
Step = Callable[[RideHouse, Context], Any]


def claim(house: RideHouse, who: Context = KIM, *, take_over: bool = False) -> Any:
    return house.taxi.claim(ClaimTaxi(trip_id=house.trip().id, take_over=take_over), who)


def attend(house: RideHouse, who: Context = KIM) -> Any:
    return house.taxi.attend(AttendTaxi(trip_id=house.trip().id, note=NOTE), who)


def ask(house: RideHouse, who: Context = KIM) -> Any:
    return house.taxi.ask(AskInTaxi(trip_id=house.trip().id), who)


def call(house: RideHouse, who: Context = KIM) -> Any:
    return house.taxi.request_call(CallInTaxi(trip_id=house.trip().id), who)


def end(
    house: RideHouse, who: Context = KIM, reason: TaxiEndReason = TaxiEndReason.ARRIVED_SAFELY
) -> Any:
    return house.taxi.end(EndTaxi(trip_id=house.trip().id, reason=reason, note=NOTE), who)


def look(house: RideHouse, who: Context = KIM) -> Any:
    return house.taxi.look(house.trip().id, who)


STEPS: list[Step] = [claim, attend, ask, call, end, look]


@pytest.fixture
def house() -> RideHouse:
    house = RideHouse()
    house.board(destination=GANGDONG_HILL)
    return house


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", [CHO_OF_SONGPA, CITIZEN, AUDITOR, PARTNER, SYSTEM])
def test_nobody_else_may_step_in_or_look(house: RideHouse, step: Step, who: Context) -> None:
    with pytest.raises(Forbidden):
        step(house, who)
    assert house.topics() == ["taxi.boarded"]


@pytest.mark.parametrize("step", [claim, ask, call, end, look])
def test_the_city_may(house: RideHouse, step: Step) -> None:
    assert step(house, COORDINATOR)


def test_a_ride_that_never_was_is_unknown(house: RideHouse) -> None:
    with pytest.raises(Unknown):
        house.taxi.claim(ClaimTaxi(trip_id=uuid4()), KIM)


def test_an_operator_watches_and_another_relieves_her(house: RideHouse) -> None:
    claim(house)
    with pytest.raises(HeldByAnother):
        claim(house, LEE)
    claim(house, LEE, take_over=True)
    assert house.trip().held_by == id_of(LEE)


def test_across_the_border_the_next_centre_may_act_and_who_watches_still_may(
    house: RideHouse,
) -> None:
    claim(house)
    for _ in range(6):
        house.clock.advance(10)
        house.send(
            ACROSS_THE_BORDER.model_dump()
            | {"accuracy_m": 8.0, "fixed_at": house.clock.now().isoformat()}
        )
    assert house.trip().district == SONGPA
    assert ask(house, CHO_OF_SONGPA)
    assert look(house, KIM)
    claim(house, CHO_OF_SONGPA, take_over=True)
    with pytest.raises(Forbidden):
        look(house, KIM)


def test_what_was_looked_at_leaves_the_board(house: RideHouse) -> None:
    with pytest.raises(NothingToSee):
        attend(house)
    house.advance_to_timer(TimerKind.TAXI_SIGNAL)
    attend(house)
    assert house.trip().attention == frozenset()


def test_she_is_asked_in_her_language_and_answers(house: RideHouse) -> None:
    ask(house)
    assert house.phrases_to(JIYOUNG)[-1] == "taxi.ask_operator"
    house.taxi.answer(AnswerInTaxi(trip_ref="ride-1", answer=TaxiAnswer.RIDING), CITIZEN)
    assert house.trip().question is None


def test_the_language_of_the_ride_is_the_one_that_her_phone_speaks() -> None:
    house = RideHouse()
    house.board(language=Language.EN)
    ask(house)
    assert house.composed(JIYOUNG)[-1].language is Language.EN


def test_she_is_called_through_the_provider(house: RideHouse) -> None:
    call(house)
    assert house.deliver(Channel.TAXI_CALL) == ["done"]
    [placed] = house.calls.placed
    assert (placed.phone, placed.report_id) == ("+821012345678", house.trip().id)
    assert house.topics()[-2:] == ["taxi.call_requested", "taxi.call_placed"]
    [kept] = [one for one in house.access.accesses if one.recipient == Channel.TAXI_CALL]
    assert (kept.subject, kept.what, kept.kind) == (JIYOUNG, "phone", AccessKind.PROVISION)


def told(house: RideHouse) -> list[tuple[str, Any]]:
    """What the provider told, as the ride keeps it."""
    return [
        (one.TOPIC.removeprefix("taxi.call_"), getattr(one, "end", None))
        for one in house.app.history(house.trip().id)
        if isinstance(one, calling.CallConnected | calling.CallEnded)
    ]


def test_whether_she_answered_is_kept_once_and_after_the_ride_too(house: RideHouse) -> None:
    trip_id = house.trip().id
    call(house)
    house.deliver(Channel.TAXI_CALL)
    house.alight()
    for _ in range(2):  # providers tell twice
        house.taxi.call_ended(trip_id, "call-1", CallEnd.HUNG_UP, 21.0, PROVIDER)
        house.taxi.call_connected(trip_id, "call-1", PROVIDER)  # … and in any order
        house.taxi.call_ended(trip_id, "call-1", CallEnd.UNANSWERED, 0.0, PROVIDER)
    assert told(house) == [("ended", CallEnd.HUNG_UP), ("connected", None)]


def test_each_call_has_an_end_of_its_own(house: RideHouse) -> None:
    trip_id = house.trip().id
    call(house)
    house.taxi.call_ended(trip_id, "call-0", CallEnd.UNANSWERED, 0.0, PROVIDER)
    house.taxi.call_ended(trip_id, "call-1", CallEnd.HUNG_UP, 3.0, PROVIDER)
    assert [end for _, end in told(house)] == [CallEnd.UNANSWERED, CallEnd.HUNG_UP]


def test_a_call_that_nobody_ordered_is_refused(house: RideHouse) -> None:
    with pytest.raises(NotCalled):
        house.taxi.call_connected(house.trip().id, "call-1", PROVIDER)
    with pytest.raises(Unknown):
        house.taxi.call_connected(uuid4(), "call-1", PROVIDER)
    with pytest.raises(Forbidden):
        house.taxi.call_connected(house.trip().id, "call-1", KIM)


def test_a_call_that_cannot_be_placed_is_told(house: RideHouse) -> None:
    house.calls.down = True
    call(house)
    assert house.deliver(Channel.TAXI_CALL) == ["dead"]
    assert house.topics()[-1] == "taxi.call_failed"


def test_after_the_end_nobody_is_called_any_more(house: RideHouse) -> None:
    call(house)
    house.alight()
    assert house.deliver(Channel.TAXI_CALL) == ["idle"]
    assert house.calls.placed == []


def test_the_control_room_ends_a_ride_and_whoever_was_told_is_told(house: RideHouse) -> None:
    house.send(HERE)
    end(house)
    assert house.trip().stage is TaxiStage.ENDED
    assert house.phrases_to(MOTHER) == ["taxi.boarded", "taxi.ended_safely"]
    assert house.phrases_to(JIYOUNG)[-1] == "taxi.ended_for_you"
    assert house.tracks.kept == {}
    with pytest.raises(TripOver):
        end(house)
    with pytest.raises(TripOver):
        house.alight()


@pytest.mark.parametrize(
    ("reason", "phrase"),
    [
        (TaxiEndReason.UNREACHABLE, "taxi.ended_unreachable"),
        (TaxiEndReason.HANDED_TO_EMERGENCY, "taxi.ended"),
        (TaxiEndReason.MISTAKE, "taxi.ended"),
    ],
)
def test_guardians_learn_of_no_emergency_from_it(
    house: RideHouse, reason: TaxiEndReason, phrase: str
) -> None:
    end(house, reason=reason)
    assert house.phrases_to(MOTHER)[-1] == phrase


def test_who_looks_sees_the_plate_and_the_way_and_leaves_a_record(house: RideHouse) -> None:
    house.send(HERE | {"accuracy_m": 8.0})
    seen = look(house)
    assert (seen.plate, seen.vehicle, seen.name) == (PLATE, TaxiVehicle.PRIVATE, "김지영")
    assert seen.destination == GANGDONG_HILL
    assert [one.model_dump() for one in seen.track] == [HERE]
    assert (seen.warning, seen.attention) == (None, ())
    assert house.access.records[-1] == (JIYOUNG, "taxi.read", "watching")


@pytest.mark.parametrize("who", [CHO_OF_SONGPA, AUDITOR])
def test_whoever_may_not_look_leaves_a_record_of_that(house: RideHouse, who: Context) -> None:
    with pytest.raises(Forbidden):
        look(house, who)
    refused = house.access.accesses[-1]
    assert (refused.kind, refused.subject) == (AccessKind.REFUSAL, JIYOUNG)
    with pytest.raises(Forbidden):
        house.taxi.look(NOBODYS, AUDITOR)
    assert house.access.accesses[-1].subject == NOBODYS


def test_a_call_for_help_is_seen_by_whoever_looks(house: RideHouse) -> None:
    house.taxi.answer(AnswerInTaxi(trip_ref="ride-1", answer=TaxiAnswer.HELP), CITIZEN)
    assert look(house).attention == (TaxiAttention.HELP,)


def test_a_tag_that_was_read_is_told_apart_from_typing(house: RideHouse) -> None:
    house.alight()
    read = ReadPlate(payload=f"차량 {PLATE}", source="qr")  # type: ignore[arg-type]
    house.board("ride-2", plate=None)
    house.taxi.give_plate(GiveTaxiPlate(trip_ref="ride-2", plate=read), CITIZEN)
    assert house.trip("ride-2").plate == PLATE
