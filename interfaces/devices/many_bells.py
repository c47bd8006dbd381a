"""Many simulated bells at once, and what became of what they said."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

import httpx

from application.errors import ApplicationError
from interfaces.devices.bell import PATIENCE_S, BellUnheard, SimulatedBell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

AT_ONCE: Final = 8
"""Bells that speak at the same time."""


class Says(StrEnum):
    """What a bell is to do."""

    PRESS = "press"
    STUCK = "stuck"
    BEAT = "beat"


TIMES: Final = {Says.PRESS: 1, Says.STUCK: 12, Says.BEAT: 1}
"""How often, where nobody says otherwise; twelve presses within a minute seem stuck."""


class NobodyHears(ApplicationError):
    """Already the first message of all was not taken: the address, or the secret, is wrong."""

    code: ClassVar[str] = "bells_unheard"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be played.

    ``to`` is an address, HTTP or MQTT by its scheme; what is sent over HTTP is signed with
    ``secret``, where there is one.
    """

    says: Says
    bell_nos: Sequence[str]
    to: str
    secret: bytes | None = None
    times: int = 1
    every_s: float = 0.0
    battery_pct: int = 90

    @property
    def over_mqtt(self) -> bool:
        return urlsplit(self.to).scheme in {"mqtt", "mqtts"}

    @property
    def shown(self) -> str:
        """The address without a password."""
        parts = urlsplit(self.to)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


@dataclass
class OneBell:
    """What became of one bell's messages."""

    bell_no: str
    sent: int = 0
    confirmed: int = 0
    joined: int = 0
    report_id: str | None = None
    codes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    troubles: Counter[str] = field(default_factory=Counter)


def play(
    wish: Wish, *, advance: Callable[[int, int], None] = lambda _done, _total: None
) -> list[OneBell]:
    """Let all of them do it; the first message goes alone, so that a wrong address is told at once.

    Raises:
        NobodyHears: that one was not taken.
    """
    total, done, lock = len(wish.bell_nos) * wish.times, 0, Lock()

    def stepped() -> None:
        nonlocal done
        with lock:
            done += 1
            advance(done, total)

    played = [OneBell(one) for one in wish.bell_nos]
    with _connection(wish) as http:

        def one_of_them(bell: OneBell) -> None:
            _play(wish, bell, http, stepped)

        first, *others = played
        _play(wish, first, http, stepped, alone=True)
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bell")
        try:
            for _ in pool.map(one_of_them, others):
                pass
        finally:
            pool.shutdown(cancel_futures=True)
    return played


@contextmanager
def _connection(wish: Wish) -> Iterator[httpx.Client | None]:
    if wish.over_mqtt:
        yield None
        return
    with httpx.Client(limits=httpx.Limits(max_connections=AT_ONCE)) as http:
        yield http


def _play(
    wish: Wish,
    bell: OneBell,
    http: httpx.Client | None,
    stepped: Callable[[], None],
    *,
    alone: bool = False,
) -> None:
    mqtt_url = wish.to if wish.over_mqtt else None
    machine = SimulatedBell(
        bell.bell_no,
        mqtt_url=mqtt_url,
        http_url=wish.to.rstrip("/"),
        secret=wish.secret,
        http=http,
    )
    try:
        with machine:
            for number in range(wish.times):
                if number:
                    sleep(wish.every_s)
                _say(wish, bell, machine)
                if alone and not bell.confirmed:
                    raise NobodyHears(f"{wish.shown}: {', '.join(bell.troubles)}")
                stepped()
    except BellUnheard as error:  # it could not even connect
        bell.troubles[str(error)] += 1
        if alone:
            raise NobodyHears(f"{wish.shown}: {error}") from error


def _say(wish: Wish, bell: OneBell, machine: SimulatedBell) -> None:
    """One message; what goes wrong with it is counted."""
    bell.sent += 1
    try:
        answer = _beat(wish, machine) if wish.says is Says.BEAT else _press(wish, machine)
    except httpx.HTTPStatusError as error:
        bell.troubles[_told(error.response)] += 1
    except httpx.HTTPError as error:
        bell.troubles[str(error) or type(error).__name__] += 1
    except BellUnheard:
        bell.troubles["no answer"] += 1
    else:
        bell.confirmed += 1
        bell.joined += bool(answer.get("joined"))
        bell.report_id = answer.get("aggregate_id", bell.report_id)
        bell.codes = tuple(answer.get("codes", bell.codes))
        bell.flags = tuple(answer.get("flags", bell.flags))


def _beat(wish: Wish, machine: SimulatedBell) -> dict[str, Any]:
    if wish.over_mqtt:
        machine.beat(wish.battery_pct)
    else:
        machine.beat_over_http(wish.battery_pct)
    return {}


def _press(wish: Wish, machine: SimulatedBell) -> dict[str, Any]:
    if not wish.over_mqtt:
        return machine.press_over_http(battery_pct=wish.battery_pct)
    until = monotonic() + PATIENCE_S
    press_id = machine.press(battery_pct=wish.battery_pct)
    return machine.answer(press_id, wait_s=max(0.0, until - monotonic()))


def _told(response: httpx.Response) -> str:
    """The status, with the code that the service gives."""
    try:
        code = response.json().get("code")
    except (ValueError, AttributeError):
        code = None
    return f"{response.status_code} {code}" if code else str(response.status_code)
