"""A phone's key of its own."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.device import Described, Description, Device, Enrolled, KeySet
from domain.device_key import SMALL_ORDER as SMALL_ORDER_Y
from domain.device_key import KeyUnfit
from domain.permission import Permission
from domain.platform import Platform
from tests.domain.reports import JIYOUNG, after
from tests.scenario import T0, Scenario

PHONE = uuid5(NAMESPACE_URL, "/phones/1")
FIRST, SECOND = "ab" * 32, "cd" * 32
"""Well formed, and of nobody: whether they lie on the curve is asked when something is signed."""


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


SMALL_ORDER = (
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)
"""“Taming the many EdDSAs”, table 1: all encodings of points of small order, the odd ones too."""
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def test_nobodys_key_is_a_phones_own() -> None:
    for everybodys in SMALL_ORDER:
        enrolled().when(lambda phone, key=everybodys: phone.set_key(key, at=after(1))).then_refused(
            KeyUnfit
        )
    unwritten = (P + 5).to_bytes(32, "little").hex()
    enrolled().when(lambda phone: phone.set_key(unwritten, at=after(1))).then_refused(KeyUnfit)


def x_of(y: int) -> int | None:
    """The even x of the curve -x² + y² = 1 + d·x²·y²; None where there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    return root if root * root % P == square else None


def doubled(x: int, y: int) -> tuple[int, int]:
    both = D * x * x * y * y % P
    return (
        2 * x * y * pow(1 + both, -1, P) % P,
        (y * y + x * x) * pow(1 - both, -1, P) % P,
    )


def test_the_list_holds_all_eight_points_and_no_other() -> None:
    """Doubled thrice, each is the neutral point; and there are no more than eight of them."""
    points = set()
    for y in SMALL_ORDER_Y:
        x = x_of(y)
        assert x is not None
        points |= {(x, y), (-x % P, y)}
    assert len(points) == 8
    assert {doubled(*doubled(*doubled(*point))) for point in points} == {(0, 1)}


def test_without_a_private_key_a_signature_fits_a_key_of_small_order() -> None:
    """Why they are refused: the library that checks signatures takes them."""
    neutral = bytes.fromhex(SMALL_ORDER[2])
    anybodys = neutral + bytes(32)
    Ed25519PublicKey.from_public_bytes(neutral).verify(anybodys, b"I am her phone")


def test_a_phone_says_what_it_may_do() -> None:
    told = Description(
        platform=Platform.IOS,
        app_version="3.2.0",
        granted=(Permission.MOTION, Permission.CAMERA, Permission.MOTION),
        bluetooth=True,
    )

    def describe(phone: Device) -> None:
        phone.describe(told, at=after(1))
        phone.describe(told, at=after(2))
        assert phone.platform is Platform.IOS

    enrolled().when(describe).then(
        (Described, {"granted": (Permission.CAMERA, Permission.MOTION), "bluetooth": True})
    )
