"""What a phone reads of a taxi: typed, from a QR code, from an NFC tag."""

from __future__ import annotations

import base64
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from application.taxi.ndef import texts_of
from application.taxi.payloads import PAYLOAD_MAX, plate_read
from domain.taxi import PlateMalformed
from domain.taxi.vocabulary import PlateSource

PLATE = "서울32바1234"


def record(kind: bytes, payload: bytes, *, tnf: int = 1, long: bool = False) -> bytes:
    """One NDEF record, the only one of its message."""
    size = len(payload).to_bytes(4 if long else 1)
    flags = 0xC0 | tnf | (0 if long else 0x10)
    return bytes([flags, len(kind)]) + size + kind + payload


def text(words: str, *, utf_16: str = "") -> bytes:
    said = words.encode(utf_16) if utf_16 else words.encode()
    return record(b"T", bytes([(0x80 if utf_16 else 0) | 2]) + b"ko" + said)


def address(prefix: int, rest: str) -> bytes:
    return record(b"U", bytes([prefix]) + rest.encode())


def tag(message: bytes) -> str:
    return base64.b64encode(message).decode()


@pytest.mark.parametrize(
    "code",
    [
        PLATE,
        "서울 32바 1234",
        f"안심택시\n차량번호: {PLATE}\n운수사 안심운수",
        f"https://taxi.example/r?plate={quote(PLATE)}",
        f"https://taxi.example/r?carNo={quote('서울 32바 1234')}&v=2",
        f"https://taxi.example/r?carNo={quote('서울 32바 1234').replace('%20', '+')}",
        f"https://taxi.example/r?plate={quote(PLATE, encoding='cp949')}",
        f"https://taxi.example/{quote(PLATE)}",
        f"ansim://taxi/{PLATE}",
    ],
)
def test_a_qr_code_names_its_plate(code: str) -> None:
    assert plate_read(code, PlateSource.QR) == PLATE


@pytest.mark.parametrize(
    "message",
    [
        text(PLATE),
        text(PLATE, utf_16="utf-16"),
        text(PLATE, utf_16="utf-16-be"),
        address(4, f"taxi.example/r?plate={quote(PLATE)}"),
        address(0, f"ansim://taxi/{PLATE}"),
        record(f"https://taxi.example/r?plate={quote(PLATE)}".encode(), b"", tnf=3),
        record(b"Sp", text("안심택시") + address(4, f"taxi.example/{quote(PLATE)}")),
        record(b"T", b"\x02ko" + PLATE.encode(), long=True),
        text("안심택시") + text("32바1234") + address(4, f"taxi.example/{quote(PLATE)}"),
        record(b"application/json", b"{}", tnf=2) + text(PLATE),
    ],
)
def test_an_nfc_tag_names_its_plate(message: bytes) -> None:
    assert plate_read(tag(message), PlateSource.NFC) == PLATE
    assert plate_read(base64.urlsafe_b64encode(message).decode().rstrip("="), PlateSource.NFC)


def test_a_record_with_an_id_of_its_own_is_read() -> None:
    payload = b"\x02ko" + PLATE.encode()
    with_id = bytes([0xD9, 1, len(payload), 3]) + b"T" + b"one" + payload
    assert plate_read(tag(with_id), PlateSource.NFC) == PLATE


@pytest.mark.parametrize(
    ("payload", "source"),
    [
        ("https://taxi.example/", PlateSource.QR),
        ("서울32바1234 서울33사5678", PlateSource.QR),
        ("서울32바1234 부산32바1234", PlateSource.QR),
        ("%ff%fe", PlateSource.QR),
        ("no base64 at all!", PlateSource.NFC),
        (tag(b""), PlateSource.NFC),
        (tag(text("안심택시")), PlateSource.NFC),
        (tag(record(b"Sp", record(b"Sp", text(PLATE)))), PlateSource.NFC),
        (tag(record(b"U", b"\xff" + b"taxi.example")), PlateSource.NFC),
        (f"차량 {PLATE}", PlateSource.TYPED),
        (PLATE + " " * PAYLOAD_MAX, PlateSource.QR),
    ],
)
def test_what_names_no_plate_or_several_is_refused_by_name(
    payload: str, source: PlateSource
) -> None:
    with pytest.raises(PlateMalformed):
        plate_read(payload, source)


@given(st.binary(max_size=200))
@example(bytes([0x08, 0, 0]))
@example(bytes([0xD1, 0, 0]))
def test_no_bytes_of_a_tag_break_the_reader(message: bytes) -> None:
    assert all(isinstance(one, str) for one in texts_of(message))


@given(st.text(max_size=300), st.sampled_from(PlateSource))
def test_whatever_is_read_is_a_plate_or_refused(payload: str, source: PlateSource) -> None:
    with suppress(PlateMalformed):
        assert plate_read(payload, source)[-4:].isdigit()
