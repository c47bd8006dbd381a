"""The words for citizens stand in every language, and say what they should."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from application import phrases
from application.phrases import phrase
from domain.emergency.conversing import Template
from domain.language import Language
from domain.policy import ANNOUNCEMENT_KO

HERE = Path(phrases.__file__).parent


def catalogue(language: Language):
    return read_po(BytesIO((HERE / f"{language}.po").read_bytes()), abort_invalid=True)


NAMES = {message.id for message in catalogue(Language.KO) if message.id}


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_phrase_and_none_is_a_guess(language: Language) -> None:
    messages = [message for message in catalogue(language) if message.id]
    assert {message.id for message in messages} == NAMES
    assert all(str(message.string).strip() for message in messages)
    assert not any(message.fuzzy for message in messages)


@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
def test_nothing_is_left_in_english(language: Language) -> None:
    english = {message.id: message.string for message in catalogue(Language.EN)}
    same = [one.id for one in catalogue(language) if one.id and one.string == english[one.id]]
    assert same == []


def test_the_announcement_is_the_citys_own() -> None:
    assert phrase("announcement.received", Language.KO) == ANNOUNCEMENT_KO


@pytest.mark.parametrize("template", Template)
def test_every_ready_message_has_its_words(template: Template) -> None:
    assert all(phrase(f"text.{template}", language) for language in Language)


def test_a_phrase_that_is_none_is_told() -> None:
    with pytest.raises(KeyError, match=r"text\.none in ko"):
        phrase("text.none", Language.KO)
