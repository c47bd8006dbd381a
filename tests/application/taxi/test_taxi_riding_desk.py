"""Under way and out again: positions, her word, the end, and who hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from application.errors import Forbidden, TooEarly
from application.outbox import Channel, TimerKind
from application.positions import FixTrouble
from application.taxi.commands import AlightTaxi, AnswerInTaxi, ExtendTaxi, SendTaxiPositions
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.taxi import TaxiTrip
from domain.taxi.facts import Alighted
from domain.taxi.refusals import (
    ExtensionUnfit,
    MomentUnfit,
    NotBoarded,
    QuestionUnknown,
    TripOver,
)
from domain.taxi.vocabulary import (
    TaxiAnswer,
    TaxiAttention,
    TaxiStage,
)
from tests.application.house import CITIZEN, JIYOUNG, KIM, SUJIN
from tests.application.taxi.ride_house import AUNT, HERE, MOTHER, RideHouse
from tests.memory import GANGDONG_HILL, MemoryLog
from tests.scenario import T0

HILL = GANGDONG_HILL.model_dump()


@pytest.fixture
def house() -> RideHouse:
    house = RideHouse()
    house.board(destination=GANGDONG_HILL)
    return house


def at(house: RideHouse, place: dict[str, Any], seconds: float = 0) -> dict[str, Any]:
    return place | {"accuracy_m": 8.0, "fixed_at": house.later(seconds)}


def says(house: RideHouse, answer: TaxiAnswer, question_id: Any = None) -> Any:
    command = AnswerInTaxi(trip_ref="ride-1", answer=answer, question_id=question_id)
    return house.taxi.answer(command, CITIZEN)


def test_positions_are_kept_beside_the_log_and_now_and_then_in_it(house: RideHouse) -> None:
    for _ in range(13):
        house.clock.advance(5)
        receipt = house.send(at(house, HERE))
    assert house.topics() == ["taxi.boarded", "taxi.position_kept"]
    assert (receipt.taken, receipt.open, receipt.position) == (1, True, None)
    trip_id = house.trip().id
    assert len(house.tracks.recent(trip_id, JIYOUNG, T0)) == 13


def test_bad_positions_are_named_and_the_good_ones_among_them_taken(house: RideHouse) -> None:
    house.clock.advance(120)
    receipt = house.send(
        at(house, HERE, 60), at(house, HERE), at(house, {"latitude_deg": 1}), at(house, HERE, -4000)
    )
    assert [(one.index, one.why) for one in receipt.refused] == [
        (0, FixTrouble.FUTURE),
        (2, FixTrouble.MALFORMED),
        (3, FixTrouble.TOO_OLD),
    ]
    assert receipt.taken == 1


def test_positions_out_of_order_bring_no_fact_twice(house: RideHouse) -> None:
    house.clock.advance(120)
    house.send(at(house, HERE))
    receipt = house.send(at(house, HERE, -60), at(house, HERE))
    assert house.topics() == ["taxi.boarded", "taxi.position_kept"]
    assert (receipt.taken, receipt.thinned, receipt.refused) == (1, 1, ())


def test_the_positions_of_another_are_as_of_a_ride_that_never_was(house: RideHouse) -> None:
    other = CITIZEN.model_copy(
        update={"principal": CITIZEN.principal.model_copy(update={"id": str(SUJIN)})}
    )
    for ref in ("ride-1", str(house.trip().id)):
        with pytest.raises(NotBoarded):
            house.taxi.positions(SendTaxiPositions(trip_ref=ref), other)
    with pytest.raises(Forbidden):
        house.taxi.positions(SendTaxiPositions(trip_ref="ride-1"), KIM)


def test_a_ride_is_known_by_the_id_that_it_got_as_well(house: RideHouse) -> None:
    house.alight(str(house.trip().id))
    assert house.trip().stage is TaxiStage.ALIGHTED


def test_she_gets_out_and_the_same_people_are_told(house: RideHouse) -> None:
    house.clock.advance(900)
    receipt = house.alight(position=HILL, place="고덕동 우리집")
    assert receipt.stage is TaxiStage.ALIGHTED
    assert house.phrases_to(MOTHER) == ["taxi.boarded", "taxi.alighted"]
    assert house.phrases_to(AUNT) == []
    assert house.phrases_to(JIYOUNG) == ["taxi.provided_boarded", "taxi.provided_over"]
    house.deliver(Channel.MESSAGE)
    bodies = [one.body for one in house.provider.sent if one.phone == "+821011112222"]
    assert bodies[-1] == "[안심택시] 김지영님 서울32바1234 하차 23:56 고덕동 우리집"


def test_after_the_end_her_track_is_forgotten_and_the_next_ride_may_begin(
    house: RideHouse,
) -> None:
    house.clock.advance(60)
    house.send(at(house, HERE))
    trip_id = house.trip().id
    house.alight()
    assert house.tracks.recent(trip_id, JIYOUNG, T0) == []
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    assert guard.session(SessionKind.TAXI) is None
    receipt = house.send(at(house, HERE))
    assert (receipt.open, receipt.taken) == (False, 0)
    assert house.tracks.recent(trip_id, JIYOUNG, T0) == []


def test_getting_out_twice_is_once_and_nobody_is_told_again(house: RideHouse) -> None:
    first = house.alight()
    house.clock.advance(30)
    assert house.alight().stage is first.stage
    assert house.phrases_to(MOTHER) == ["taxi.boarded", "taxi.alighted"]


def test_getting_out_before_the_boarding_has_come_may_be_tried_again() -> None:
    house = RideHouse()
    with pytest.raises(NotBoarded):
        house.alight()
    house.board(occurred_at=house.later(-60))
    assert house.alight(occurred_at=house.later(-1)).stage is TaxiStage.ALIGHTED


def test_a_moment_of_getting_out_that_cannot_be_is_refused_by_name(house: RideHouse) -> None:
    with pytest.raises(MomentUnfit):
        house.alight(occurred_at=house.later(90_000))
    assert house.trip().stage is TaxiStage.RIDING


def test_without_a_position_she_got_out_where_she_was_last_seen(house: RideHouse) -> None:
    house.clock.advance(60)
    house.send(at(house, HILL))
    house.alight()
    [fact] = [one for one in house.log.facts(house.trip().id) if isinstance(one, Alighted)]
    assert (fact.cell, fact.position) == ("2130_5499", None)


def test_her_status_tells_what_waits_for_her_word(house: RideHouse) -> None:
    house.advance_to_timer(TimerKind.TAXI_OVERDUE)
    status = house.taxi.status("ride-1", CITIZEN)
    assert status.question_id == house.trip().question.question_id  # type: ignore[union-attr]
    assert house.send().question_id == status.question_id


def test_who_takes_too_long_is_asked_and_may_answer(house: RideHouse) -> None:
    house.advance_to_timer(TimerKind.TAXI_OVERDUE)
    assert house.topics() == ["taxi.boarded", "taxi.overrun", "taxi.asked"]
    assert house.phrases_to(JIYOUNG)[-1] == "taxi.ask_overdue"
    receipt = says(house, TaxiAnswer.RIDING, house.taxi.status("ride-1", CITIZEN).question_id)
    assert receipt.question_id is None
    assert house.trip().attention == frozenset()
    house.advance_to_timer(TimerKind.TAXI_OVERDUE)
    assert house.topics()[-2:] == ["taxi.overrun", "taxi.asked"]


def test_who_does_not_answer_is_an_operators_to_look_at(house: RideHouse) -> None:
    house.advance_to_timer(TimerKind.TAXI_OVERDUE)
    house.advance_to_timer(TimerKind.TAXI_ANSWER)
    assert house.trip().attention == {TaxiAttention.OVERDUE, TaxiAttention.NO_ANSWER}
    assert house.fire(TimerKind.TAXI_ANSWER) == "nothing"


def test_who_forgot_to_say_so_is_asked_and_gets_out_by_her_answer(house: RideHouse) -> None:
    house.clock.advance(300)
    for _ in range(26):
        house.clock.advance(5)
        house.send(at(house, HILL))
    assert house.topics()[-1] == "taxi.came_to_rest"
    house.advance_to_timer(TimerKind.TAXI_STILL)
    assert house.phrases_to(JIYOUNG)[-1] == "taxi.ask_forgotten"
    says(house, TaxiAnswer.ALIGHTED, house.taxi.status("ride-1", CITIZEN).question_id)
    assert house.topics()[-3:] == ["taxi.asked", "taxi.answered", "taxi.alighted"]
    assert house.phrases_to(MOTHER) == ["taxi.boarded", "taxi.alighted"]
    assert house.fire(TimerKind.TAXI_STILL) == "nothing"


def test_who_is_lost_sight_of_is_an_operators_to_look_at(house: RideHouse) -> None:
    house.advance_to_timer(TimerKind.TAXI_SIGNAL)
    assert house.trip().attention == {TaxiAttention.SIGNAL_LOST}
    house.send(at(house, HERE))
    assert house.trip().attention == frozenset()


def test_a_timer_that_comes_too_early_by_our_clock_asks_again(house: RideHouse) -> None:
    assert house.fire(TimerKind.TAXI_SIGNAL) == "early"
    with pytest.raises(TooEarly):
        house.taxi._moment_of(house.trip().due_at)


def test_a_call_for_help_is_heard_whatever_it_answers(house: RideHouse) -> None:
    says(house, TaxiAnswer.HELP, AUNT)
    assert house.trip().attention == {TaxiAttention.HELP}
    with pytest.raises(QuestionUnknown):
        says(house, TaxiAnswer.RIDING, AUNT)
    house.alight()
    with pytest.raises(TripOver):
        says(house, TaxiAnswer.RIDING)


def test_she_says_that_it_takes_longer(house: RideHouse) -> None:
    until = house.clock.now().replace(hour=16)
    receipt = house.taxi.extend(ExtendTaxi(trip_ref="ride-1", until=until), CITIZEN)
    assert receipt.due_at == until
    with pytest.raises(ExtensionUnfit):
        house.taxi.extend(ExtendTaxi(trip_ref="ride-1", until=T0), CITIZEN)


def test_a_ride_that_never_was_has_no_timers() -> None:
    house = RideHouse()
    with pytest.raises(NotBoarded):
        house.taxi.alight(AlightTaxi(trip_ref="ride-9"), CITIZEN)
    assert house.app.find(TaxiTrip, TaxiTrip.create_id(JIYOUNG, "ride-9")) is None
    assert house.log.timers == {}


class CountedLog(MemoryLog):
    """Knows how often a stream was read."""

    reads = 0

    def select_events(self, *args: Any, **kwargs: Any) -> Any:
        self.reads += 1
        return super().select_events(*args, **kwargs)


class CountingHouse(RideHouse):
    Log = CountedLog


def test_batches_close_together_replay_the_ride_once() -> None:
    house = CountingHouse()
    house.board()
    assert isinstance(house.log, CountedLog)
    before = house.log.reads
    for _ in range(3):
        house.clock.advance(5)
        house.send(at(house, HERE))
    assert house.log.reads == before + 1


def test_what_another_process_decided_meanwhile_stands(house: RideHouse) -> None:
    house.clock.advance(55)
    house.send(at(house, HERE))
    other = RideHouse.beside(house)
    other.taxi.alight(AlightTaxi(trip_ref="ride-1"), CITIZEN)
    house.clock.advance(10)
    receipt = house.send(at(house, HERE))
    assert not receipt.open
    assert house.topics() == ["taxi.boarded", "taxi.alighted"]
    assert house.tracks.kept == {}
