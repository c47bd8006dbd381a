"""Citizens join, and their phones are recognised."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from application.errors import Forbidden, Unknown
from application.identity import DeviceIdentity
from application.member_desk import EnrollDevice, RegisterMember, RevokeDevice
from application.message_signatures import HttpRequest
from domain.device import Device
from domain.member import Member
from domain.platform import Platform
from domain.roles import Role
from tests.application.house import JIYOUNG, KIM, DeskHouse, asked_by

ADMINISTRATOR = asked_by(Role.ADMINISTRATOR, "seo")
JIYOUNG_JOINS = RegisterMember(name="김지영", phone="+821012345678", platform=Platform.ANDROID)


def recognised(house: DeskHouse, token: str | None) -> DeviceIdentity | None:
    """Whose phone speaks with this token."""
    unsigned = HttpRequest(method="POST", path="/", authority="", headers={}, body=b"")
    return house.phones.recognise(token, unsigned).identity


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def test_a_citizen_joins_with_a_phone_that_is_recognised(house: DeskHouse) -> None:
    receipt = house.members.register(JIYOUNG_JOINS, ADMINISTRATOR)
    assert receipt.device_token is not None
    identity = recognised(house, receipt.device_token)
    assert identity is not None
    assert (identity.citizen_id, identity.device_id) == (receipt.citizen_id, receipt.device_id)
    assert (identity.platform, identity.revoked) == (Platform.ANDROID, False)
    assert house.app.load(Member, receipt.citizen_id).phone == "+821012345678"


def test_the_secret_is_shown_once_and_never_stored(house: DeskHouse) -> None:
    context = asked_by(Role.ADMINISTRATOR, "seo", key="join-1")
    first = house.members.register(JIYOUNG_JOINS, context)
    assert first.device_token is not None
    again = house.members.register(JIYOUNG_JOINS, context)
    assert again == first.model_copy(update={"device_token": None})
    secret = first.device_token.partition(".")[2]
    device = house.app.load(Device, first.device_id)
    assert secret not in str(house.log.facts()) + str(house.log._answers)
    assert device.knows(secret)


def test_a_further_phone_speaks_for_the_same_citizen(house: DeskHouse) -> None:
    first = house.members.register(JIYOUNG_JOINS, ADMINISTRATOR)
    second = house.members.enroll_device(
        EnrollDevice(citizen_id=first.citizen_id, platform=Platform.IOS), ADMINISTRATOR
    )
    assert second.device_token is not None
    identity = recognised(house, second.device_token)
    assert identity is not None
    assert identity.citizen_id == first.citizen_id
    assert second.device_id != first.device_id


def test_a_revoked_phone_is_recognised_as_such(house: DeskHouse) -> None:
    receipt = house.members.register(JIYOUNG_JOINS, ADMINISTRATOR)
    for _ in range(2):
        house.members.revoke_device(RevokeDevice(device_id=receipt.device_id), ADMINISTRATOR)
    assert receipt.device_token is not None
    identity = recognised(house, receipt.device_token)
    assert identity is not None
    assert identity.speaks_for is None


def test_a_wrong_token_is_nobodys(house: DeskHouse) -> None:
    receipt = house.members.register(JIYOUNG_JOINS, ADMINISTRATOR)
    for token in ("", "no-token", f"{receipt.device_id.hex}.guess", f"{JIYOUNG.hex}.guess"):
        assert recognised(house, token) is None


def test_only_an_administrator_takes_citizens_in(house: DeskHouse) -> None:
    with pytest.raises(Forbidden):
        house.members.register(JIYOUNG_JOINS, KIM)


def test_a_phone_needs_a_citizen_and_a_number_its_form(house: DeskHouse) -> None:
    with pytest.raises(Unknown):
        house.members.enroll_device(EnrollDevice(citizen_id=JIYOUNG), ADMINISTRATOR)
    with pytest.raises(ValidationError):
        RegisterMember(name="김지영", phone="010-1234-5678")
