"""What happens to a member, her phones and while she joins is told in four languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from domain.catalogue import FACTS
from domain.consents import Consent
from domain.identity import IdentityWay
from domain.language import Language
from interfaces.case_file.sentences import Teller
from interfaces.case_file.steps import Step
from interfaces.case_file.words import own_words, told_words
from tests.architecture.samples import kept

KINDS = ("member.", "device.", "registration.", "person_guard.")
SAMPLES = [one for one in kept() if one["topic"].startswith(KINDS)]
AT = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)


def test_every_fact_has_a_sentence_of_its_own_in_each_language() -> None:
    topics = {topic for topic in FACTS if topic.startswith(KINDS)}
    english = told_words(Language.EN)
    for language in Language:
        told = told_words(language)
        assert {f"told.{topic}" for topic in topics} <= told.keys()
        if language is not Language.EN:
            assert [one for one in topics if told[f"told.{one}"] == english[f"told.{one}"]] == []


def test_every_code_has_a_word() -> None:
    for language in Language:
        known = own_words(language).keys()
        assert {f"consented.{one}" for one in Consent} <= known
        assert {f"identity.{one}" for one in IdentityWay} <= known


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one['topic']}-{one['shape']}")
def test_each_stored_fact_is_told(sample) -> None:
    teller = Teller(Language.ZH, {})
    step = Step(1, sample["topic"], "system:test", None, AT, json.loads(sample["stored"]))
    assert "{" not in teller.what(step)
    assert all(one.label and "{" not in one.value for one in teller.details(step))


def test_which_consent_is_said_in_words() -> None:
    said = {"consent": "location", "by": "herself"}
    step = Step(1, "member.consent_withdrawn", "citizen:1", None, AT, said)
    assert dict(Teller(Language.EN, {}).details(step))["Consent"] == "Location"
