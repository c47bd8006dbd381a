"""Where alarms wait for the log: those that come while others are stored are stored together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from threading import Condition, Thread
from typing import Any, Final, NamedTuple, TypeVar

import structlog

from application.errors import LogUnavailable
from application.together import Command, run_together

log = structlog.get_logger(__name__)

DoneT = TypeVar("DoneT")

THREADS: Final = 2
"""One stores while the other takes in; more would only fight for the interpreter's lock."""
TOGETHER_MAX: Final = 64


class _Alarm(NamedTuple):
    command: Command[Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class AlarmLine:
    """Threads of the alarms' own: screens that wait for a fold never keep an alarm waiting.

    Args:
        urgently: around whatever is asked for them, connections that nothing else can take.
    """

    def __init__(self, urgently: Callable[[], AbstractContextManager[None]]) -> None:
        self._urgently = urgently
        self._came = Condition()
        self._waiting: deque[_Alarm] = deque()
        self._closed = False
        self._threads: list[Thread] = []

    def close(self) -> None:
        """End when nobody waits any more."""
        with self._came:
            self._closed = True
            self._came.notify_all()

    async def run(self, do: Callable[[], DoneT]) -> DoneT:
        """What ``do`` comes to, done in one of the line's threads together with others.

        Raises:
            LogUnavailable: the line failed as a whole, or is closed; the phone must send again.
            Exception: whatever ``do`` raises.
        """
        loop = asyncio.get_running_loop()
        alarm = _Alarm(Command(do), loop.create_future(), loop)
        with self._came:
            if self._closed:
                raise LogUnavailable("the alarms' line is closed")
            self._begin()
            self._waiting.append(alarm)
            self._came.notify()
        result: DoneT = await alarm.answer
        return result

    def _begin(self) -> None:
        """Where no thread can be had, nobody waits for one."""
        for number in range(len(self._threads), THREADS):
            thread = Thread(target=self._run, name=f"alarms-{number}", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                if self._threads:
                    return
                raise LogUnavailable("no thread for alarms") from error
            self._threads.append(thread)

    def _run(self) -> None:
        while alarms := self._next():
            done = self._done(alarms)
            with suppress(RuntimeError):  # the loop has been closed: nobody listens
                alarms[0].loop.call_soon_threadsafe(_tell, alarms, done)

    def _done(self, alarms: Sequence[_Alarm]) -> Sequence[Any]:
        """Whatever goes wrong is told to each: a thread that ended would keep alarms for ever.

        Something may have been stored: the same trigger again meets it.
        """
        try:
            with self._urgently():
                return run_together([alarm.command for alarm in alarms])
        except BaseException as error:
            log.exception("alarm_line.failed", alarms=len(alarms))
            return [LogUnavailable(type(error).__name__) for _ in alarms]

    def _next(self) -> list[_Alarm]:
        with self._came:
            self._came.wait_for(lambda: self._waiting or self._closed)
            count = min(len(self._waiting), TOGETHER_MAX)
            return [self._waiting.popleft() for _ in range(count)]


def _tell(alarms: Sequence[_Alarm], done: Sequence[Any]) -> None:
    for alarm, one in zip(alarms, done, strict=True):
        if alarm.answer.done():  # whoever asked has gone
            continue
        if isinstance(one, Exception):
            alarm.answer.set_exception(one)
        else:
            alarm.answer.set_result(one)
