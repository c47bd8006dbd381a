"""Web Push to a push service over sockets: it knows who sends, and only the device reads what."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from application.errors import PartnerRefused, PartnerUnavailable
from application.pushing import OutgoingPush
from application.text_routes import Gone, Throttled
from domain.push import PushAddress
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.push_encryption import decoded, encrypted
from infrastructure.partners.web_push import VapidKey, WebPush
from tests.contracts.partnered import Ansim, WallClock, control, journal
from tests.contracts.texting import simulated

# The example of RFC 8291, 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
WRITTEN = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
    "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy"
    "4a-fN"
)


@dataclass
class Phone:
    """A device with keys of its own, which alone opens what is sent to it."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    def address(self, url: str) -> PushAddress:
        return PushAddress(
            endpoint=f"{url}/push/a-token", p256dh=encode(self.point), auth=encode(self.auth)
        )

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def opened(self, content: bytes) -> bytes:
        """As RFC 8291 has it, written anew."""
        salt, rest = content[:16], content[20:]
        theirs, sealed = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), sender)
        secret = derived(shared, self.auth, b"WebPush: info\0" + self.point + theirs, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\x02")


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def a_phone() -> Phone:
    return Phone(ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with simulated(Ansim(), tmp_path_factory.mktemp("push")) as (url, _):
        yield url


@pytest.fixture
def push() -> Iterator[WebPush]:
    made = pushing()
    yield made
    made.close()


def pushing(clock: Any = None, contact: str = "mailto:a@ansim.example") -> WebPush:
    return WebPush(
        VapidKey(b"a secret"),
        contact=contact,
        clock=clock or WallClock(),
        timeout_s=0.5,
        breaker=Breaker("push"),
        keep_s=14_400,
    )


def outgoing(address: PushAddress, body: str = "지금 안전하신가요?") -> OutgoingPush:
    return OutgoingPush(
        address=address, message_id=uuid4(), about=uuid4(), language="ko", body=body
    )


def test_the_encryption_is_the_rfcs_own() -> None:
    written = encrypted(
        PLAIN,
        PushAddress(endpoint="https://push.example", p256dh=RECEIVER, auth=AUTH),
        own_key=ec.derive_private_key(int.from_bytes(decoded(SENDER)), ec.SECP256R1()),
        salt=decoded(SALT),
    )
    assert encode(written) == WRITTEN


def test_the_device_reads_it_and_nobody_else(url, push) -> None:
    phone = a_phone()
    sent = outgoing(phone.address(url))
    push.push(sent)
    entry = journal(url)[-1]
    content = base64.b64decode(entry["body"]["content"])
    assert orjson.loads(phone.opened(content)) == {
        "message_id": str(sent.message_id),
        "about": str(sent.about),
        "language": "ko",
        "body": "지금 안전하신가요?",
    }
    assert entry["body"]["topic"] == sent.message_id.hex
    with pytest.raises(InvalidTag):
        a_phone().opened(content)


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"fail_next": 1}, PartnerUnavailable),
        ({"hang_next": 1}, PartnerUnavailable),
        ({"refuse_next": 1}, PartnerRefused),
        ({"gone_next": 1}, Gone),
        ({"throttle_next": 1}, Throttled),
    ],
)
def test_trouble_is_named(url, push, changes, trouble) -> None:
    control(url, push=True, **changes)
    with pytest.raises(trouble) as raised:
        push.push(outgoing(a_phone().address(url)))
    assert type(raised.value) is trouble
    if trouble is Throttled:
        assert raised.value.wait == timedelta(seconds=2)


def test_no_address_and_no_word_is_logged(url, push, caplog) -> None:
    with caplog.at_level(logging.INFO):
        push.push(outgoing(a_phone().address(url)))
    assert "a-token" not in caplog.text


def test_nobody_there_is_unavailable(push) -> None:
    with pytest.raises(PartnerUnavailable):
        push.push(outgoing(a_phone().address("http://127.0.0.1:9")))


def test_keys_that_are_none_are_refused(url, push) -> None:
    broken = a_phone().address(url).model_copy(update={"p256dh": encode(b"\x04" + b"\1" * 64)})
    for sent in (outgoing(broken), outgoing(a_phone().address(url), "가" * 2_000)):
        with pytest.raises(PartnerRefused):
            push.push(sent)


class Early(WallClock):
    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=1)


def test_a_signature_that_has_run_out_is_refused(url) -> None:
    late = pushing(Early())
    with pytest.raises(PartnerRefused, match="403"):
        late.push(outgoing(a_phone().address(url)))
    late.close()


@pytest.mark.parametrize("authorization", ["", "vapid t=a.b.c,k=d", "Bearer x"])
def test_who_does_not_sign_sends_nothing(url, authorization) -> None:
    before = len(journal(url))
    headers = {"Authorization": authorization, "TTL": "1", "Content-Encoding": "aes128gcm"}
    assert httpx.post(f"{url}/push/x", content=b"x", headers=headers).status_code == 403
    assert len(journal(url)) == before


def test_the_house_is_known_by_the_same_key_for_ever() -> None:
    assert VapidKey(b"a secret").public == VapidKey(b"a secret").public
    assert VapidKey(b"a secret").public != VapidKey(b"another").public
    assert len(decoded(VapidKey(b"a secret").public)) == 65
