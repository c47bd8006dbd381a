"""Lamps that only show what they are told, for as long as somebody wants to see it."""

from __future__ import annotations

from queue import Empty, Queue
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final

from application.errors import ApplicationError
from interfaces.devices.lamps import LampsUnmet, SimulatedLamps

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_EVERY_S: Final = 1.0
"""Somebody who presses Ctrl-C waits no longer."""


class BrokerUnmet(ApplicationError):
    """The lamps could not be connected to their broker."""

    code: ClassVar[str] = "lamps_unmet"


def hear_lamps(  # noqa: PLR0913 (where, what, and until when)
    mqtt_url: str,
    *,
    network: str,
    met_within_s: float,
    met: Callable[[], None],
    told: Callable[[dict[str, Any]], None],
    commands: int | None,
    seconds: float | None,
) -> dict[str, str]:
    """Give ``told`` each command as it comes; returns what each lamp does in the end.

    Raises:
        BrokerUnmet: there is nobody to hear.
    """
    heard: Queue[dict[str, Any]] = Queue()
    lamps = SimulatedLamps(mqtt_url, journal=None, network=network, name=None, hear=heard.put)
    with lamps:
        try:
            lamps.wait_until_met(met_within_s)
        except LampsUnmet as error:
            raise BrokerUnmet(str(error)) from error
        met()
        until = None if seconds is None else monotonic() + seconds
        shown = 0
        try:
            while shown != commands and (until is None or monotonic() < until):
                left_s = LOOK_EVERY_S if until is None else min(LOOK_EVERY_S, until - monotonic())
                try:
                    told(heard.get(timeout=max(0.0, left_s)))
                except Empty:
                    continue
                shown += 1
        except KeyboardInterrupt:
            pass
        return lamps.states()
