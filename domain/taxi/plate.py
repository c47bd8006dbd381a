"""Plates of Korean taxis, in the one form in which they are kept.

Automobile Management Act, enforcement rules on number plates: region (left out on plates of the
nationwide form), two or three digits of the class of vehicle, one syllable of its use, four digits.
The uses 바, 사, 아 and 자 are those of vehicles for hire.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final, NewType
from unicodedata import normalize

from domain.base import DomainError

Plate = NewType("Plate", str)
"""``서울32바1234`` or ``32바1234``: composed syllables, ASCII digits, nothing between."""

REGIONS: Final = (
    *("서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기"),
    *("강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주"),
)
GAP: Final = r"[\s\-_.·\u200b-\u200f\u2060\ufeff]"
GAPS: Final = re.compile(f"{GAP}+")
FORM: Final = re.compile(rf"(?:{'|'.join(REGIONS)})?[0-9]{{2,3}}[바사아자][0-9]{{4}}")
WITHIN: Final = re.compile(
    rf"(?<![0-9])(?:(?:{'|'.join(REGIONS)}){GAP}{{0,3}})?"
    rf"[0-9]{{2,3}}{GAP}{{0,3}}[바사아자]{GAP}{{0,3}}[0-9]{{4}}(?![0-9])"
)
TYPED_MAX: Final = 100
"""Characters; what is longer is no plate."""


class PlateMalformed(DomainError):
    """No plate of a taxi; she can board without one, and give it later."""

    code: ClassVar[str] = "taxi.plate_malformed"


def plate_of(said: str) -> Plate:
    """The plate that was typed or read, whatever its spaces, widths and composition.

    Raises:
        PlateMalformed: it has another form; the text is not quoted, it may be personal.
    """
    if len(said) > TYPED_MAX:
        raise PlateMalformed("too long")
    plain = GAPS.sub("", normalize("NFKC", said))
    if not FORM.fullmatch(plain):
        raise PlateMalformed("another form")
    return Plate(plain)


def plates_in(text: str) -> frozenset[Plate]:
    """Every plate that stands somewhere in a text: what a tag says may hold more than a plate."""
    found = WITHIN.findall(normalize("NFKC", text))
    return frozenset(Plate(GAPS.sub("", one)) for one in found)
