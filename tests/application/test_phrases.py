"""The words for people outside stand in every language, and say what they should."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from application import phrases
from application.phrases import phrase, refusal, worded
from domain.base import DomainError
from domain.catalogue import FACTS
from domain.emergency.conversing import Template
from domain.language import Language
from domain.policy import ANNOUNCEMENT_KO

HERE = Path(phrases.__file__).parent
PARTS = sorted(one.name for one in HERE.iterdir() if any(one.glob("*.po")))
GAPS = re.compile(r"%\((\w+)\)s")
ON_PAGES = {
    "access_review",
    "not_a_checkpoint",
    "emergency",
    "erasure",
    "hold",
    "ledger",
    "policy",
    "staff",
}
"""What these refuse, only staff meets, on pages that translate the code."""


def catalogue(part: str, language: Language):
    return read_po(BytesIO((HERE / part / f"{language}.po").read_bytes()), abort_invalid=True)


def words(part: str, language: Language) -> dict[str, str]:
    return {one.id: str(one.string) for one in catalogue(part, language) if one.id}


def refusals(kind: type[DomainError] = DomainError) -> set[str]:
    own = {kind.code} if "code" in kind.__dict__ else set()
    return own.union(*(refusals(one) for one in kind.__subclasses__()))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("part", PARTS)
def test_every_language_has_every_phrase_and_none_is_a_guess(part: str, language: Language) -> None:
    messages = [message for message in catalogue(part, language) if message.id]
    assert {message.id for message in messages} == words(part, Language.KO).keys()
    assert all(str(message.string).strip() for message in messages)
    assert not any(message.fuzzy for message in messages)


@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_left_in_english(part: str, language: Language) -> None:
    english = words(part, Language.EN)
    assert [name for name, text in words(part, language).items() if text == english[name]] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("part", PARTS)
def test_a_phrase_has_the_same_gaps_in_every_language(part: str, language: Language) -> None:
    korean = words(part, Language.KO)
    for name, text in words(part, language).items():
        assert sorted(GAPS.findall(text)) == sorted(GAPS.findall(korean[name])), name


def test_no_two_services_use_one_name() -> None:
    names = [name for part in PARTS for name in words(part, Language.KO)]
    assert len(names) == len(set(names))


def test_every_refusal_of_a_service_has_words_for_whom_it_concerns() -> None:
    assert FACTS  # imports every module of the domain
    told = {code for code in refusals() if code.partition(".")[0] not in ON_PAGES}
    assert {code for code in told if refusal(code, Language.KO) is None} == set()


def test_the_announcement_is_the_citys_own() -> None:
    assert phrase("announcement.received", Language.KO) == ANNOUNCEMENT_KO


@pytest.mark.parametrize("template", Template)
def test_every_ready_message_has_its_words(template: Template) -> None:
    assert all(phrase(f"text.{template}", language) for language in Language)


def test_a_phrase_that_is_none_is_told() -> None:
    with pytest.raises(KeyError, match=r"text\.none in ko"):
        phrase("text.none", Language.KO)


def test_a_refusal_without_words_has_none() -> None:
    assert refusal("no_such_code", Language.KO) is None


def test_a_phrase_without_gaps_takes_any_words() -> None:
    assert worded("announcement.received", Language.KO, {"x": "y"}) == ANNOUNCEMENT_KO
