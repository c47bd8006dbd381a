"""A device signs: for a trigger a bad signature is a flag, for all else it is a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from application.identity import DeviceIdentity
from application.member_desk import RegisterMember, RevokeDevice
from application.message_signatures import HttpRequest
from application.phone_desk import Recognised, Replayed, SetDeviceKey, SignatureNeeded, SignatureOld
from application.signing import BadSignature
from domain.device import KeySet
from domain.emergency.vocabulary import Flag
from tests.application.house import CITIZEN, SYSTEM, DeskHouse
from tests.scenario import T0
from tests.signing_phone import SigningPhone

PATH = "/v1/emergencies"
BODY = b'{"how": "button"}'


class Kept:
    """A registered phone that has set its key."""

    def __init__(self, house: DeskHouse) -> None:
        self.house = house
        receipt = house.members.register(
            RegisterMember(name="김지영", phone="+821012345678"), SYSTEM
        )
        self.token, self.citizen_id = receipt.device_token, receipt.citizen_id
        self.phone = SigningPhone(receipt.device_id)
        self.sets_key(self.phone)

    @property
    def identity(self) -> DeviceIdentity:
        found = self.recognised(token=self.token).identity
        assert found is not None
        return found

    def sets_key(self, phone: SigningPhone) -> None:
        command = SetDeviceKey(public_key=phone.public_key, proof=phone.proof)
        self.house.phones.set_key(self.identity, command, CITIZEN)

    def request(self, *, at: datetime = T0, by: SigningPhone | None = None, **changes: Any) -> Any:
        headers = (by or self.phone).headers(PATH, BODY, at=at)
        fields = {"method": "POST", "path": PATH, "authority": "", "body": BODY}
        return HttpRequest(**(fields | {"headers": headers} | changes))

    def recognised(self, *, token: str | None = None, request: Any = None) -> Recognised:
        return self.house.phones.recognise(token, request or unsigned())


def unsigned() -> HttpRequest:
    return HttpRequest(method="POST", path=PATH, authority="", headers={}, body=BODY)


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


@pytest.fixture
def kept(house: DeskHouse) -> Kept:
    return Kept(house)


def test_a_signature_says_whose_phone_it_is_without_a_token(kept: Kept) -> None:
    found = kept.recognised(request=kept.request())
    assert found.identity == kept.identity
    assert (found.flags, found.nonce) == ((), "n-0123456789abcdef")
    assert kept.house.phones.admit(None, kept.request()) == kept.identity


def bad_ones(kept: Kept) -> dict[str, HttpRequest]:
    good = kept.request()
    stranger = SigningPhone(kept.phone.device_id, seed=b"stolen")
    unknown = SigningPhone(UUID(int=7))
    headers = dict(good.headers)

    def told(**changes: str | None) -> HttpRequest:
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        merged = {name: value for name, value in (headers | named).items() if value is not None}
        return kept.request(headers=merged)

    given = headers["signature-input"]
    return {
        "another key": kept.request(by=stranger),
        "no such device": kept.request(by=unknown),
        "another body": kept.request(body=b"{}"),
        "another path": kept.request(path="/v1/me/pin"),
        "another method": kept.request(method="PUT"),
        "no input": told(signature_input=None),
        "no signature": told(signature=None),
        "no digest": told(content_digest=None),
        "two labels": told(signature=headers["signature"].replace("sig1", "sig2")),
        "covers no body": told(signature_input=given.replace(' "content-digest"', "")),
        "covers a stranger": told(signature_input=given.replace('")', '" "cookie")')),
        "covers twice": told(signature_input=given.replace('")', '" "@path")')),
        "covers what is missing": told(signature_input=given.replace('")', '" "content-type")')),
        "unreadable list": told(signature_input=given.replace('" "', '", "')),
        "no nonce": told(signature_input=given.replace("nonce", "ounce")),
        "short nonce": told(signature_input=given.replace("n-0123456789abcdef", "n")),
        "no time": told(signature_input=given.replace("created", "erected")),
        "no device": told(signature_input=given.replace("keyid=", "kid=")),
        "another algorithm": told(signature_input=given + ';alg="hmac-sha256"'),
        "no base64": told(signature="sig1=:a:"),
        "far too long": told(signature_input=given + ";x=" + "1" * 3000),
    }


def test_a_bad_signature_is_a_flag_on_a_trigger_and_else_a_refusal(kept: Kept) -> None:
    for what, request in bad_ones(kept).items():
        assert kept.recognised(request=request) == Recognised(None, (Flag.SIGNATURE_BAD,)), what
        by_token = kept.recognised(token=kept.token, request=request)
        assert (by_token.identity, by_token.flags) == (kept.identity, (Flag.SIGNATURE_BAD,)), what
        with pytest.raises(BadSignature):
            kept.house.phones.admit(kept.token, request)


def test_a_token_alone_raises_flagged_and_does_nothing_else(kept: Kept) -> None:
    found = kept.recognised(token=kept.token)
    assert (found.identity, found.flags) == (kept.identity, (Flag.SIGNATURE_MISSING,))
    with pytest.raises(SignatureNeeded):
        kept.house.phones.admit(kept.token, unsigned())


def test_a_device_without_a_key_needs_none(house: DeskHouse) -> None:
    receipt = house.members.register(RegisterMember(name="김", phone="+821012345678"), SYSTEM)
    assert house.phones.recognise(receipt.device_token, unsigned()).flags == ()
    assert house.phones.admit(receipt.device_token, unsigned()) is not None
    assert house.phones.admit("nonsense", unsigned()) is None
    assert house.phones.admit(None, unsigned()) is None


@pytest.mark.parametrize(
    "off", [timedelta(seconds=301), timedelta(seconds=-301), timedelta(days=1)]
)
def test_an_old_signature_is_a_flag_on_a_trigger_and_else_a_refusal(
    kept: Kept, off: timedelta
) -> None:
    old = kept.request(at=T0 + off)
    found = kept.recognised(request=old)
    assert (found.identity, found.flags) == (kept.identity, (Flag.SIGNATURE_OLD,))
    with pytest.raises(SignatureOld):
        kept.house.phones.admit(None, old)


def test_a_nonce_counts_once_for_everything_but_a_trigger(kept: Kept) -> None:
    request = kept.request()
    assert kept.recognised(request=request) == kept.recognised(request=request)
    assert kept.house.phones.admit(None, request) == kept.identity
    with pytest.raises(Replayed):
        kept.house.phones.admit(None, request)


def test_a_nonce_is_the_devices_own(kept: Kept) -> None:
    other = Kept(kept.house)
    assert kept.house.phones.admit(None, kept.request()) is not None
    assert kept.house.phones.admit(None, other.request()) is not None


def test_a_revoked_phone_signs_for_nobody(kept: Kept) -> None:
    kept.house.members.revoke_device(RevokeDevice(device_id=kept.phone.device_id), SYSTEM)
    found = kept.house.phones.admit(None, kept.request())
    assert found is not None
    assert found.speaks_for is None


def test_a_key_is_set_by_who_has_its_other_half_and_once(kept: Kept) -> None:
    kept.sets_key(kept.phone)
    device = kept.phone.device_id
    assert kept.house.log.topics(device) == ["device.enrolled", "device.key_set"]
    [_, fact] = kept.house.log.facts(device)
    assert isinstance(fact, KeySet)
    assert fact.public_key == kept.phone.public_key
    other = SigningPhone(device, seed=b"new")
    lie = SetDeviceKey(public_key=other.public_key, proof=kept.phone.proof)
    with pytest.raises(BadSignature):
        kept.house.phones.set_key(kept.identity, lie, CITIZEN)
    kept.sets_key(other)
    assert kept.house.log.topics(device)[-1] == "device.key_set"
    with pytest.raises(BadSignature):
        kept.house.phones.admit(None, kept.request())


def test_the_signed_text_is_that_of_the_standard(kept: Kept) -> None:
    """RFC 9421, 2.5: one line a component, then the parameters; nothing after the last."""
    from application.message_signatures import signature_of

    found = signature_of(kept.request())
    assert found is not None
    device = kept.phone.device_id.hex
    assert found.base.decode().split("\n") == [
        '"@method": POST',
        '"@path": /v1/emergencies',
        '"content-digest": sha-256=:moKsJJ7TXqPyNAIsqdjsxsm1t0WCodI27isDAAXlREI=:',
        (
            '"@signature-params": ("@method" "@path" "content-digest")'
            f';created=1675348860;keyid="{device}";nonce="n-0123456789abcdef"'
        ),
    ]
