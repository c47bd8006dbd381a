"""The police learn of a camera once; where it lies, while the applicant is known."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.delivery_book import Patience
from application.delivery_desk import AttemptOutcome, DeliveryDesk
from application.errors import PartnerRefused
from application.inspection.commands import TellResult
from application.inspection.notices import NoticeCarrier
from application.inspection.ports import CameraNotice
from application.inspection.telling import number_of_applicant
from application.outbox import Channel, Delivery
from domain.base import ERASED
from domain.inspection import Inspection
from domain.inspection.vocabulary import Finding
from domain.message import Message
from tests.application.delivery_twins import MemoryBook, everybody
from tests.application.forms_house import FormsHouse
from tests.application.house import KIM


class Police:
    def __init__(self) -> None:
        self.told: list[CameraNotice] = []
        self.trouble: Exception | None = None

    def tell(self, notice: CameraNotice) -> str:
        if self.trouble is not None:
            raise self.trouble
        self.told.append(notice)
        return "112-7"


class Noticing:
    """A camera was found, and somebody must tell the police."""

    def __init__(self) -> None:
        self.house = FormsHouse()
        self.police = Police()
        self.form_id = self.house.scheduled_check()
        self.house.clock.advance(26 * 3600)
        found = TellResult(form_id=self.form_id, finding=Finding.FOUND, note="환풍구")
        self.house.checks.tell_result(found, KIM)
        self.carrier = NoticeCarrier(
            self.house.app,
            desk=self.house.checks,
            partner=lambda: self.police,
            access_log=self.house.access,
        )

    def attempt(self, times: int = 1, about: UUID | None = None) -> list[AttemptOutcome]:
        [delivery] = [
            one for one in self.house.log.deliveries.values() if one.channel.startswith("police_n")
        ]
        if about is not None:
            delivery = Delivery(key="other", channel=Channel.POLICE_NOTICE, about=about)
        desk = DeliveryDesk(
            app=self.house.app,
            book=MemoryBook(delivery),
            reports=self.house.desk,
            partners=lambda: everybody(self.police),
            access_log=self.house.access,
            chance=lambda: 1.0,
            patience=Patience(attempts_max=1),
            carriers={Channel.POLICE_NOTICE: self.carrier},
        )
        return [desk.attempt(delivery.delivery_id).outcome for _ in range(times)]

    @property
    def check(self) -> Inspection:
        return self.house.check(self.form_id)


@pytest.fixture
def noticing() -> Noticing:
    return Noticing()


def test_they_are_told_once_where_it_lies_and_that_is_recorded(noticing) -> None:
    assert noticing.attempt(times=2) == [AttemptOutcome.DONE, AttemptOutcome.DONE]
    [notice] = noticing.police.told
    assert notice.place == "성내로 25, 2층 화장실"
    assert noticing.check.police_reference == "112-7"
    subject = noticing.check.applicant_id
    assert noticing.house.access.records == [
        (subject, "inspection.place", "delivery:police_notice")
    ]


def test_what_they_refuse_is_on_the_board(noticing) -> None:
    noticing.police.trouble = PartnerRefused("422")
    assert noticing.attempt() == [AttemptOutcome.DEAD]
    assert noticing.check.police_failed == "partner_refused"


def test_where_nothing_was_found_there_is_nothing_to_tell(noticing) -> None:
    quiet = noticing.house.approved_check()
    assert noticing.attempt(about=quiet) == [AttemptOutcome.DEAD]
    assert noticing.police.told == []


def test_once_the_applicant_is_erased_the_place_is_not_told(noticing) -> None:
    check = noticing.check
    check.place = check.phone = ERASED
    noticing.house.app.find = lambda _kind, _one: check  # the same, after the key was destroyed
    noticing.attempt()
    assert noticing.police.told[0].place is None
    assert [what for _, what, _ in noticing.house.access.records] == []


def test_applicants_are_told_at_the_number_of_their_form_while_it_can_be_read(noticing) -> None:
    [first, *_] = [
        noticing.house.app.load(Message, one.originator_id)
        for one in noticing.house.log.facts()
        if one.TOPIC == "message.composed"
    ]
    assert number_of_applicant(noticing.house.app, first) == "+821055556666"
    check = noticing.check
    check.phone = ERASED
    noticing.house.app.find = lambda _kind, _one: check
    assert number_of_applicant(noticing.house.app, first) is None
    noticing.house.app.find = lambda _kind, _one: None
    assert number_of_applicant(noticing.house.app, first) is None
