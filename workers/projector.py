"""Keeps every fold up to the log, each in a thread of its own, and compares them by night."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from infrastructure.bootstrap import collect_rarely
from workers.nightly import NightlyComparison
from workers.pulse import EVERY_S, Pulse

if TYPE_CHECKING:
    from infrastructure.bootstrap import House

log = structlog.get_logger()


def run(house: House, stop: Event) -> None:
    """The role ``project``. A fold whose thread ends ends the process, to be started anew."""
    threads = [
        Thread(target=_follow, args=(house, fold, stop), name=f"fold-{fold}")
        for fold in house.engine.names
    ]
    collect_rarely()
    pulse = Pulse(house.heartbeats, "project")
    nightly = NightlyComparison(house.engine, house.clock)
    by_night = Thread(target=nightly.run, args=(stop,), name="nightly", daemon=True)
    for thread in (*threads, by_night):
        thread.start()
    while not stop.is_set() and all(thread.is_alive() for thread in threads):
        pulse.beat(folds=len(threads))
        stop.wait(EVERY_S)
    died = not stop.is_set()
    stop.set()
    for thread in threads:
        thread.join()
    pulse.leave()
    if died:
        raise RuntimeError("a fold's thread ended")


def _follow(house: House, fold: str, stop: Event) -> None:
    try:
        house.engine.run(fold, stop)
    except Exception:
        log.exception("fold.stopped", fold=fold)
