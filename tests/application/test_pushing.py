"""A push goes to a citizen's own devices, and what no app confirms goes out as a text message."""

from __future__ import annotations

from uuid import uuid5

import pytest

from application.errors import PartnerError, PartnerUnavailable, Unauthenticated
from application.pushing import OutgoingPush, PushDesk, PushWay, SubscribePush
from application.text_routes import Gone
from domain.device import Device
from domain.message_routing import MessageRoute, MessageState
from domain.platform import Platform
from domain.push import PushBook, PushEndpointRefused
from tests.application.house import CITIZEN, JIYOUNG, SYSTEM, phone
from tests.application.message_house import MOTHER, MessageHouse

PHONE, TABLET = uuid5(JIYOUNG, "phone"), uuid5(JIYOUNG, "tablet")


class Service:
    """A push service that takes everything, or says what it was told to."""

    def __init__(self) -> None:
        self.sent: list[OutgoingPush] = []
        self.troubles: dict[str, PartnerError] = {}

    def push(self, outgoing: OutgoingPush) -> None:
        trouble = self.troubles.get(outgoing.address.endpoint)
        if trouble is not None:
            raise trouble
        self.sent.append(outgoing)


class PushHouse(MessageHouse):
    def __init__(self) -> None:
        super().__init__()
        self.service = Service()
        app, clock, log = self.house.app, self.house.clock, self.house.log
        self.push = PushDesk(app, clock, log, hosts=["push.example", "127.0.0.1"])
        self.further = [PushWay(app, lambda: self.service, self.push)]
        for device_id in (PHONE, TABLET):
            self.save(
                Device.enroll(
                    device_id=device_id,
                    citizen_id=JIYOUNG,
                    platform=Platform.ANDROID,
                    secret="x",
                    at=self.now,
                )
            )

    def subscribe(self, device_id=PHONE, endpoint: str = "https://a.push.example/1") -> None:
        identity = phone().model_copy(update={"device_id": device_id})
        self.push.subscribe(asked(endpoint), identity, CITIZEN)


def asked(endpoint: str) -> SubscribePush:
    return SubscribePush(endpoint=endpoint, p256dh="B" * 87, auth="A" * 22)


@pytest.fixture
def house() -> PushHouse:
    return PushHouse()


def test_all_her_devices_are_told_and_the_app_says_that_it_came(house) -> None:
    house.subscribe()
    house.subscribe(TABLET, "https://push.example/2")
    message_id = house.write(to="citizen")
    house.turn()
    assert {one.message_id for one in house.service.sent} == {message_id}
    assert len(house.service.sent) == 2
    house.desk.delivered(message_id, CITIZEN, MessageRoute.PUSH)
    house.go_on(60)
    assert house.state(message_id) is MessageState.DELIVERED
    assert house.sms.journal == []


def test_what_no_app_confirms_is_a_text_message_ten_seconds_later(house) -> None:
    house.subscribe()
    message_id = house.write(to="citizen")
    house.go_on(9)
    assert house.sms.journal == []
    house.go_on(3)
    assert len(house.sms.journal) == 1
    assert house.topics(message_id) == [
        "composed",
        "handed_over",
        "receipt_missed",
        "fell_back",
        "handed_over",
    ]


def test_a_guardian_has_no_app_of_ours(house) -> None:
    """Not even one whose id is a member's: her devices are for what concerns herself."""
    house.subscribe()
    speaks_for_mother = phone().model_copy(update={"citizen_id": MOTHER, "device_id": PHONE})
    house.push.subscribe(asked("https://push.example/3"), speaks_for_mother, CITIZEN)
    house.write()
    house.turn()
    assert (len(house.service.sent), len(house.sms.journal)) == (0, 1)


def test_a_device_that_is_gone_is_sent_nothing_more(house) -> None:
    house.subscribe()
    house.subscribe(TABLET, "https://push.example/2")
    house.service.troubles["https://push.example/2"] = Gone("410")
    house.write(to="citizen")
    house.turn()
    assert len(house.service.sent) == 1
    book = house.house.app.load(PushBook, PushBook.create_id(JIYOUNG))
    assert set(book.addresses) == {PHONE}


@pytest.mark.parametrize("trouble", [Gone("410"), PartnerUnavailable("503")])
def test_where_no_device_can_be_reached_it_is_a_text_message(house, trouble) -> None:
    house.subscribe()
    house.service.troubles["https://a.push.example/1"] = trouble
    house.write(to="citizen")
    house.go_on(9)
    assert len(house.sms.journal) == 1


def test_a_phone_that_was_taken_back_is_sent_nothing(house) -> None:
    house.subscribe()
    device = house.house.app.load(Device, PHONE)
    device.revoke(at=house.now)
    house.save(device)
    house.write(to="citizen")
    house.turn()
    assert (len(house.service.sent), len(house.sms.journal)) == (0, 1)


def test_who_wants_no_pushes_any_more_gets_text_messages(house) -> None:
    house.push.unsubscribe(phone(), CITIZEN)
    house.subscribe()
    house.push.unsubscribe(phone(), CITIZEN)
    house.push.unsubscribe(phone(), CITIZEN)
    house.write(to="citizen")
    house.turn()
    assert (len(house.service.sent), len(house.sms.journal)) == (0, 1)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/1",
        "https://evil.example/1",
        "https://notpush.example/1",
        "https://push.example.evil.example/1",
        "https://localhost/1",
    ],
)
def test_the_house_asks_no_address_but_push_services(house, endpoint) -> None:
    with pytest.raises(PushEndpointRefused):
        house.subscribe(endpoint=endpoint)


def test_a_simulated_service_is_one(house) -> None:
    house.subscribe(endpoint="http://127.0.0.1:8000/push/1")
    house.write(to="citizen")
    house.turn()
    assert len(house.service.sent) == 1


def test_a_phone_that_speaks_for_nobody_subscribes_to_nothing(house) -> None:
    with pytest.raises(Unauthenticated):
        house.push.subscribe(asked("https://push.example/1"), phone(revoked=True), SYSTEM)
