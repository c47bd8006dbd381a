"""The alarms' line fails as a whole: every phone that waits is told, and the next is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from application.errors import LogUnavailable
from domain.emergency import facts
from interfaces.http import alarm_line
from interfaces.http.alarm_line import TOGETHER_MAX, AlarmLine
from interfaces.http.phone_door import PhoneDoor
from tests.application.house import DeskHouse, sent

Urgently = Callable[[], AbstractContextManager[None]]
MANY = 2 * TOGETHER_MAX + 7


class Breaking:
    """What is around the alarms breaks as often as it is told to, before or after them."""

    def __init__(self, error: type[BaseException], *, times: int, after: bool = False) -> None:
        self.error, self.left, self.after = error, times, after

    @contextmanager
    def __call__(self) -> Iterator[None]:
        breaks, self.left = self.left > 0, self.left - 1
        if breaks and not self.after:
            raise self.error("broken")
        yield
        if breaks:
            raise self.error("broken")


class Door:
    """The door of the alarms, as the service has it, before desks that live in memory."""

    def __init__(self, urgently: Urgently) -> None:
        self.house = DeskHouse()
        self.line = AlarmLine(urgently)
        app = Starlette()
        app.state.alarm_line = self.line
        app.state.house = SimpleNamespace(
            database=SimpleNamespace(urgent=nullcontext),
            phone_desk=self.house.phones,
            emergency_desk=self.house.desk,
            secrets=self.house.secrets,
            absences=(),
        )
        app.add_middleware(PhoneDoor)
        self._app = app

    async def raised(self, *numbers: int) -> list[httpx.Response]:
        """Phones of nobody raise at the same time."""
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
            return await asyncio.wait_for(
                asyncio.gather(
                    *(client.post("/v1/emergencies", json=body(one)) for one in numbers)
                ),
                timeout=20,
            )


def body(number: int) -> dict[str, Any]:
    return sent(f"a-long-id-of-trigger-{number}")


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a thread that ended would be missed."""
    monkeypatch.setattr(alarm_line, "THREADS", 1)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("error", [RuntimeError, KeyError, SystemExit])
@pytest.mark.parametrize("after", [False, True], ids=["before them", "after them"])
def test_each_waiting_alarm_is_told_to_come_again_and_the_next_is_taken_in(
    error: type[BaseException],
    after: bool,  # noqa: FBT001
) -> None:
    async def night() -> None:
        breaking = Breaking(error, times=MANY, after=after)
        door = Door(breaking)
        for answer in await door.raised(*range(MANY)):
            assert (answer.status_code, answer.json()["code"]) == (503, "log_unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        breaking.left = 0
        again = await door.raised(*range(MANY))
        assert {one.status_code for one in again} == {202}
        assert len({one.json()["aggregate_id"] for one in again}) == MANY
        stored = [one for one in door.house.log.facts() if isinstance(one, facts.Triggered)]
        assert len(stored) == MANY
        door.line.close()

    asyncio.run(night())


@pytest.mark.usefixtures("one_thread")
def test_one_batch_that_fails_leaves_the_others_alone() -> None:
    async def night() -> None:
        door = Door(Breaking(RuntimeError, times=1))
        answers = await door.raised(*range(MANY))
        told = [one.status_code for one in answers]
        assert 0 < told.count(503) <= TOGETHER_MAX
        assert told.count(202) == MANY - told.count(503)
        door.line.close()

    asyncio.run(night())


def test_what_one_alarm_comes_to_is_its_own() -> None:
    async def night() -> None:
        line = AlarmLine(nullcontext)

        def breaks() -> None:
            raise KeyError("one")

        one, other = await asyncio.gather(
            line.run(breaks), line.run(lambda: "taken in"), return_exceptions=True
        )
        assert (type(one), other) == (KeyError, "taken in")
        line.close()

    asyncio.run(night())


def test_a_line_that_is_closed_keeps_nobody_waiting() -> None:
    async def night() -> None:
        line = AlarmLine(nullcontext)
        assert await line.run(lambda: 1) == 1
        line.close()
        with pytest.raises(LogUnavailable):
            await asyncio.wait_for(line.run(lambda: 2), timeout=20)

    asyncio.run(night())


def test_a_thread_that_cannot_begin_leaves_no_alarm_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoThread:
        def __init__(self, **_more: Any) -> None:
            """Takes what a thread takes."""

        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    async def night() -> None:
        line = AlarmLine(nullcontext)
        with monkeypatch.context() as without:
            without.setattr(alarm_line, "Thread", NoThread)
            with pytest.raises(LogUnavailable):
                await asyncio.wait_for(line.run(lambda: 1), timeout=20)
        assert await asyncio.wait_for(line.run(lambda: 2), timeout=20) == 2
        line.close()

    asyncio.run(night())
