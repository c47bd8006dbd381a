"""The pages speak every language, and only in words that are in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from domain import erasure, hold
from domain.base import DomainError
from domain.catalogue import FACTS
from domain.emergency import filming, help_answers, refusals
from domain.emergency.labelling import Label
from domain.emergency.vocabulary import (
    Alert,
    Amendable,
    CallEnd,
    CancelRefusal,
    Flag,
    How,
    Outcome,
    RiseCause,
    TakeRight,
    VerifiedBy,
)
from domain.erasure import ErasureReason, ErasureStage, SubjectKind
from domain.geography import FixSource
from domain.hold_kind import HoldKind
from domain.language import Language
from domain.message import RecipientKind
from domain.message_routing import MessageRoute, MessageState
from domain.pin import PinLocked, PinsAlike, PinWrong
from domain.platform import Platform
from domain.policy import EscalationLevel
from domain.staff import STAFF_ROLES
from infrastructure.districts import KrgcDistricts
from interfaces.case_file.words import own_words
from interfaces.console.pages import HERE
from interfaces.console.words import words
from projections.progress import Call, Help, RingsFor

KOREAN = words(Language.KO)
CODES = {
    "alert": Alert,
    "amendable": Amendable,
    "cancel": CancelRefusal,
    "flag": Flag,
    "how": How,
    "outcome": Outcome,
    "video": filming.VideoRefusal,
    "verified": VerifiedBy,
    "fix": FixSource,
    "escalation": EscalationLevel,
    "role": STAFF_ROLES,
    "erasure.stage": ErasureStage,
    "erasure.kind": SubjectKind,
    "erasure.reason": ErasureReason,
    "erasure.next": set(ErasureStage) - {ErasureStage.DONE, ErasureStage.DECLINED},
    "hold": HoldKind,
    "stage.rings": RingsFor,
    "stand_down": help_answers.StandDown,
    "decline": help_answers.Decline,
    "cause": RiseCause,
    "right": TakeRight,
    "help": set(Help) - {Help.NONE},
    "call": {*Call, *CallEnd} - {Call.NONE},
    "platform": Platform,
    "label": Label,
    "message.to": RecipientKind,
    "message.state": MessageState,
    "message.route": MessageRoute,
}


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_word(language: Language) -> None:
    assert words(language).keys() == KOREAN.keys()
    assert all(text.strip() for text in words(language).values())


@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
@pytest.mark.parametrize("catalogue", [words, own_words], ids=["pages", "told"])
def test_nothing_is_left_in_english(
    catalogue: Callable[[Language], dict[str, str]], language: Language
) -> None:
    english = catalogue(Language.EN)
    assert [key for key, text in catalogue(language).items() if text == english[key]] == []


@pytest.mark.parametrize("language", Language)
def test_what_is_told_is_told_in_every_language(language: Language) -> None:
    assert own_words(language).keys() == own_words(Language.KO).keys()
    assert all(text.strip() for text in own_words(language).values())


@pytest.mark.parametrize("language", Language)
def test_a_word_has_the_same_gaps_in_every_language(language: Language) -> None:
    gaps = re.compile(r"\{\w+\}")
    for key, text in words(language).items():
        assert sorted(gaps.findall(text)) == sorted(gaps.findall(KOREAN[key])), key


@pytest.mark.parametrize("kind", CODES)
def test_every_code_has_a_word(kind: str) -> None:
    assert {f"{kind}.{code}" for code in CODES[kind]} <= KOREAN.keys()


def test_every_fact_of_a_report_has_a_word() -> None:
    topics = {topic for topic in FACTS if topic.startswith("emergency.")}
    assert {f"topic.{topic}" for topic in topics} <= KOREAN.keys()


@pytest.mark.parametrize("language", Language)
def test_a_bell_that_may_be_stuck_has_words_of_its_own(language: Language) -> None:
    known, told = words(language), own_words(language)
    for key in ("topic.emergency.labelled", "topic.emergency.label_reviewed"):
        assert known[f"{key}.{Label.STUCK}"] != known[key]
    for key in ("told.emergency.labelled", "told.emergency.label_reviewed"):
        assert told[f"{key}.{Label.STUCK}"] != told[key]
    for seen in ("", "_seen"):
        assert known["label.stuck"] in known[f"badge.stuck{seen}"]
        assert known[f"badge.stuck{seen}"] != known[f"badge.many_triggers{seen}"]


def test_every_district_has_a_name_in_every_language() -> None:
    korean = KrgcDistricts().codes()
    for language in Language:
        known = words(language)
        assert {f"district.{code}" for code in korean} <= known.keys()
    assert {code: KOREAN[f"district.{code}"] for code in korean} == dict(korean)


def test_every_refusal_of_a_pin_has_a_word() -> None:
    assert {f"code.{one.code}" for one in (PinsAlike, PinWrong, PinLocked)} <= KOREAN.keys()


def test_every_refusal_of_a_report_has_a_word() -> None:
    codes = {
        found.code
        for found in vars(refusals).values()
        if isinstance(found, type) and issubclass(found, DomainError) and found is not DomainError
    }
    assert {f"code.{code}" for code in codes} <= KOREAN.keys()


def test_every_refusal_to_forget_or_to_hold_has_a_word() -> None:
    codes = {
        found.code
        for room in (erasure.facts, hold)
        for found in vars(room).values()
        if isinstance(found, type) and issubclass(found, DomainError) and found is not DomainError
    }
    assert len(codes) == 9
    assert {f"code.{code}" for code in codes} <= KOREAN.keys()


def test_the_pages_use_no_unknown_word() -> None:
    used = set()
    for page in (HERE / "templates").glob("*.html"):
        used |= set(re.findall(r'\bt\["([\w.]+)"\]', page.read_text()))
    for script in (HERE / "static").glob("*.js"):
        used |= set(re.findall(r'\bword\("([\w.]+)"', script.read_text()))
    assert used <= KOREAN.keys()
