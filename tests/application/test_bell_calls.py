"""The voice link of a bell is a call to its line."""

from __future__ import annotations

from uuid import UUID

from application.attempts import AttemptOutcome
from application.context import Context
from application.emergency.commands import ClaimReport, RequestCall
from application.outbox import Channel
from application.ports import CallRequest
from domain.bell import Bell
from tests.application.bell_house import LINE, PARK, BellHouse
from tests.application.house import COORDINATOR, KIM, SYSTEM
from tests.application.test_delivery_desk import Desk


def called(house: BellHouse, report_id: UUID, operator: Context) -> Desk:
    house.desk.claim(ClaimReport(report_id=report_id), operator)
    house.desk.request_call(RequestCall(report_id=report_id), operator)
    return Desk(house, Channel.CALL)


def test_a_call_for_a_press_is_a_call_to_the_line_of_the_bell() -> None:
    house = BellHouse()
    desk = called(house, house.press().aggregate_id, KIM)
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    [asked] = desk.partner.asked
    assert isinstance(asked, CallRequest)
    assert asked.phone == LINE


def test_an_unknown_bell_has_no_line() -> None:
    house = BellHouse()
    desk = called(house, house.press(bell_no="XX-1").aggregate_id, COORDINATOR)
    assert desk.attempt() == (AttemptOutcome.DEAD, "nothing_to_send")
    assert desk.partner.asked == []


def test_a_bell_that_was_taken_down_has_no_line() -> None:
    house = BellHouse()
    bell = house.app.load(Bell, Bell.create_id(PARK))
    bell.retire(at=house.clock.now())
    house.app.save(bell, context=SYSTEM)
    desk = called(house, house.press().aggregate_id, KIM)
    assert desk.attempt() == (AttemptOutcome.DEAD, "nothing_to_send")
