"""Citizens join, and their phones are recognised."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from application.context import Context
from application.errors import Forbidden, Unknown
from application.identity import DeviceIdentity
from application.member_desk import EnrollDevice, RegisterMember, RevokeDevice, SetCard
from application.message_signatures import HttpRequest
from domain.device import Device
from domain.language import Language
from domain.member import CardSet, Member, Need
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


def test_she_says_what_whoever_helps_must_know(house: DeskHouse) -> None:
    citizen_id = house.members.register(JIYOUNG_JOINS, ADMINISTRATOR).citizen_id
    card = SetCard(
        citizen_id=citizen_id,
        language=Language.EN,
        medical_note="  Asthma ",
        needs=(Need.DEAF, Need.DEAF),
    )
    herself = asked_by(Role.CITIZEN, "jiyoung")
    her = herself.model_copy(
        update={"principal": herself.principal.model_copy(update={"id": str(citizen_id)})}
    )
    assert house.members.set_card(card, her).position is not None
    assert house.members.set_card(card, ADMINISTRATOR).position is None, "the same once more"
    [kept] = [one for one in house.log.facts(citizen_id) if isinstance(one, CardSet)]
    assert (kept.language, kept.medical_note, kept.needs) == (Language.EN, "Asthma", (Need.DEAF,))
    emptied = card.model_copy(update={"medical_note": "", "needs": ()})
    house.members.set_card(emptied, her)
    last = house.log.facts(citizen_id)[-1]
    assert isinstance(last, CardSet)
    assert (last.medical_note, last.needs) == (None, ())
    assert CardSet.PERSONAL == {"medical_note": "citizen_id", "needs": "citizen_id"}


@pytest.mark.parametrize("who", [KIM, asked_by(Role.CITIZEN, "another")])
def test_nobody_else_sets_her_card(house: DeskHouse, who: Context) -> None:
    citizen_id = house.members.register(JIYOUNG_JOINS, ADMINISTRATOR).citizen_id
    with pytest.raises(Forbidden):
        house.members.set_card(SetCard(citizen_id=citizen_id, language=Language.KO), who)
    nobody = SetCard(citizen_id=JIYOUNG, language=Language.KO)
    with pytest.raises(Unknown):
        house.members.set_card(nobody, ADMINISTRATOR)
