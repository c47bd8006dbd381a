"""An emergency within a ride: hers, by her quiet word, or raised for her."""

from __future__ import annotations

from typing import Any

import pytest

from application.context import Context
from application.emergency.commands import ClaimReport, ResolveReport
from application.errors import Forbidden
from application.taxi.commands import AnswerInTaxi, RaiseFromTaxi
from domain.emergency import Emergency
from domain.emergency.vocabulary import Alert, Flag, How, Outcome
from domain.session_kind import SessionKind
from domain.taxi.refusals import TripOver
from domain.taxi.vocabulary import TaxiAnswer, TaxiAttention
from tests.application.house import CHO_OF_SONGPA, CITIZEN, COORDINATOR, KIM, SYSTEM
from tests.application.taxi.ride_house import HERE, RideHouse
from tests.memory import GANGDONG_HILL, GANGDONG_OFFICE

LONG_NOTE = "She leaned on the button."


@pytest.fixture
def house() -> RideHouse:
    house = RideHouse()
    house.board(destination=GANGDONG_HILL)
    return house


def help_me(house: RideHouse) -> Emergency:
    """She says so; the report that came of it, when its moment is over."""
    house.taxi.answer(AnswerInTaxi(trip_ref="ride-1", answer=TaxiAnswer.HELP), CITIZEN)
    return accepted(house)


def raised(house: RideHouse, who: Context = KIM, **how: Any) -> Emergency:
    command = RaiseFromTaxi(trip_id=house.trip().id, **how)
    named = house.taxi.raise_emergency(command, who).aggregate_id
    report = accepted(house)
    assert report.id == named
    return report


def accepted(house: RideHouse) -> Emergency:
    report_id = house.open_reports()[-1]
    house.desk.window_elapsed(report_id, SYSTEM)
    return house.report(report_id)


def test_a_call_for_help_is_a_report_at_once_and_a_quiet_one(house: RideHouse) -> None:
    house.send(HERE | {"accuracy_m": 8.0})
    report = help_me(house)
    assert (report.how, report.alert, report.position) == (
        How.WATCHED,
        Alert.SILENT,
        GANGDONG_OFFICE,
    )
    assert house.trip().attention == {TaxiAttention.HELP, TaxiAttention.EMERGENCY}
    assert report.sessions == ((SessionKind.TAXI, house.trip().id),)


def test_before_her_phone_has_said_more_she_is_looked_for_where_she_got_in() -> None:
    house = RideHouse()
    house.board(position=HERE | {"accuracy_m": 8.0})
    assert help_me(house).position == GANGDONG_OFFICE


def test_said_again_it_is_the_same_report(house: RideHouse) -> None:
    report = help_me(house)
    assert help_me(house).id == report.id
    assert house.open_reports() == (report.id,)


def test_said_again_after_that_report_was_resolved_it_is_another(house: RideHouse) -> None:
    reports = []
    for _ in range(3):
        report = help_me(house)
        reports.append(report.id)
        house.desk.claim(ClaimReport(report_id=report.id), KIM)
        over = ResolveReport(report_id=report.id, outcome=Outcome.FALSE_ALARM, note=LONG_NOTE)
        house.desk.resolve(over, KIM)
    assert len(set(reports)) == len(reports)


def test_after_the_end_a_call_for_help_is_a_report_all_the_same(house: RideHouse) -> None:
    house.alight()
    report = help_me(house)
    assert (report.how, report.alert, report.sessions) == (How.WATCHED, Alert.SILENT, ())
    assert house.trip().attention == frozenset()


def test_an_operator_raises_for_her_with_where_she_was_seen_last(house: RideHouse) -> None:
    report = raised(house)
    assert (report.alert, report.position) == (Alert.SILENT, GANGDONG_OFFICE)
    assert house.trip().reports == (report.id,)


def test_of_whom_nothing_was_ever_seen_no_place_is_made_up() -> None:
    house = RideHouse()
    house.board(position=None)
    report = raised(house, COORDINATOR)
    assert report.position is None
    assert Flag.POSITION_MISSING in next(iter(report.heard.values())).flags
    assert house.trip().reports == (report.id,)


def test_where_nobody_listens_it_may_be_heard(house: RideHouse) -> None:
    assert raised(house, silent=False).alert is Alert.VIBRATION


def test_only_who_may_watch_raises_and_only_under_way(house: RideHouse) -> None:
    with pytest.raises(Forbidden):
        raised(house, CHO_OF_SONGPA)
    house.alight()
    with pytest.raises(TripOver):
        raised(house)
    assert house.open_reports() == ()


def test_an_emergency_within_belongs_to_the_ride_until_it_is_over(house: RideHouse) -> None:
    report_id = house.accepted().report_id
    assert house.trip().reports == (report_id,)
    assert house.trip().attention == {TaxiAttention.EMERGENCY}
    assert house.taxi.look(house.trip().id, KIM).reports == (report_id,)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.resolve(
        ResolveReport(report_id=report_id, outcome=Outcome.FALSE_ALARM, note=LONG_NOTE), KIM
    )
    assert house.topics()[-1] == "taxi.emergency_ended"
    assert house.trip().attention == frozenset()


def test_who_boards_with_an_open_report_brings_it_along() -> None:
    house = RideHouse()
    report_id = house.accepted().report_id
    house.board()
    assert house.topics() == ["taxi.boarded", "taxi.emergency_raised"]
    assert house.report(report_id).sessions == ((SessionKind.TAXI, house.trip().id),)
