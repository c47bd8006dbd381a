"""A case is played in the terminal in its own rhythm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.language import Language
from interfaces.case_file.sentences import Teller
from interfaces.case_file.steps import Hidden, Step
from interfaces.case_file.terminal import PAUSE_S_MAX, play

BEGAN = datetime(2026, 11, 22, 14, 59, 58, tzinfo=UTC)
REPORT = UUID("71420ae0-5a35-5390-926c-7a2c83f87ac0")
TELLER = Teller(Language.KO, {"11740": "강동구"})


def at(seconds: float, topic: str, **said: object) -> Step:
    return Step(
        position=int(seconds) + 1,
        topic=f"emergency.{topic}",
        actor="operator:5088ca44",
        occurred_at=None,
        received_at=BEGAN + timedelta(seconds=seconds),
        said=said,
    )


CASE = [
    at(0, "triggered", district="11740", position=Hidden.SEALED),
    at(5, "accepted", district="11740"),
    at(9, "claimed"),
    at(8.5, "call_placed"),
    at(86_400, "resolved", outcome="safe", note="자택까지 동행"),
]


def played(speed: float | None) -> list[float]:
    pauses: list[float] = []
    play(REPORT, CASE, TELLER, speed=speed, pause=pauses.append)
    return pauses


def test_without_a_speed_it_comes_at_once() -> None:
    assert played(None) == []


@pytest.mark.parametrize("speed", [1, 4, 0.5])
def test_with_a_speed_each_step_waits_as_long_as_it_did(speed: float) -> None:
    assert played(speed)[:2] == [5 / speed, 4 / speed]


def test_nobody_waits_for_days() -> None:
    assert played(4)[-1] == PAUSE_S_MAX


def test_it_is_a_timeline_in_sentences(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    played(None)
    told = capsys.readouterr().out
    assert "사건 경과 기록" in told
    assert "강동구" in told
    assert "관제요원이 신고를 맡았습니다." in told
    assert "(봉인됨)" in told
    assert "00:00:07.000" in told
    assert told.count("2026-11-22") == 1
    assert told.count("2026-11-23") == 1
    assert "call_placed" not in told
