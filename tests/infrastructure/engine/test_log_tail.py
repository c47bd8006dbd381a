"""One look at the log for all folds of a process: who is concerned is told, and nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from application.errors import LogUnavailable
from domain.emergency import facts
from infrastructure.database import Database
from infrastructure.engine import tail
from infrastructure.engine.tail import LogTail
from infrastructure.log.scope import Scope
from tests.story import Story, report
from tests.waiting import until

ACCEPTED = Scope((facts.Accepted.TOPIC,))
LONG_S = 30.0
"""Nobody comes so far who is told."""


@pytest.fixture
def watched(service: Database, story: Story) -> Iterator[LogTail]:
    watched = LogTail(service, story)
    with watched.followed():
        yield watched


def waiting(watched: LogTail, after: int, scope: Scope, *, patience_s: float) -> Event:
    """Set when the wait is over."""
    over = Event()

    def wait() -> None:
        watched.wait(after, scope, patience_s=patience_s, longest_s=LONG_S)
        over.set()

    Thread(target=wait, daemon=True).start()
    return over


def test_who_is_concerned_is_told_and_others_wait(watched: LogTail, story: Story) -> None:
    looks_at_last(watched, 0)
    told = waiting(watched, 0, ACCEPTED, patience_s=LONG_S)
    story.tell(facts.Triggered, report(1))
    looks_at_last(watched, 1)
    assert not told.is_set()
    story.tell(facts.Accepted, report(1))
    assert told.wait(LONG_S / 2)


def test_what_concerns_nobody_waits_for_its_patience_only(watched: LogTail, story: Story) -> None:
    looks_at_last(watched, 0)
    story.tell(facts.Triggered, report(1))
    assert waiting(watched, 0, ACCEPTED, patience_s=0.01).wait(LONG_S / 2)


def test_what_is_not_known_any_more_may_concern(
    service: Database, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "KEPT_MAX", 2)
    watched = LogTail(service, story)
    with watched.followed():
        looks_at_last(watched, 0)
        for _ in range(3):
            story.tell(facts.Triggered, report(1))
        looks_at_last(watched, 3)
        assert waiting(watched, 0, ACCEPTED, patience_s=LONG_S).wait(LONG_S / 2)


def test_a_tail_that_does_not_look_leaves_everybody_to_look(
    service: Database, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "LOOK_EVERY_S", 0.01)
    unfollowed = LogTail(service, story)
    assert waiting(unfollowed, 0, ACCEPTED, patience_s=LONG_S).wait(LONG_S / 2)


def test_its_thread_lasts_as_long_as_somebody_follows(service: Database, story: Story) -> None:
    watched = LogTail(service, story)
    for _ in range(2):
        with watched.followed(), watched.followed():
            looks_at_last(watched, 0)
        until(lambda: watched._thread is None)


@pytest.mark.parametrize("error", [RuntimeError, LogUnavailable])
def test_what_goes_wrong_once_ends_no_tail(
    service: Database, story: Story, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    reads, fails = story.topics, [error("once")]

    def topics(after: int) -> list[tuple[int, str]]:
        if fails:
            raise fails.pop()
        return reads(after)

    monkeypatch.setattr(story, "topics", topics)
    watched = LogTail(service, story)
    with watched.followed():
        until(lambda: not fails)
        looks_at_last(watched, 0)


def looks_at_last(watched: LogTail, position: int) -> None:
    asked = time.monotonic()
    until(lambda: watched._looked_at_s > asked and watched._head == position)
