"""The consoles of a demo's people: begun like everybody's, and touched while somebody is there."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from interfaces.demo.stage import DemoFailed

if TYPE_CHECKING:
    from interfaces.demo.people import Person

BEAT_S: Final = 10.0
"""A little more often than a console has to: the demo's people never look away for long."""


class Consoles:
    """Everybody who has sat down beats, until all go home."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._people: list[Person] = []
        self._over = Event()
        self._thread = Thread(target=self._beat, name="consoles", daemon=True)

    def sit_down(self, person: Person) -> None:
        """Begin a shift; from here on the console is touched every few seconds."""
        person.post("/v1/shifts", {})
        with self._lock:
            self._people.append(person)
            if not self._thread.is_alive() and not self._over.is_set():
                self._thread.start()

    def go_home(self) -> None:
        """End all shifts."""
        self._over.set()
        with self._lock:
            people, self._people = self._people, []
        for person in people:
            person.ask("DELETE", "/v1/shifts/current")

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            with self._lock:
                people = tuple(self._people)
            for person in people:
                with suppress(DemoFailed):  # the next beat may be heard
                    if not person.post("/v1/shifts/current/beat", {"input": True})["on_shift"]:
                        person.post("/v1/shifts", {})
