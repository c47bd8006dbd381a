"""How words go by text message: in which alphabet, as which kind, in how many pieces.

A Korean network carries 90 bytes of EUC-KR as a short message (SMS) and 2,000 as a long one (LMS).
Whatever EUC-KR cannot say, and every number abroad, goes as GSM 03.38 or UCS-2, in pieces that a
telephone joins again. Nothing is ever replaced by a question mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import ClassVar, Final

from domain.base import DomainError, Value

KOREA: Final = "+82"
EUC_KR: Final = "cp949"
"""The carriers' EUC-KR: every modern syllable in two bytes. Python's ``euc_kr`` would spell those
beyond KS X 1001 in eight."""

SMS_BYTES_MAX: Final = 90
LMS_BYTES_MAX: Final = 2_000
"""What Korean carriers take as a short and as a long message; issue of the services, parts 3 and
9."""
GSM7_ALONE: Final = 160
GSM7_JOINED: Final = 153
"""Septets in one message, and beside a six-byte header: 3GPP TS 23.040, 9.2.3.24.1."""
UCS2_ALONE: Final = 70
UCS2_JOINED: Final = 67
PIECES_MAX: Final = 10
"""Ours: longer words belong in the app."""

ESCAPE: Final = "\x1b"
GSM7_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""In the order of their codes: 3GPP TS 23.038, 6.2.1."""
GSM7_EXTENDED: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""Behind an escape, so each costs two septets: 6.2.1.1."""
_GSM7: Final = {sign: code for code, sign in enumerate(GSM7_BASIC) if sign != ESCAPE}


class Alphabet(StrEnum):
    EUC_KR = "euc_kr"
    GSM7 = "gsm7"
    UCS2 = "ucs2"


class TextKind(StrEnum):
    """As what a network takes it."""

    SMS = "sms"
    LMS = "lms"
    JOINED = "joined"
    """Several short messages that the telephone shows as one."""


class TextTooLong(DomainError):
    """No network carries so much."""

    code: ClassVar[str] = "message.too_long"


class Text(Value):
    """Words as they go; ``pieces`` joined are the words."""

    alphabet: Alphabet
    kind: TextKind
    pieces: tuple[str, ...]

    @property
    def encoded(self) -> tuple[bytes, ...]:
        """The pieces as a network carries them, a septet in a byte."""
        return tuple(ENCODE[self.alphabet](piece) for piece in self.pieces)


def fitted(words: str, phone: str) -> Text:
    """How ``words`` go to ``phone`` (E.164).

    Syllables that came in parts (as some keyboards send them) are put together first.

    Raises:
        TextTooLong: they do not go.
    """
    said = unicodedata.normalize("NFC", words)
    korean = len(encoded) if (encoded := _euc_kr(said)) is not None else None
    if phone.startswith(KOREA) and korean is not None:
        if korean > LMS_BYTES_MAX:
            raise TextTooLong(f"{korean} bytes")
        kind = TextKind.SMS if korean <= SMS_BYTES_MAX else TextKind.LMS
        return Text(alphabet=Alphabet.EUC_KR, kind=kind, pieces=(said,))
    if all(sign in _GSM7 or sign in GSM7_EXTENDED for sign in said):
        return _in_pieces(said, Alphabet.GSM7, GSM7_ALONE, GSM7_JOINED)
    return _in_pieces(said, Alphabet.UCS2, UCS2_ALONE, UCS2_JOINED)


def gsm7(words: str) -> bytes:
    """The codes of the GSM alphabet, one in a byte.

    Raises:
        KeyError: a sign is none of it.
    """
    codes = bytearray()
    for sign in words:
        if (extended := GSM7_EXTENDED.get(sign)) is not None:
            codes += bytes((ord(ESCAPE), extended))
        else:
            codes.append(_GSM7[sign])
    return bytes(codes)


def read_gsm7(codes: bytes) -> str:
    """The signs behind the codes of ``gsm7``."""
    beyond = {code: sign for sign, code in GSM7_EXTENDED.items()}
    signs = iter(codes)
    return "".join(
        beyond[next(signs)] if code == ord(ESCAPE) else GSM7_BASIC[code] for code in signs
    )


ENCODE: Final[dict[Alphabet, Callable[[str], bytes]]] = {
    Alphabet.EUC_KR: lambda words: words.encode(EUC_KR),
    Alphabet.GSM7: gsm7,
    Alphabet.UCS2: lambda words: words.encode("utf-16-be"),
}
DECODE: Final[dict[Alphabet, Callable[[bytes], str]]] = {
    Alphabet.EUC_KR: lambda encoded: encoded.decode(EUC_KR),
    Alphabet.GSM7: read_gsm7,
    Alphabet.UCS2: lambda encoded: encoded.decode("utf-16-be"),
}


def _euc_kr(words: str) -> bytes | None:
    """None for words that EUC-KR cannot say."""
    try:
        return words.encode(EUC_KR)
    except UnicodeEncodeError:
        return None


def _units(sign: str, alphabet: Alphabet) -> int:
    """What one sign takes: an escaped one two septets, one beyond the first plane two units."""
    if alphabet is Alphabet.GSM7:
        return 2 if sign in GSM7_EXTENDED else 1
    return len(sign.encode("utf-16-be")) // 2


def _in_pieces(words: str, alphabet: Alphabet, alone: int, joined: int) -> Text:
    if sum(_units(sign, alphabet) for sign in words) <= alone:
        return Text(alphabet=alphabet, kind=TextKind.SMS, pieces=(words,))
    pieces = tuple(_cut(words, alphabet, joined))
    if len(pieces) > PIECES_MAX:
        raise TextTooLong(f"{len(pieces)} pieces")
    return Text(alphabet=alphabet, kind=TextKind.JOINED, pieces=pieces)


def _cut(words: str, alphabet: Alphabet, joined: int) -> Iterator[str]:
    """Pieces of at most ``joined`` units; no sign is cut in two."""
    begun, taken = 0, 0
    for place, sign in enumerate(words):
        units = _units(sign, alphabet)
        if taken + units > joined:
            yield words[begun:place]
            begun, taken = place, 0
        taken += units
    yield words[begun:]
