"""The role ``gateway``: hears the bells that speak MQTT.

``ansim/bells/NO/press`` and ``ansim/bells/NO/heartbeat``, each with a session of its own, so that a
flood of heartbeats stands in no press's way. A press is acknowledged when it is stored.
"""

from __future__ import annotations

import hashlib
from threading import Thread
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import orjson
import structlog

from application.bells.answers import answer_of
from application.bells.hearing import Heard
from application.bells.presses import Press
from application.context import Context, Principal
from application.errors import ApplicationError
from application.plain_values import read_json
from domain.emergency.vocabulary import Flag
from domain.roles import Role
from workers.pulse import EVERY_S, Pulse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from application.bells.hearing import BellHearing
    from application.bells.ports import Arrived, Listener
    from application.bells.pressing import BellPresses
    from infrastructure.bootstrap import House

log = structlog.get_logger()

PRESSES: Final = "ansim/bells/+/press"
HEARTBEATS: Final = "ansim/bells/+/heartbeat"
ANSWERS: Final = "ansim/bells/{bell_no}/answer"
PAYLOAD_BYTES_MAX: Final = 64 * 1024
BEATS_AT_ONCE: Final = 500
WAIT_S: Final = 0.25
AWAY_S: Final = 0.5
"""How long the gateway waits when nothing can be stored; the bell's message waits with it."""


class Gateway:
    """Two ears: one for presses, one for heartbeats."""

    def __init__(
        self,
        *,
        presses: Listener,
        heartbeats: Listener,
        desk: BellPresses,
        hearing: BellHearing,
        pulse: Pulse,
    ) -> None:
        self._presses = presses
        self._heartbeats = heartbeats
        self._desk = desk
        self._hearing = hearing
        self._pulse = pulse
        self._pressed = 0

    def run(self, stop: Event) -> None:
        """Listen until ``stop`` is set."""
        ears = (self._presses, self._heartbeats)
        for ear in ears:
            ear.start()
        threads = [
            Thread(target=self._hear_presses, args=(stop,), name="presses"),
            Thread(target=self._hear_heartbeats, args=(stop,), name="heartbeats"),
        ]
        for thread in threads:
            thread.start()
        while not stop.wait(EVERY_S):
            self._pulse.beat(pressed=self._pressed, met=all(ear.is_met for ear in ears))
        for thread in threads:
            thread.join()
        for ear in ears:
            ear.close()
        self._pulse.leave()

    def _hear_presses(self, stop: Event) -> None:
        while not stop.is_set():
            for message in self._presses.take(1, wait_s=WAIT_S):
                self.press(message, stop)

    def press(self, message: Arrived, stop: Event) -> None:
        """Store one press, however long that takes; then answer, then acknowledge."""
        fallback_id = str(uuid4())
        while not stop.is_set():
            try:
                answer = answer_of(self._desk.press(_press(message, fallback_id), _context()))
            except ApplicationError as error:
                log.warning("press.held_up", code=error.code)
            except Exception:  # a press is not given up for a defect of ours
                log.exception("press.failed", code="defect")
            else:
                self._pressed += 1
                topic = ANSWERS.format(bell_no=_bell_no(message.topic))
                self._presses.answer(topic, orjson.dumps(answer.model_dump(mode="json")))
                self._presses.done(message)
                return
            stop.wait(AWAY_S)

    def _hear_heartbeats(self, stop: Event) -> None:
        while not stop.is_set():
            taken = self._heartbeats.take(BEATS_AT_ONCE, wait_s=WAIT_S)
            if taken:
                self.hear(taken, stop)

    def hear(self, messages: Sequence[Arrived], stop: Event) -> None:
        """Keep several heartbeats at once, then acknowledge each."""
        heard = [
            Heard(bell_no=_bell_no(one.topic), sent=read_json(one.payload)[0]) for one in messages
        ]
        while not stop.is_set():
            try:
                self._hearing.hear(heard, _context())
            except ApplicationError as error:
                log.warning("heartbeats.held_up", code=error.code)
            except Exception:  # nobody else would notice, and the next ones may be well
                log.exception("heartbeats.failed", code="defect")
            else:
                for one in messages:
                    self._heartbeats.done(one)
                return
            stop.wait(AWAY_S)


def _press(message: Arrived, fallback_id: str) -> Press:
    sent, whole = read_json(message.payload[:PAYLOAD_BYTES_MAX])
    return Press(
        bell_no=_bell_no(message.topic),
        sent=sent,
        fallback_id=fallback_id,
        body_sha256=hashlib.sha256(message.payload).digest(),
        flags=() if whole else (Flag.FIELD_MALFORMED,),
    )


def _bell_no(topic: str) -> str:
    return topic.split("/")[2]


def _context() -> Context:
    return Context(principal=Principal(id="bells", role=Role.PARTNER), correlation_id=uuid4())


def run(house: House, stop: Event) -> None:
    """The role ``gateway``."""
    Gateway(
        presses=house.bell_ear("presses", PRESSES),
        heartbeats=house.bell_ear("heartbeats", HEARTBEATS),
        desk=house.bell_presses,
        hearing=house.bell_hearing,
        pulse=Pulse(house.heartbeats, "gateway"),
    ).run(stop)
