"""The faults that this service must outlive, by number; ``make faults`` prints a line for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import pytest

TestT = TypeVar("TestT", bound=Callable[..., object])

SCENARIOS: Final = {
    1: "a cancel races the end of its window: exactly one outcome, a kept cancel delivers nothing",
    2: "kill -9 of everything 3 s after the trigger: each timer fires once, never early",
    3: "the job queue is emptied in a burst: every delivery is made",
    4: "the job queue is away for 20 s: triggers are taken, timers are on time",
    5: "a worker is killed after the partner took the request: asked again under the same key",
    6: "the primary is killed under load: what was acknowledged is on the promoted stand-by",
    7: "the stand-by freezes: told within bounds, never taken for success",
    8: "eight processes write at once: every reader sees every position",
    9: "a listening connection goes silent: facts are seen within a second all the same",
    10: "an answer is lost and the request repeated: one incident; another body is an amendment",
    11: "a provider is down: circuit opened, others go on, dead letters are shown and replayed",
    12: "a poison fact: parked and shown, other streams go on",
    13: "a writer freezes with the log in its hand: others are told within 2 s, and recover",
    14: "a device's clock is a day off, a request is replayed, a drill is raised: no harm",
    15: "an operator reads another district's report: refused, and kept",
    18: "a playlist, a bomb, a body of 2 GB for a clip: refused, the report unharmed",
    19: "ten thousand triggers in ten seconds: all acknowledged, none lost or doubled",
    20: "fifty triggers from one device: labelled and grouped, none dropped",
}


def scenario(number: int) -> Callable[[TestT], TestT]:
    """Mark a test as a proof of one scenario; one may have several, here and elsewhere."""
    if number not in SCENARIOS:
        raise LookupError(f"there is no scenario {number}")
    mark: Callable[[TestT], TestT] = pytest.mark.scenario(number)
    return mark
