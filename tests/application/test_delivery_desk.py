"""One attempt at a delivery, over twins: what partners are told, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.attempts import AttemptOutcome
from application.delivery_book import Patience
from application.delivery_desk import DeliveryDesk
from application.emergency.commands import (
    CancelReport,
    ReopenReport,
    RequestAmbulance,
    RequestPolice,
)
from application.errors import (
    LogUnavailable,
    PartnerRefused,
    PartnerUnavailable,
    Unknown,
)
from application.identity import DeviceIdentity
from application.member_desk import RegisterMember
from application.messages import NothingToSend, call_request, help_request
from application.outbox import Channel
from application.paging import PageRequest
from application.ports import CallRequest, HelpRequest
from application.putting_off import Throttling
from domain.emergency.refusals import NotRequested
from domain.platform import Platform
from domain.policy import EscalationLevel
from tests.application.delivery_twins import AccessList, MemoryBook, Partner, everybody
from tests.application.house import CITIZEN, COORDINATOR, KIM, SYSTEM, DeskHouse, phone, sent
from tests.memory import ACROSS_THE_BORDER, GANGDONG, GANGDONG_OFFICE

PATIENCE = Patience(attempts_max=2)


class Desk:
    """A delivery desk over twins, with one of the deliveries that a report calls for."""

    def __init__(self, house: DeskHouse, channel: Channel) -> None:
        [delivery] = [one for one in house.log.deliveries.values() if one.channel is channel]
        self.house = house
        self.book = MemoryBook(delivery)
        self.partner = Partner()
        self.access = AccessList()
        self.desk = DeliveryDesk(
            app=house.app,
            book=self.book,
            reports=house.desk,
            partners=lambda: everybody(self.partner),
            access_log=self.access,
            chance=lambda: 1.0,
            patience=PATIENCE,
        )

    def attempt(self) -> tuple[AttemptOutcome, str | None]:
        made = self.desk.attempt(self.book.claimed.delivery_id)
        return made.outcome, made.code

    def topics(self) -> list[str]:
        return [
            topic.removeprefix("emergency.")
            for topic in self.house.log.topics(self.book.claimed.about)
        ]


def with_police() -> Desk:
    house = DeskHouse()
    report_id = house.claimed().report_id
    house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    return Desk(house, Channel.POLICE)


def with_ambulance() -> Desk:
    house = DeskHouse()
    report_id = house.claimed().report_id
    house.desk.request_ambulance(RequestAmbulance(report_id=report_id), KIM)
    return Desk(house, Channel.AMBULANCE)


def with_call() -> Desk:
    house = DeskHouse()
    member = house.members.register(RegisterMember(name="지영", phone="+821011112222"), SYSTEM)
    identity = DeviceIdentity(
        citizen_id=member.citizen_id, device_id=member.device_id, platform=Platform.IOS
    )
    receipt = house.trigger(sent(language="en"), identity=identity)
    house.clock.advance(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    return Desk(house, Channel.CALL)


def test_the_police_are_told_where_and_not_who() -> None:
    desk = with_police()
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    [asked] = desk.partner.asked
    assert isinstance(asked, HelpRequest)
    assert asked.position == GANGDONG_OFFICE
    assert (asked.accuracy_m, asked.district, asked.unassessed) == (8.5, GANGDONG, False)
    assert asked.delivery_id == desk.book.claimed.delivery_id
    assert desk.topics()[-3:] == ["police_requested", "position_provided", "police_acknowledged"]
    assert desk.book.settled == [("done", "a reference")]
    assert desk.access.records == [(phone().citizen_id, "position", "delivery:police")]


def test_they_are_told_of_the_last_place_known() -> None:
    desk = with_police()
    elsewhere = {
        "latitude_deg": ACROSS_THE_BORDER.latitude_deg,
        "longitude_deg": ACROSS_THE_BORDER.longitude_deg,
    }
    desk.house.trigger(sent("t-2", position=elsewhere), identity=phone())
    desk.house.trigger(sent("t-3", position=None), identity=phone())
    desk.attempt()
    [asked] = desk.partner.asked
    assert isinstance(asked, HelpRequest)
    assert (asked.position, asked.accuracy_m) == (ACROSS_THE_BORDER, None)


def test_a_report_without_a_place_is_sent_without_one() -> None:
    house = DeskHouse()
    report_id = house.accepted(position=None).report_id
    house.desk.request_police(RequestPolice(report_id=report_id), COORDINATOR)
    desk = Desk(house, Channel.POLICE)
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    assert desk.access.records == []


def test_an_ambulance_acknowledges_too() -> None:
    desk = with_ambulance()
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    assert desk.topics()[-1] == "ambulance_acknowledged"


def test_the_call_goes_to_the_citizens_phone_in_their_language() -> None:
    desk = with_call()
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    [asked] = desk.partner.asked
    assert isinstance(asked, CallRequest)
    assert (asked.phone, asked.language) == ("+821011112222", "en")
    assert desk.topics()[-1] == "call_placed"


def test_a_repeat_after_a_crash_changes_nothing_more() -> None:
    desk = with_call()
    desk.attempt()
    before = desk.topics()
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    assert desk.topics() == before


def test_there_is_nothing_to_do_for_a_delivery_that_is_held_or_done() -> None:
    made = with_call().desk.attempt(uuid4())
    assert (made.outcome, made.number) == (AttemptOutcome.IDLE, 0)


@pytest.mark.parametrize("trouble", [PartnerUnavailable("down"), PartnerRefused("no"), None])
def test_a_claim_that_ran_out_settles_nothing(trouble: Exception | None) -> None:
    desk = with_call()
    desk.book.lost = True
    desk.partner.trouble = trouble
    assert desk.attempt()[0] is AttemptOutcome.IDLE


def test_a_partner_in_trouble_is_asked_again_and_then_given_up() -> None:
    desk = with_call()
    desk.partner.trouble = PartnerUnavailable("down")
    assert desk.attempt() == (AttemptOutcome.AGAIN, "partner_unavailable")
    assert "partner_unreachable" not in desk.topics()
    desk.book.claimed = desk.book.claimed.model_copy(update={"attempt": 2})
    assert desk.attempt() == (AttemptOutcome.DEAD, "partner_unavailable")
    assert desk.topics()[-2:] == ["partner_unreachable", "message_sent"]
    assert desk.book.settled == [
        ("again", "partner_unavailable", 0.5),
        ("dead", "partner_unavailable"),
    ]


def test_a_refusal_is_given_up_at_once() -> None:
    desk = with_police()
    desk.partner.trouble = PartnerRefused("no")
    assert desk.attempt() == (AttemptOutcome.DEAD, "partner_refused")
    assert desk.topics()[-1] == "partner_unreachable"


def test_a_defect_is_told_to_the_row_and_to_a_person() -> None:
    desk = with_call()
    desk.partner.trouble = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        desk.attempt()
    assert desk.book.settled == [("again", "defect", 0.5)]


def test_trouble_of_our_own_house_is_no_partners_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = with_call()
    desk.book.claimed = desk.book.claimed.model_copy(update={"attempt": 99})

    def away(*_: Any) -> None:
        raise LogUnavailable("away")

    monkeypatch.setattr(desk.house.desk, "call_placed", away)
    assert desk.attempt() == (AttemptOutcome.AGAIN, "log_unavailable")
    desk.book.lost = True
    assert desk.attempt() == (AttemptOutcome.IDLE, "log_unavailable")


class NotYet:
    """Carries nothing for the moment."""

    def hand_over(self, *_: Any) -> str:
        raise Throttling(timedelta(seconds=7))

    def gave_up(self, *_: Any) -> None:
        raise AssertionError("nobody gives up what only waits")


def test_what_only_waits_was_no_attempt() -> None:
    desk = with_call()
    desk.desk = replace(desk.desk, carriers={Channel.CALL: NotYet()})
    desk.book.claimed = desk.book.claimed.model_copy(update={"attempt": 99})
    assert desk.attempt() == (AttemptOutcome.AGAIN, Throttling.code)
    assert desk.book.settled == [("later", Throttling.code, 7.0)]


def test_a_report_that_will_not_hear_of_it_still_has_a_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = with_call()
    desk.partner.trouble = PartnerRefused("no")

    def refuse(*_: Any) -> None:
        raise NotRequested("call")

    monkeypatch.setattr(desk.house.desk, "partner_unreachable", refuse)
    assert desk.attempt() == (AttemptOutcome.DEAD, "partner_refused")


def test_dead_letters_are_listed_and_replayed() -> None:
    desk = with_call()
    assert desk.desk.dead_letters(KIM) == ()
    desk.desk.replay(desk.book.claimed.delivery_id, KIM)
    with pytest.raises(Unknown):
        desk.desk.replay(uuid4(), KIM)


def test_there_is_nothing_to_send_for_a_request_that_was_never_made() -> None:
    house = DeskHouse()
    history = house.app.history(house.claimed().report_id)
    for request_id in (None, uuid4()):
        with pytest.raises(NothingToSend):
            help_request(
                history, delivery_id=uuid4(), request_id=request_id, correlation_id=uuid4()
            )


def test_nobody_is_called_whose_number_is_unknown() -> None:
    house = DeskHouse()
    history = house.app.history(house.accepted().report_id)
    with pytest.raises(NothingToSend):
        call_request(history, None, delivery_id=uuid4(), correlation_id=uuid4())


def test_a_supervisor_is_called_for_what_was_cancelled_and_opened_again() -> None:
    house = DeskHouse()
    report_id = house.raised().report_id
    house.desk.cancel(CancelReport(report_id=report_id, identity=phone()), CITIZEN)
    house.desk.reopen(ReopenReport(report_id=report_id, reason="A scream was heard."), KIM)
    house.clock.advance(15)
    house.desk.escalate(report_id, EscalationLevel.SUPERVISOR, house.clock.now(), SYSTEM)
    desk = Desk(house, Channel.PAGE)
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    [told] = desk.partner.asked
    assert isinstance(told, PageRequest)
    assert (told.about_district, told.why) == (GANGDONG, "supervisor")
