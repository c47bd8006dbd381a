"""The role ``work``: dramatiq workers that execute deliveries, and look at clips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dramatiq
import redis

from infrastructure import bootstrap
from workers import clips
from workers.actors import register
from workers.pulse import EVERY_S, Pulse

if TYPE_CHECKING:
    from threading import Event

    from infrastructure.bootstrap import House

THREADS: Final = 8
LINKED_THREADS: Final = 2
"""Linked services have threads of their own, too: a broker that is away holds nobody else up."""
CLIP_THREADS: Final = 1
"""Clips have a thread of their own: they take from nobody what is urgent."""
IDLE_MS: Final = 100
"""Longest pause between two looks into an empty queue."""
LAST_WORK_MS: Final = 4_000
"""What is still under way after that is taken back by the relay when its lease ends."""


def start() -> None:
    """Set the broker for dramatiq's own command line: ``dramatiq workers.main:start``."""
    house = bootstrap.House(role="work")
    dramatiq.set_broker(house.broker)
    _declare(house)


def run(house: House, stop: Event) -> None:
    """Execute deliveries, and check clips, in threads of this process until ``stop`` is set."""
    _declare(house)
    urgent = dramatiq.Worker(
        house.broker, queues={"urgent"}, worker_threads=THREADS, worker_timeout=IDLE_MS
    )
    linked = dramatiq.Worker(
        house.broker, queues={"linked"}, worker_threads=LINKED_THREADS, worker_timeout=IDLE_MS
    )
    films = dramatiq.Worker(
        house.broker, queues={"clips"}, worker_threads=CLIP_THREADS, worker_timeout=IDLE_MS
    )
    pulse = Pulse(house.heartbeats, "work")
    _ = house.smpp_session  # bound from now on: receipts come whether or not anything is sent
    for worker in (urgent, linked, films):
        worker.start()
    try:
        while not stop.is_set():
            if _is_served(house):
                pulse.beat(threads=THREADS)
            stop.wait(EVERY_S)
    finally:
        for worker in (films, linked, urgent):
            worker.stop(timeout=LAST_WORK_MS)
    pulse.leave()


def _is_served(house: House) -> bool:
    """Whether the queue answers: a worker without one does not work, so it falls silent."""
    try:
        return bool(house.broker.client.ping())
    except redis.RedisError:
        return False


def _declare(house: House) -> None:
    register(house.broker, house.delivery_desk, time_limit_ms=round(house.attempt_lease_s * 1000))
    clips.register(
        house.broker, house.clip_checking, time_limit_ms=round(house.check_lease_s * 1000)
    )
