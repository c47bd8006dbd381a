"""Which plate a phone has read: typed, from a QR code, or from an NFC tag.

A code may hold the plate alone, words around it, or an address with the plate somewhere in it; a
tag holds the same as NDEF records, and comes as base64.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from application.taxi.ndef import texts_of
from domain.taxi.plate import Plate, PlateMalformed, plate_of, plates_in
from domain.taxi.vocabulary import PlateSource

PAYLOAD_MAX: Final = 4096
"""Characters; a tag of taxis holds a few hundred bytes."""


def plate_read(payload: str, source: PlateSource) -> Plate:
    """The one plate that the payload names.

    Raises:
        PlateMalformed: it names none, or more than one.
    """
    if len(payload) > PAYLOAD_MAX:
        raise PlateMalformed("too long")
    match source:
        case PlateSource.TYPED:
            return plate_of(payload)
        case PlateSource.QR:
            return _only(_readings(payload))
        case PlateSource.NFC:
            return _only(one for text in texts_of(_bytes(payload)) for one in _readings(text))


def _only(readings: Iterator[str]) -> Plate:
    found = frozenset(plate for one in readings for plate in plates_in(one))
    whole = [one for one in found if not any(_is_short_for(one, other) for other in found)]
    if len(whole) != 1:
        raise PlateMalformed(f"{len(whole)} plates")
    return whole[0]


def _is_short_for(one: Plate, other: Plate) -> bool:
    """The same plate, with and without its region."""
    return len(one) < len(other) and other.endswith(one) and not other[0].isdigit()


def _readings(text: str) -> Iterator[str]:
    """As it stands, and with what is written in percent signs, in either encoding in use."""
    yield text
    if "%" in text:
        plain = unquote_to_bytes(text.replace("+", " "))
        for encoding in ("utf-8", "cp949"):
            try:
                yield plain.decode(encoding)
            except UnicodeDecodeError:
                continue


def _bytes(payload: str) -> bytes:
    plain = "".join(payload.split()).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PlateMalformed("no base64") from error
