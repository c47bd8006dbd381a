"""A phone's key of its own."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from domain.device import Device, Enrolled, KeySet
from domain.platform import Platform
from tests.domain.reports import JIYOUNG, after
from tests.scenario import T0, Scenario

PHONE = uuid5(NAMESPACE_URL, "/phones/1")
FIRST, SECOND = "ab" * 32, "cd" * 32


def enrolled() -> Scenario[Device]:
    return Scenario[Device](PHONE).given(
        Enrolled,
        originator_topic="device",
        timestamp=T0,
        citizen_id=JIYOUNG,
        platform=Platform.ANDROID,
        secret_sha256="00" * 32,
    )


def test_a_phone_gets_a_key() -> None:
    enrolled().when(lambda phone: phone.set_key(FIRST, at=after(1))).then(
        (KeySet, {"public_key": FIRST})
    )


def test_the_same_key_is_set_once_and_another_takes_its_place() -> None:
    def set_keys(phone: Device) -> None:
        assert phone.public_key == FIRST
        phone.set_key(FIRST, at=after(1))
        phone.set_key(SECOND, at=after(2))
        assert phone.public_key == SECOND

    enrolled().given(KeySet, timestamp=T0, public_key=FIRST).when(set_keys).then(KeySet)
