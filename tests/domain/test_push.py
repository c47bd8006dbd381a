"""Which devices take pushes: the newest subscription of each counts, and erased ones are none."""

from __future__ import annotations

from uuid import uuid4

from domain.base import ERASED
from domain.push import (
    PushAddress,
    PushBook,
    PushEnd,
    PushOpened,
    PushSubscribed,
    PushUnsubscribed,
)
from tests.scenario import T0, Scenario

CITIZEN, PHONE, TABLET = uuid4(), uuid4(), uuid4()
HERE = PushAddress(endpoint="https://push.example/1", p256dh="k", auth="a")
THERE = HERE.model_copy(update={"endpoint": "https://push.example/2"})


def opened() -> Scenario[PushBook]:
    return Scenario[PushBook](PushBook.create_id(CITIZEN)).given(
        PushOpened, originator_topic="push", citizen_id=CITIZEN, timestamp=T0
    )


def subscribed(address=HERE) -> Scenario[PushBook]:
    return opened().given(
        PushSubscribed, citizen_id=CITIZEN, device_id=PHONE, address=address, timestamp=T0
    )


def test_each_device_is_kept_once_with_its_newest_address() -> None:
    opened().when(lambda b: b.subscribe(device_id=PHONE, address=HERE, at=T0)).then(PushSubscribed)
    subscribed().when(lambda b: b.subscribe(device_id=PHONE, address=HERE, at=T0)).then()
    subscribed().when(lambda b: b.subscribe(device_id=PHONE, address=THERE, at=T0)).then(
        (PushSubscribed, {"address": THERE})
    )
    subscribed().when(lambda b: b.subscribe(device_id=TABLET, address=HERE, at=T0)).then(
        (PushSubscribed, {"device_id": TABLET, "citizen_id": CITIZEN})
    )


def test_one_that_takes_no_more_is_told_once() -> None:
    subscribed().when(lambda b: b.unsubscribe(device_id=PHONE, why=PushEnd.GONE, at=T0)).then(
        (PushUnsubscribed, {"why": PushEnd.GONE})
    )
    opened().when(lambda b: b.unsubscribe(device_id=PHONE, why=PushEnd.GONE, at=T0)).then()
    ended = subscribed().given(PushUnsubscribed, device_id=PHONE, why=PushEnd.GONE, timestamp=T0)
    ended.when(lambda b: b.unsubscribe(device_id=PHONE, why=PushEnd.ASKED, at=T0)).then()
    ended.when(lambda b: b.subscribe(device_id=PHONE, address=HERE, at=T0)).then(PushSubscribed)


def test_an_erased_address_is_none() -> None:
    erased = subscribed(ERASED)
    erased.when(lambda b: b.unsubscribe(device_id=PHONE, why=PushEnd.GONE, at=T0)).then()
    erased.when(lambda b: b.subscribe(device_id=PHONE, address=HERE, at=T0)).then(PushSubscribed)
