"""Is all well? Her word, her silence, and what takes too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from domain.escalation import CITY_LINE, OnDuty
from domain.geography import CITY
from domain.page import Page
from domain.taxi import TaxiTrip, facts, refusals, way
from domain.taxi.vocabulary import TaxiAnswer, TaxiAskReason, TaxiAttention
from tests.domain.rides import (
    KIM,
    LEE,
    POLICY,
    QUESTION,
    TRIP,
    after,
    alighted,
    asked,
    board,
    resting,
    riding,
    unanswered,
)
from tests.memory import GANGDONG

PARK = OnDuty(GANGDONG, LEE)


def ask(reason: TaxiAskReason = TaxiAskReason.OPERATOR) -> Callable[[TaxiTrip], None]:
    return lambda trip: trip.ask(reason, operator_id=KIM, at=after(600), policy=POLICY)


def says(
    answer: TaxiAnswer, question_id: UUID | None = QUESTION, seconds: float = 620
) -> Callable[[TaxiTrip], None]:
    return lambda trip: trip.answer(
        answer, question_id=question_id, at=after(seconds), policy=POLICY
    )


def silence(
    seconds: float, question_id: UUID = QUESTION, on_duty: OnDuty = PARK
) -> Callable[[TaxiTrip], None]:
    return lambda trip: trip.answer_due(question_id=question_id, on_duty=on_duty, at=after(seconds))


def test_she_is_asked_with_a_moment_until_which_she_may_answer() -> None:
    riding().when(ask()).then(
        (
            facts.Asked,
            {"question_id": QUESTION, "operator_id": KIM, "answer_by": after(660)},
        )
    )


def test_while_a_question_is_open_that_one_stands() -> None:
    asked().when(ask()).then()


def test_after_the_end_nobody_is_asked() -> None:
    alighted().when(ask()).then_refused(refusals.TripOver)


def test_the_next_question_is_another() -> None:
    unanswered().when(ask()).then((facts.Asked, {"question_id": uuid5(TRIP, "question:2")}))


def test_all_is_well_closes_the_question() -> None:
    asked().when(says(TaxiAnswer.RIDING)).then(
        (facts.Answered, {"answer": TaxiAnswer.RIDING, "due_at": None, "ask_at": None})
    )


def test_the_same_word_twice_is_one() -> None:
    def twice(trip: TaxiTrip) -> None:
        says(TaxiAnswer.RIDING)(trip)
        says(TaxiAnswer.RIDING, seconds=640)(trip)

    asked().when(twice).then(facts.Answered)


def test_a_word_that_comes_too_late_still_counts() -> None:
    trip = unanswered()
    trip.when(says(TaxiAnswer.RIDING, seconds=700)).then(facts.Answered)


def test_a_word_that_nobody_asked_for_counts() -> None:
    riding().when(says(TaxiAnswer.RIDING, None)).then((facts.Answered, {"question_id": None}))


def test_an_unknown_question_is_refused_but_a_call_for_help_never() -> None:
    other = uuid5(TRIP, "question:7")
    riding().when(says(TaxiAnswer.RIDING, other)).then_refused(refusals.QuestionUnknown)
    riding().when(says(TaxiAnswer.ALIGHTED, other)).then_refused(refusals.QuestionUnknown)
    riding().when(says(TaxiAnswer.HELP, other)).then((facts.Answered, {"answer": TaxiAnswer.HELP}))


@pytest.mark.parametrize("answer", [one for one in TaxiAnswer if one is not TaxiAnswer.HELP])
def test_after_the_end_no_word_is_heard(answer: TaxiAnswer) -> None:
    alighted().when(says(answer)).then_refused(refusals.TripOver)


def test_after_the_end_a_call_for_help_is_not_refused_and_no_fact_of_the_ride() -> None:
    alighted().when(says(TaxiAnswer.HELP)).then()


def test_a_call_for_help_stays_until_an_operator_has_looked() -> None:
    trip = board()
    says(TaxiAnswer.HELP, None)(trip)
    says(TaxiAnswer.RIDING, None, 640)(trip)
    assert trip.attention == {TaxiAttention.HELP}
    trip.attend(operator_id=KIM, note="통화함", at=after(700))
    assert trip.attention == frozenset()


def test_her_word_takes_the_worry_off_the_board() -> None:
    trip = board()
    trip.overdue(due_at=trip.due_at, at=trip.due_at, policy=POLICY)
    assert trip.question is not None
    asked_until = trip.question.answer_by
    trip.answer_due(question_id=trip.question.question_id, on_duty=CITY_LINE, at=asked_until)
    assert trip.attention == {TaxiAttention.OVERDUE, TaxiAttention.NO_ANSWER}
    trip.answer(TaxiAnswer.RIDING, question_id=None, at=asked_until, policy=POLICY)
    assert trip.attention == frozenset()
    assert trip.due_at == asked_until + timedelta(seconds=POLICY.taxi_overdue_again_s)


def test_without_a_word_in_time_an_operator_is_to_look() -> None:
    asked().when(silence(660)).then(facts.Unanswered)
    asked().when(silence(659.9)).then()
    asked().when(silence(660, uuid5(TRIP, "question:2"))).then()
    unanswered().when(silence(661)).then()
    alighted(asked()).when(silence(1900)).then()


def test_the_supervisor_is_called_about_her_silence_and_else_the_city() -> None:
    there: Page = asked().when(silence(660)).fact.page
    assert (there.district, there.staff_id) == (GANGDONG, LEE)
    city: Page = asked().when(silence(660, on_duty=CITY_LINE)).fact.page
    assert (city.district, city.staff_id) == (CITY, None)
    assert there.page_id == city.page_id


def test_each_silence_is_a_call_of_its_own() -> None:
    second = uuid5(TRIP, "question:2")
    again = unanswered().given(
        facts.Asked,
        timestamp=after(700),
        question_id=second,
        reason=TaxiAskReason.OVERDUE,
        operator_id=None,
        answer_by=after(760),
    )
    pages = [asked().when(silence(660)), again.when(silence(760, second))]
    assert len({one.fact.page.page_id for one in pages}) == 2


def test_whoever_has_the_ride_sees_her_silence_and_nobody_is_called() -> None:
    held = asked().given(
        facts.Claimed,
        timestamp=after(610),
        operator_id=KIM,
        district=GANGDONG,
        from_operator=None,
    )
    held.when(silence(660)).then((facts.Unanswered, {"page": None}))


def test_what_takes_too_long_is_noticed_and_asked_about_once() -> None:
    def due(seconds: float, at: float) -> Callable[[TaxiTrip], None]:
        return lambda trip: trip.overdue(due_at=after(seconds), at=after(at), policy=POLICY)

    riding().when(due(3600, 3600)).then(
        facts.Overrun, (facts.Asked, {"reason": TaxiAskReason.OVERDUE, "operator_id": None})
    )
    riding().when(due(3600, 3599.9)).then()
    riding().when(due(1800, 3700)).then()
    alighted().when(due(3600, 3600)).then()
    (
        riding()
        .given(facts.Overrun, timestamp=after(3600), due_at=after(3600))
        .when(due(3600, 3601))
        .then()
    )


def test_a_ride_that_is_extended_is_due_later() -> None:
    def extend(until: float, at: float = 600) -> Callable[[TaxiTrip], None]:
        return lambda trip: trip.extend(until=after(until), at=after(at), policy=POLICY)

    riding().when(extend(5000)).then((facts.Extended, {"due_at": after(5000)}))
    riding().when(extend(3600)).then()
    riding().when(extend(600 + POLICY.taxi_extend_max_s)).then(facts.Extended)
    riding().when(extend(600)).then_refused(refusals.ExtensionUnfit)
    riding().when(extend(601 + POLICY.taxi_extend_max_s)).then_refused(refusals.ExtensionUnfit)
    alighted().when(extend(5000, 1900)).then_refused(refusals.TripOver)


def test_an_extension_settles_that_it_was_overdue() -> None:
    trip = board()
    trip.overdue(due_at=trip.due_at, at=trip.due_at, policy=POLICY)
    later = trip.due_at + timedelta(seconds=900)
    trip.extend(until=later, at=trip.due_at, policy=POLICY)
    assert trip.attention == frozenset()


def test_who_may_have_forgotten_to_say_so_is_asked() -> None:
    def due(ask_at: float, at: float) -> Callable[[TaxiTrip], None]:
        return lambda trip: trip.still_due(ask_at=after(ask_at), at=after(at), policy=POLICY)

    resting().when(due(1200, 1200)).then((facts.Asked, {"reason": TaxiAskReason.FORGOTTEN}))
    resting(arrived=False).when(due(1200, 1200)).then(
        (facts.Asked, {"reason": TaxiAskReason.STILL})
    )
    resting().when(due(1200, 1199.9)).then()
    resting().when(due(1100, 1200)).then()
    riding().when(due(1200, 1200)).then()
    moved = resting().given(way.MovedOn, timestamp=after(900), rested_s=300.0)
    moved.when(due(1200, 1200)).then()
    alighted(resting()).when(due(1200, 1900)).then()


def test_who_stays_where_she_is_by_her_own_word_is_asked_again_later() -> None:
    trip = asked(resting(), TaxiAskReason.FORGOTTEN)
    outcome = trip.when(says(TaxiAnswer.RIDING))
    outcome.then((facts.Answered, {"ask_at": after(620 + POLICY.taxi_still_s)}))
