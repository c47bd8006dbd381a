"""A fact is told in one sentence, in four languages, and nothing is left as a code."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.catalogue import FACTS
from domain.emergency.vocabulary import CallEnd, PartnerChannel
from domain.language import Language
from interfaces.case_file.sentences import Teller, elapsed
from interfaces.case_file.steps import Hidden, Step, district_of, is_drill, outcome_of
from interfaces.case_file.words import own_words, words
from tests.architecture.samples import kept

AT = datetime(2026, 11, 22, 14, 41, 7, 250_000, tzinfo=UTC)
DISTRICTS = {"11740": "강동구", "11710": "송파구"}
KOREAN = Teller(Language.KO, DISTRICTS)
ENGLISH = Teller(Language.EN, DISTRICTS)
TOPICS = sorted(topic for topic in FACTS if topic.startswith("emergency."))
SAMPLES = [one for one in kept() if one["topic"].startswith("emergency.")]


def step(topic: str, actor: str = "operator:5088ca44-f646", **said: Any) -> Step:
    return Step(
        position=7,
        topic=f"emergency.{topic}",
        actor=actor,
        occurred_at=None,
        received_at=AT,
        said=said,
    )


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_word(language: Language) -> None:
    gaps = re.compile(r"\{\w+\}")
    korean = own_words(Language.KO)
    assert own_words(language).keys() == korean.keys()
    for key, text in own_words(language).items():
        assert text.strip(), key
        assert sorted(gaps.findall(text)) == sorted(gaps.findall(korean[key])), key


@pytest.mark.parametrize("topic", TOPICS)
def test_every_fact_of_a_report_has_a_sentence(topic: str) -> None:
    assert f"told.{topic}" in words(Language.KO)


def test_every_code_in_a_sentence_has_a_word() -> None:
    assert {f"end.{code}" for code in CallEnd} <= words(Language.KO).keys()
    assert {f"who.partner.{code}" for code in PartnerChannel} <= words(Language.KO).keys()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one['topic']}-{one['shape']}")
def test_every_stored_fact_can_be_told(sample, language: Language) -> None:
    stored = json.loads(sample["stored"])
    teller = Teller(language, DISTRICTS)
    told = Step(1, sample["topic"], "system:schedule", None, AT, stored)
    assert "{" not in teller.what(told)
    for label, value in teller.details(told):
        assert label
        assert "{" not in value, (label, value)


class TestSentences:
    def test_a_claim(self) -> None:
        assert KOREAN.what(step("claimed")) == "관제요원이 신고를 맡았습니다."
        assert ENGLISH.what(step("claimed")) == "An operator took the report in hand."

    def test_how_late_a_cancel_came(self) -> None:
        late = step("cancel_refused", refusal="late", late_by_s=2.25)
        assert KOREAN.what(late) == "취소 요청이 있었으나 받아들여지지 않았습니다."
        assert dict(KOREAN.details(late)) == {"사유": "취소 시간이 지남", "늦은 시간": "2.2초"}

    def test_what_a_repeat_said_otherwise(self) -> None:
        amended = step("amended", fields=["position", "alert"], alert="silent")
        assert dict(ENGLISH.details(amended)) == {
            "What differed": "Position, Alert",
            "Alert": "Silent",
        }

    def test_the_police_asked_by_nobody(self) -> None:
        by_itself = step("police_requested", actor="system:schedule", unassessed=True)
        assert "자동으로" in KOREAN.what(by_itself)
        assert "자동으로" not in KOREAN.what(step("police_requested", unassessed=False))

    @pytest.mark.parametrize("topic", ["escort.found_unwatched", "taxi.unanswered"])
    def test_that_somebody_was_called(self, topic: str) -> None:
        page = {"page_id": "p", "district": "11740", "staff_id": None}
        called = Step(1, topic, "system:schedule", None, AT, {"page": page})
        nobody = Step(1, topic, "system:schedule", None, AT, {"page": None})
        assert "호출했습니다" in KOREAN.what(called)
        assert "호출했습니다" not in KOREAN.what(nobody)
        assert list(KOREAN.details(called)) == []

    def test_a_drill(self) -> None:
        assert KOREAN.what(step("triggered", drill=True)) == "훈련 신고가 접수되었습니다."

    def test_a_bell_that_may_be_stuck_is_told_apart_from_a_device_that_raised_often(self) -> None:
        stuck = step("labelled", label="stuck", count=11, within_s=60.0)
        assert ENGLISH.what(stuck) == (
            "It was labelled “stuck?”: the bell was pressed 11 times in 60.0 s. It rang as before."
        )
        assert "고장" in KOREAN.what(step("label_reviewed", label="stuck"))
        often = step("labelled", label="many_triggers", count=11, within_s=600.0)
        assert "one device raised many times" in ENGLISH.what(often)

    def test_an_unknown_fact_is_told_by_its_name(self) -> None:
        unknown = step("weathered", storm=3)
        assert ENGLISH.what(unknown) == "Recorded: emergency.weathered"
        assert [tuple(one) for one in ENGLISH.details(unknown)] == [("storm", "3")]

    def test_details_are_words_too(self) -> None:
        raised = step(
            "triggered",
            district="11740",
            how="volume_key",
            position={"latitude_deg": 37.5385, "longitude_deg": 127.1376},
            fix={"source": "gnss", "accuracy_m": 9.0},
            flags=["position_stale"],
            cancel_until="2026-11-22T14:41:12.250000Z",
        )
        assert dict(KOREAN.details(raised)) == {
            "자치구": "강동구",
            "신고 방법": "음량 키",
            "위치": "37.538500, 127.137600",
            "위치 출처": "위성 ±9 m",
            "확인 필요": "오래된 위치",
            "취소 가능 시한": "2026-11-22 23:41:12",
        }

    @pytest.mark.parametrize(
        ("hidden", "told"), [(Hidden.SEALED, "(sealed)"), (Hidden.ERASED, "nobody can read it")]
    )
    def test_what_cannot_be_told_says_why(self, hidden: Hidden, told: str) -> None:
        [(_, value)] = ENGLISH.details(step("note_added", note=hidden))
        assert told in value

    def test_a_correction_is_in_words(self) -> None:
        corrected = step("corrected", field="outcome", was="safe", value="prank", reason="오기")
        assert KOREAN.what(corrected) == "기록을 바로잡았습니다: 결과."
        assert dict(KOREAN.details(corrected))["바른 값"] == words(Language.KO)["outcome.prank"]

    def test_what_the_device_said_otherwise_is_told(self) -> None:
        late = Step(1, "emergency.cancelled", "citizen:1", AT - timedelta(seconds=9), AT)
        assert dict(ENGLISH.details(late)) == {"Device time": "2026-11-22 23:40:58"}


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        ("operator:5088ca44-f646-4986", "관제요원 5088ca44"),
        ("citizen:c1c0ed34-918e-4266", "신고자 c1c0ed34"),
        ("system:schedule", "시스템"),
        ("system:command", "서버 명령"),
        ("partner:police", "경찰(112)"),
        ("partner:drone", "협력 기관 drone"),
        ("anonymous:anonymous", "미등록 기기"),
        ("ghost:1", "ghost 1"),
    ],
)
def test_who_did_it(actor: str, told: str) -> None:
    assert KOREAN.who(actor) == told


def test_how_long_after_the_beginning() -> None:
    assert elapsed(AT, AT) == "+0:00:00.0"
    assert elapsed(AT, AT + timedelta(hours=1, seconds=62.24)) == "+1:01:02.2"
    assert elapsed(AT, AT + timedelta(seconds=59.97)) == "+0:01:00.0"
    assert elapsed(AT, AT - timedelta(seconds=3)) == "-0:00:03.0"


class TestTheWhole:
    raised = step("triggered", district="11740", drill=False)

    def test_how_it_ended(self) -> None:
        resolved = step("resolved", outcome="safe")
        assert outcome_of([self.raised]) == "open"
        assert outcome_of([self.raised, step("cancelled")]) == "cancelled"
        assert outcome_of([self.raised, resolved]) == "safe"
        assert outcome_of([self.raised, resolved, step("reopened")]) == "open"
        corrected = step("corrected", field="outcome", value="prank")
        assert outcome_of([self.raised, resolved, corrected]) == "prank"

    def test_whose_it_is(self) -> None:
        assert district_of([self.raised]) == "11740"
        moved = step("accepted", district="11710")
        assert district_of([self.raised, moved]) == "11710"
        corrected = step("corrected", field="district", value="11740")
        assert district_of([self.raised, moved, corrected]) == "11740"

    def test_whether_it_is_a_drill(self) -> None:
        assert not is_drill([self.raised])
        assert is_drill([step("triggered", drill=True)])
        assert not is_drill([step("triggered", drill=True), step("promoted")])

    def test_a_second_trigger_moves_it_where_its_citizen_is(self) -> None:
        joined = step("joined", district="11530", responsible="11530")
        assert district_of([self.raised, joined]) == "11530"
        assert district_of([self.raised, step("joined", district="11530")]) == "11740"
