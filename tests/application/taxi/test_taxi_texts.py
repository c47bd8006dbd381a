"""Every message fits a Korean text message, with the longest words that it can hold."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from application import phrases
from application.phrases import worded
from application.taxi.telling import NAME_BYTES, PLACE_BYTES, cut
from domain.language import Language
from domain.sms import Alphabet, TextKind, fitted
from domain.taxi.plate import REGIONS

HERE, ABROAD = "+821011112222", "+8613800138000"
LONGEST = {
    "name": "가" * (NAME_BYTES // 2),
    "plate": f"{REGIONS[0]}132바1234",
    "time": "23:59",
    "place": "가" * (PLACE_BYTES // 2),
    "count": "5",
}
CATALOGUE = Path(phrases.__file__).parent / "taxi" / "ko.po"
TEXTS = sorted(
    str(one.id)
    for one in read_po(BytesIO(CATALOGUE.read_bytes()))
    if one.id and not str(one.id).startswith("refused.")
)


@pytest.mark.parametrize("name", TEXTS)
def test_in_korean_every_message_is_a_short_one(name: str) -> None:
    text = fitted(worded(name, Language.KO, LONGEST), HERE)
    assert (text.kind, text.alphabet) == (TextKind.SMS, Alphabet.EUC_KR)


@pytest.mark.parametrize("phone", [HERE, ABROAD])
@pytest.mark.parametrize("language", [Language.EN, Language.JA])
@pytest.mark.parametrize("name", TEXTS)
def test_in_the_others_it_goes_whole(name: str, language: Language, phone: str) -> None:
    words = worded(name, language, LONGEST)
    assert "".join(fitted(words, phone).pieces) == words


@pytest.mark.parametrize("phone", [HERE, ABROAD])
@pytest.mark.parametrize("name", TEXTS)
def test_a_chinese_message_goes_as_ucs_2(name: str, phone: str) -> None:
    words = worded(name, Language.ZH, LONGEST)
    text = fitted(words, phone)
    assert (text.alphabet, "".join(text.pieces)) == (Alphabet.UCS2, words)


def test_no_message_quotes_a_gap() -> None:
    for name in TEXTS:
        for language in Language:
            assert not re.search(r"%\(", worded(name, language, LONGEST))


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("강동구청 앞", "강동구청 앞"),
        ("", ""),
        ("  two\n lines ", "two lines"),
        ("가나다라마바사아자차카타파하거", "가나다라마바사아자차카타파하"),
        ("a" * 40, "a" * 28),
        ("가" * 13 + " 나", "가" * 13),
    ],
)
def test_long_words_are_cut_by_the_count_of_a_text_message(words: str, kept: str) -> None:
    assert cut(words, PLACE_BYTES) == kept
