"""Readers that follow the log while others write to it, and what they must have seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from threading import Event, Thread
from typing import NamedTuple

import psycopg

from application.errors import LogUnavailable
from infrastructure.bootstrap import House
from infrastructure.log.bell import Listener
from infrastructure.log.reader import Unreadable
from infrastructure.settings import Settings
from tests.faults.writing import KEK

POLL_S = 0.25
PAGES = (7, 100, 500, 1_000)
"""Facts that each of the readers takes at a time."""


class Seen(NamedTuple):
    position: int
    aggregate_id: str
    version: int


class Tail:
    """Follows the log as a fold's runner does: woken by the bell, and looking from time to time."""

    def __init__(self, url: str, page: int) -> None:
        settings = Settings(database_url=url, key_encryption_key=KEK)
        self._house = House(settings, role="tailing")
        self._page = page
        self._stop = Event()
        self._thread = Thread(target=self._run, name=f"tail-{page}")
        self.seen: list[Seen] = []
        self.interruptions = 0

    @property
    def reached(self) -> int:
        return self.seen[-1].position if self.seen else 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        self._house.close()

    def _run(self) -> None:
        with Listener(self._house.database) as listener:
            while not self._stop.is_set():
                try:
                    if not self._advance():
                        listener.wait(POLL_S)
                except (LogUnavailable, psycopg.OperationalError):
                    self.interruptions += 1

    def _advance(self) -> int:
        found = self._house.reader.read(self.reached, self._page)
        for one in found:
            if isinstance(one, Unreadable):
                raise TypeError(one.reason)
            place = one.envelope.position
            self.seen.append(Seen(place, str(one.originator_id), one.originator_version))
        return len(found)


@contextmanager
def tails(url: str) -> Iterator[list[Tail]]:
    """Four readers, stopped at the end."""
    following = [Tail(url, page) for page in PAGES]
    for tail in following:
        tail.start()
    try:
        yield following
    finally:
        for tail in following:
            tail.stop()


def faults(seen: Sequence[Seen], log: Sequence[Seen]) -> list[str]:
    """What one reader missed, met twice, met in disorder, or met otherwise than it stands."""
    stands = {one.position: one for one in log}
    positions = [one.position for one in seen]
    found = [f"{place} skipped" for place in sorted(stands.keys() - set(positions))]
    found += [f"{b} after {a}" for a, b in pairwise(positions) if b <= a]
    found += [f"{one} is none of the log" for one in seen if stands.get(one.position) != one]
    return found
