"""Keeps what has been written: seals it, and does the other duties of a keeper in their time.

Each duty has a thread of its own, so that one that takes long does not keep others from
theirs. Any number of custody roles may run: a duty sees to it itself that it is done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import structlog

from application.context import system
from application.errors import ApplicationError
from domain.session_kind import SessionKind
from workers.forgetting import (
    ERASURES_EVERY_S,
    RESTORED_EVERY_S,
    TERMS_EVERY_S,
    Forgetting,
)
from workers.pulse import EVERY_S, Pulse
from workers.sealing import Sealing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infrastructure.bootstrap import House

log = structlog.get_logger()

SEALING_LOOK_S: Final = 15.0
ACCESS_REVIEWS_EVERY_S: Final = 6 * 3600.0
VANISHED_VIEWS_EVERY_S: Final = 5.0
POSITIONS_EVERY_S: Final = 2.0
SILENT_CLIPS_EVERY_S: Final = 30.0
LABELS_EVERY_S: Final = 2.0
BELLS_EVERY_S: Final = 30.0
PRESENCE_EVERY_S: Final = 1.0
AWAY_S: Final = 5.0
"""How soon a duty that was held up is tried again, if it is not due earlier."""


@dataclass(frozen=True, slots=True)
class Duty:
    """``run`` is called every so often, at once at first; it raises when it could not be done.

    ``at_end`` is called when the role ends, after every duty has come to rest.
    """

    name: str
    every_s: float
    run: Callable[[], object]
    at_end: Callable[[], object] | None = None


class Custody:
    """Args: ``absences`` are what adapters raise when a server is away."""

    def __init__(
        self, duties: Sequence[Duty], pulse: Pulse, *, absences: tuple[type[Exception], ...] = ()
    ) -> None:
        self._duties = tuple(duties)
        self._pulse = pulse
        self._held_up_by: tuple[type[Exception], ...] = (ApplicationError, *absences)
        self._done = dict.fromkeys((duty.name for duty in duties), 0)

    def run(self, stop: Event) -> None:
        """Work until ``stop`` is set."""
        threads = [
            Thread(target=self._keep, args=(duty, stop), name=duty.name) for duty in self._duties
        ]
        for thread in threads:
            thread.start()
        while not stop.wait(EVERY_S / 2):
            self._pulse.beat(done=dict(self._done))
        for thread in threads:
            thread.join()
        for duty in self._duties:
            if duty.at_end is not None:
                self._do(duty.name, duty.at_end)
        self._pulse.leave()

    def turn(self, duty: Duty) -> bool:
        """Do it once; whether it could be done."""
        return self._do(duty.name, duty.run)

    def _do(self, name: str, what: Callable[[], object]) -> bool:
        try:
            what()
        except self._held_up_by as error:
            code = error.code if isinstance(error, ApplicationError) else type(error).__name__
            log.warning("duty.held_up", duty=name, code=code)
            return False
        except Exception:  # nobody else would notice; the next time may go well
            log.exception("duty.failed", duty=name)
            return False
        self._done[name] += 1
        return True

    def _keep(self, duty: Duty, stop: Event) -> None:
        while not stop.is_set():
            due_at = monotonic() + duty.every_s
            pause_s = duty.every_s if self.turn(duty) else min(AWAY_S, duty.every_s)
            stop.wait(min(max(due_at - monotonic(), 0.0), pause_s))


def duties(house: House) -> list[Duty]:
    """All that there are, in no order."""
    return [
        sealing(house),
        access_reviews(house),
        *forgetting(house),
        vanished_views(house),
        positions(house),
        silent_clips(house),
        presence(house),
        labels(house),
        bells(house),
    ]


def sealing(house: House) -> Duty:
    every_s = house.settings.seal_every_s
    duty = Sealing(house.notary, house.clock, every_s=every_s, shift_ends=house.policy.shift_ends)
    return Duty("sealing", min(every_s, SEALING_LOOK_S), duty.turn, at_end=duty.finish)


def access_reviews(house: House) -> Duty:
    """Lays last month's reports of who read what ready for the supervisors, once a month."""

    def turn() -> None:
        prepared = house.review_desk.prepare(system("custody", correlation_id=uuid4()))
        if prepared:
            log.info("access_reviews.prepared", reviews=len(prepared))

    return Duty("access_reviews", ACCESS_REVIEWS_EVERY_S, turn)


def forgetting(house: House) -> list[Duty]:
    """Carries out what was confirmed, what a back-up has brought back, and terms."""
    keeper = Forgetting(house)
    return [
        Duty("erasures", ERASURES_EVERY_S, keeper.carry_out),
        Duty("restored_erasures", RESTORED_EVERY_S, keeper.restore),
        Duty("terms", TERMS_EVERY_S, keeper.apply_terms),
    ]


def vanished_views(house: House) -> Duty:
    """Closes for a screen what it had open, once it has said nothing for a while."""

    def turn() -> None:
        closed = house.viewing_desk.close_vanished(system("custody", correlation_id=uuid4()))
        if closed:
            log.info("views.closed", views=closed)

    return Duty("vanished_views", VANISHED_VIEWS_EVERY_S, turn)


def positions(house: House) -> Duty:
    """Notes of whom nothing is heard any more, and deletes the positions of cases that are over."""

    def turn() -> None:
        context = system("custody", correlation_id=uuid4())
        lost = house.position_desk.lose_signals(context)
        if lost:
            log.info("signals.lost", reports=lost)
        house.position_desk.purge(context)
        house.tracks.purge()

    return Duty("positions", POSITIONS_EVERY_S, turn)


def silent_clips(house: House) -> Duty:
    """Gives up uploads of clips that their phones have given up."""

    def turn() -> None:
        context = system("custody", correlation_id=uuid4())
        given_up = house.clip_receiving.give_silent_up(context)
        if given_up:
            log.info("clips.given_up", clips=given_up)

    return Duty("silent_clips", SILENT_CLIPS_EVERY_S, turn)


def presence(house: House) -> Duty:
    """Sees who is at the consoles: opens and closes centres, tells the reports, finds watchers."""

    def turn() -> None:
        context = system("custody", correlation_id=uuid4())
        house.shift_desk.look(context)
        rows = house.open_sessions.rows
        changed = house.monitoring_desk.attend(rows(SessionKind.MONITORING), context)
        changed += house.escort_desk.attend(rows(SessionKind.ESCORT), context)
        if changed:
            log.info("watchers.changed", sessions=changed)

    return Duty("presence", PRESENCE_EVERY_S, turn)


def labels(house: House) -> Duty:
    """Notices devices that raise conspicuously often."""

    def turn() -> None:
        labelled = house.labels.look(system("custody", correlation_id=uuid4()))
        if labelled:
            log.info("reports.labelled", reports=labelled)

    return Duty("labels", LABELS_EVERY_S, turn)


def bells(house: House) -> Duty:
    """Notes which bells fell silent; an alarm when most do at once. A runbook says what to do."""

    def turn() -> None:
        looked = house.bell_hearing.look(system("custody", correlation_id=uuid4()))
        if looked.unheard:
            log.error("bells.unheard", bells=looked.unheard)
        if looked.fell_silent or looked.heard_again:
            log.info("bells.looked_at", silent=looked.fell_silent, heard_again=looked.heard_again)

    return Duty("bells", BELLS_EVERY_S, turn)


def run(house: House, stop: Event) -> None:
    """The role ``custody``."""
    custody = Custody(duties(house), Pulse(house.heartbeats, "custody"), absences=house.absences)
    custody.run(stop)
