"""Duties are done in their time, and none keeps another from its own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from threading import Event, Thread

import pytest

from application.errors import HistoryRewritten, LogUnavailable
from tests.waiting import until
from workers.custody import Custody, Duty
from workers.pulse import Pulse
from workers.sealing import Sealing

T0 = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # noon in Seoul


class Beats:
    """Signs of life, remembered."""

    instance = "here:1"

    def __init__(self) -> None:
        self.details: list[dict] = []
        self.left = 0

    def beat(self, _role, _instance, detail) -> None:
        self.details.append(dict(detail))

    def leave(self, _role, _instance) -> None:
        self.left += 1


class Journal(list):
    """Remembers what was done; fails as often as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__()
        self.failures = list(failures)

    def did(self, what: str):
        def do() -> None:
            self.append(what)
            if self.failures:
                raise self.failures.pop(0)

        return do


def kept(duties, until_true) -> Beats:
    """Custody runs until it is true, and stops."""
    beats, stop = Beats(), Event()
    custody = Custody(duties, Pulse(beats, "custody"))
    thread = Thread(target=custody.run, args=(stop,))
    thread.start()
    try:
        until(lambda: until_true(beats))
    finally:
        stop.set()
        thread.join()
    return beats


def test_a_duty_is_done_at_once_and_again_in_its_time() -> None:
    done = Journal()
    beats = kept([Duty("often", 0.01, done.did("often"))], lambda _: len(done) > 3)
    assert beats.left == 1


def test_a_duty_that_fails_is_done_again_and_keeps_no_other_from_its_time() -> None:
    failing = Journal(LogUnavailable("away"), ZeroDivisionError())
    well = Journal()
    duties = [Duty("failing", 0.01, failing.did("x")), Duty("well", 0.01, well.did("y"))]
    beats = kept(duties, lambda one: one.details and len(failing) > 3 and len(well) > 3)
    assert beats.details[-1]["done"].keys() == {"failing", "well"}


def test_a_duty_that_takes_long_keeps_no_other_from_its_time() -> None:
    released, well = Event(), Journal()
    duties = [Duty("long", 9.0, lambda: released.wait(20)), Duty("well", 0.01, well.did("y"))]

    def enough(beats: Beats) -> bool:
        if len(well) > 3 and beats.details:
            released.set()
        return released.is_set()

    kept(duties, enough)


def test_the_last_act_comes_when_all_duties_rest() -> None:
    order = Journal()
    duties = [
        Duty("sealing", 9.0, order.did("seal"), at_end=order.did("last seal")),
        Duty("other", 0.01, order.did("other")),
    ]
    kept(duties, lambda _: len(order) > 3)
    assert order.index("last seal") == len(order) - 1


class Clock:
    def __init__(self) -> None:
        self.at = T0

    def now(self) -> datetime:
        return self.at


class Notary:
    """Writes down why it was asked."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.caught_up = 0
        self.refuses: Exception | None = None

    def seal(self, reason: str) -> None:
        self.reasons.append(reason)
        if self.refuses:
            raise self.refuses

    def catch_up(self) -> None:
        self.caught_up += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notary() -> Notary:
    return Notary()


@pytest.fixture
def sealing(notary, clock) -> Sealing:
    return Sealing(notary, clock, every_s=300, shift_ends=(time(7), time(15), time(23)))


def test_the_log_is_sealed_at_the_start_and_every_five_minutes(notary, clock, sealing) -> None:
    for _ in range(25):
        sealing.turn()
        clock.at += timedelta(seconds=30)
    assert notary.reasons == ["start", "interval", "interval"]
    assert notary.caught_up == 22


def test_the_log_is_sealed_at_the_end_of_a_shift_in_seoul(notary, clock, sealing) -> None:
    clock.at = datetime(2026, 11, 22, 13, 58, tzinfo=UTC)  # 22:58 in Seoul
    for _ in range(5):
        sealing.turn()
        clock.at += timedelta(seconds=45)
    assert notary.reasons == ["start", "shift"]


def test_a_database_that_was_away_is_sealed_as_soon_as_it_is_back(notary, sealing) -> None:
    notary.refuses = LogUnavailable("away")
    for _ in range(2):
        with pytest.raises(LogUnavailable):
            sealing.turn()
    notary.refuses = None
    sealing.turn()
    assert notary.reasons == ["start", "start", "start"]


def test_a_refusal_is_not_repeated_before_the_next_is_due(notary, clock, sealing) -> None:
    notary.refuses = HistoryRewritten("row 7")
    with pytest.raises(HistoryRewritten):
        sealing.turn()
    sealing.turn()
    clock.at += timedelta(minutes=5)
    with pytest.raises(HistoryRewritten):
        sealing.turn()
    assert notary.reasons == ["start", "interval"]


def test_at_its_end_the_role_seals_once_more(notary, sealing) -> None:
    sealing.finish()
    assert notary.reasons == ["stop"]
