"""Case files, and what is said when something in them did not come: no service runs here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from application.outbox import Channel
from domain.emergency.conversing import MessageRead
from domain.geography import Position
from infrastructure.districts import KrgcDistricts
from interfaces.demo.case import (
    Case,
    CaseUnreadable,
    Expected,
    Told,
    read_case,
    shipped_cases,
)
from interfaces.demo.journals import journalled_otherwise
from interfaces.demo.performance import _rounds
from interfaces.demo.places import PLACES
from interfaces.demo.reading_back import _in_order, _told_otherwise
from interfaces.demo.steps import Behave
from interfaces.demo.stories import story
from tests.interfaces.shell import ansim, complaint


class TestCaseFiles:
    def test_the_shipped_ones_can_be_read(self) -> None:
        assert [case.case for case in shipped_cases()] == [
            "gangdong-2023-02-02",
            "guro-2023-05-19",
            "cancelled",
            "late-cancel",
            "drill",
            "cancelled-by-an-attacker",
            "cancel-without-the-pin",
            "duress-pin",
            "silent-in-chinese",
            "over-the-border",
            "nobody-answers",
        ]

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"steps": [{"do": "dance"}]}, "steps"),
            ({"steps": [{"do": "wait", "fact": "emergency.danced"}]}, "no fact is called"),
            ({"trigger": {"place": {}}}, "or district"),
            ({"expect": {"facts": ["nothing"]}}, "no fact is called"),
            ({"expect": {"told": [{"fact": "danced", "has": {"x": 1}}]}}, "no fact is called"),
            ({"steps": [{"do": "cancel", "answer": "maybe"}]}, "answer"),
            ({"steps": [{"do": "message"}]}, "give text, or template"),
            ({"citizen": {"duress_pin": "1234"}}, "needs a pin"),
            ({"policy": {"escalate_polite_s": 3}}, "escalate_polite_s"),
            ({"policy": {"pin_tries_max": 3}}, "pin_tries_max"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_one_is_refused_with_its_place(self, changed, told, tmp_path) -> None:
        file = tmp_path / "case.json"
        file.write_text(json.dumps({"case": "x"} | changed))
        with pytest.raises(CaseUnreadable, match=told) as refused:
            read_case(file)
        assert str(file) in str(refused.value)

    def test_a_bad_one_costs_no_start(self, tmp_path) -> None:
        file = tmp_path / "case.json"
        file.write_text("{")
        assert "case_unreadable" in complaint(ansim("demo", "--case", str(file), timeout_s=60))

    def test_the_smallest_case(self, tmp_path) -> None:
        file = tmp_path / "case.json"
        file.write_text('{"case": "x"}')
        assert read_case(file) == Case(case="x")


def test_facts_in_order_with_others_between() -> None:
    assert _in_order(["a", "c"], ["a", "b", "c"])
    assert not _in_order(["c", "a"], ["a", "b", "c"])
    assert not _in_order(["a", "a"], ["a", "b"])


def test_a_partner_that_knows_more_than_the_log_is_told() -> None:
    called = {"channel": "call", "reference": "call-1", "body": {"report_id": "r"}}
    expect = Expected(partners={Channel.CALL: 0, Channel.POLICE: 1})
    assert list(journalled_otherwise(expect, [], [called])) == [
        "the partner's journal has call call-1, of which the log knows nothing",
        "expected 0 in the journal of call; there are 1",
        "expected 1 in the journal of police; there are 0",
    ]


def test_a_fact_that_tells_something_else_is_told() -> None:
    told = Told(fact="emergency.message_read", has={"message_id": str(UUID(int=1))})
    [sentence] = _told_otherwise(Expected(told=(told,)), [_read(2)])
    assert str(UUID(int=1)) in sentence
    assert str(UUID(int=2)) in sentence
    assert not list(_told_otherwise(Expected(told=(told,)), [_read(2), _read(1)]))


def _read(number: int) -> MessageRead:
    return MessageRead(
        originator_id=UUID(int=9),
        originator_version=number,
        timestamp=datetime(2026, 2, 2, tzinfo=UTC),
        message_id=UUID(int=number),
    )


def test_cases_that_change_what_others_live_by_wait_for_them() -> None:
    quick = {"escalate_police_s": 20.0}
    partner = (Behave(do="partner", channel=Channel.POLICE),)
    cases = [
        Case(case="alone", steps=partner),
        Case(case="quick", policy=quick),
        Case(case="one"),
        Case(case="quick too", policy=quick),
        Case(case="alone too", steps=partner),
        Case(case="other"),
    ]
    assert [[case.case for case in together] for together in _rounds(cases)] == [
        ["one", "other"],
        ["quick", "quick too"],
        ["alone"],
        ["alone too"],
    ]


def test_every_place_lies_in_its_district() -> None:
    districts = KrgcDistricts()
    assert set(PLACES) == set(districts.codes())
    for code, place in PLACES.items():
        position = Position(latitude_deg=place.latitude_deg, longitude_deg=place.longitude_deg)
        assert districts.locate(position).district == code


def test_the_city_tells_stories_that_can_be_played() -> None:
    chance = Random(7)
    told = [story(chance, n, code, answered=True) for n in range(40) for code in ("11740", "11530")]
    assert {case.trigger.drill for case in told} == {True, False}
    assert any(step.do == "cancel" for case in told for step in case.steps)
