"""Commands that ask at the same time are answered at once, and know nothing of each other."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import partial

import pytest

from application.together import Command, ask, run_together

WHO: ContextVar[str] = ContextVar("who")


class Asked:
    """What was asked, one list for each time that somebody asked the outside."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []
        self.written: list[list[int]] = []

    def reads(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.read.append(list(numbers))
        return [LookupError(str(one)) if one < 0 else one * 10 for one in numbers]

    def writes(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.written.append(list(numbers))
        return list(numbers)

    def look(self, number: int) -> int:
        return ask(self.reads, partial(_alone, self.reads), number)

    def write(self, number: int) -> int:
        return ask(self.writes, partial(_alone, self.writes), number, is_last=True)


def _alone(many, number: int) -> int:
    [answer] = many([number])
    return answer


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_what_is_asked_alike_is_asked_at_once(asked: Asked) -> None:
    assert run_together([Command(partial(asked.look, n)) for n in (1, 2, 3)]) == [10, 20, 30]
    assert asked.read == [[1, 2, 3]]


def test_what_is_to_be_last_waits_for_whoever_still_asks(asked: Asked) -> None:
    def short() -> int:
        return asked.write(1)

    def long() -> int:
        return asked.write(asked.look(asked.look(2)))

    assert run_together([Command(short), Command(long)]) == [1, 200]
    assert asked.read == [[2], [20]]
    assert asked.written == [[1, 200]]


def test_a_failure_is_the_outcome_of_one_alone(asked: Asked) -> None:
    first, second, third = run_together([Command(partial(asked.look, n)) for n in (1, -2, 3)])
    assert (first, third) == (10, 30)
    assert isinstance(second, LookupError)


def test_a_command_may_outlive_a_failed_answer(asked: Asked) -> None:
    def again() -> int:
        try:
            return asked.look(-1)
        except LookupError:
            return asked.look(4)

    assert run_together([Command(again), Command(partial(asked.look, 5))]) == [40, 50]


def test_when_nobody_can_be_asked_each_hears_it() -> None:
    def away(_numbers: Sequence[int]) -> list[int]:
        raise OSError("away")

    done = run_together([Command(partial(ask, away, int, n)) for n in (1, 2)])
    assert [str(one) for one in done] == ["away", "away"]


def test_without_others_each_asks_alone(asked: Asked) -> None:
    assert asked.look(7) == 70
    assert asked.read == [[7]]


def test_each_runs_in_the_context_of_whoever_wants_it(asked: Asked) -> None:
    def who() -> str:
        before = WHO.get()
        asked.look(1)
        return before + WHO.get()

    commands = []
    for name in ("kim", "lee"):
        WHO.set(name)
        commands.append(Command(who))
    assert run_together(commands) == ["kimkim", "leelee"]
