"""Commands that wait at the same time ask the database at the same time.

In a panic thousands raise an alarm within seconds. Each by a thread of its own costs most of its
time in waiting for other threads, and asks the same few questions as all others. Here one thread
runs many commands, each in a greenlet: whoever asks is set aside until nobody can go on without an
answer; then all that was asked alike is asked in one statement, and everybody goes on. The commands
know nothing of it, and have each their own outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from functools import partial
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from greenlet import getcurrent, greenlet

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")
DoneT = TypeVar("DoneT")

Many = Callable[[Sequence[AskedT]], Sequence["AnswerT | Exception"]]
"""Answers each of several questions, in their order; an exception is an answer to one of them."""


class Question(NamedTuple):
    """What one command waits for."""

    many: Many[Any, Any]
    asked: Any
    is_last: bool


class Command(Generic[DoneT]):
    """Something to do, in the context of whoever wants it done."""

    def __init__(self, do: Callable[[], DoneT]) -> None:
        self.do = do
        self.context: Final[Context] = copy_context()


class _Member(greenlet):
    """One command under way."""


def ask(
    many: Many[AskedT, AnswerT],
    alone: Callable[[AskedT], AnswerT],
    asked: AskedT,
    *,
    is_last: bool = False,
) -> AnswerT:
    """Ask together with others, where there are any; else ``alone``.

    Args:
        many: asks for all; the same callable for questions of one kind.
        alone: asks for one.
        asked: the question.
        is_last: is put when nobody has any other question: a write, which is the cheaper the more
            are written at once.
    """
    member = getcurrent()
    if not isinstance(member, _Member) or member.parent is None:
        return alone(asked)
    return cast("AnswerT", member.parent.switch(Question(many, asked, is_last)))


def run_together(commands: Sequence[Command[DoneT]]) -> list[DoneT | Exception]:
    """Run all in this thread; what each came to, in their order."""
    done: list[DoneT | Exception] = [RuntimeError("not run")] * len(commands)
    waiting: dict[int, tuple[_Member, Question]] = {}

    def go_on(number: int, member: _Member, go: Callable[[], Any]) -> None:
        try:
            came = go()
        except Exception as error:  # noqa: BLE001 - is this command's outcome alone
            done[number] = error
            return
        if member.dead:
            done[number] = came
        else:
            waiting[number] = (member, came)

    for number, command in enumerate(commands):
        member = _Member(command.do)
        member.gr_context = command.context
        go_on(number, member, member.switch)
    while waiting:
        turn = _next_turn(waiting)
        answers = _answers([waiting[number][1] for number in turn])
        for number, answer in zip(turn, answers, strict=True):
            member, _ = waiting.pop(number)
            go = member.throw if isinstance(answer, Exception) else member.switch
            go_on(number, member, partial(go, answer))
    return done


def _next_turn(waiting: dict[int, tuple[_Member, Question]]) -> list[int]:
    """Those who ask alike; last what is to be last."""
    first = min(waiting, key=lambda number: (waiting[number][1].is_last, number))
    kind = waiting[first][1].many
    return [number for number, (_, question) in waiting.items() if question.many == kind]


def _answers(questions: Sequence[Question]) -> Sequence[Any]:
    try:
        return questions[0].many([question.asked for question in questions])
    except Exception as error:  # noqa: BLE001 - each hears it
        return [error] * len(questions)
