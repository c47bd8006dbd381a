"""The machine of reports' lives at length; ``test_emergency_machine`` is its short form."""

from __future__ import annotations

from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.catalogue import FACTS
from tests.stateful.test_emergency_machine import ReportsLife

NOT_HERE: Final = frozenset(
    {
        "emergency.classified",
        "emergency.corrected",
        "emergency.exported",
        "emergency.follow_up_dropped",
        "emergency.incident_located",
        "emergency.interpreter_joined",
        "emergency.label_reviewed",
        "emergency.labelled",
        "emergency.third_person_noted",
        "emergency.video_attached",
        "emergency.video_refused",
    }
)
"""Facts of a report that no rule of the machine leads to; they are tested for themselves."""


class Counted(ReportsLife):
    """Remembers which facts have ever happened."""

    seen: ClassVar[set[str]] = set()

    def teardown(self) -> None:
        self.seen.update(type(fact).TOPIC for fact in self.house.log.facts())


@pytest.mark.long
def test_many_lives() -> None:
    """Nothing breaks, and hardly anything that can happen to a report is left out."""
    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=5_000,
            stateful_step_count=80,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    of_reports = {topic for topic in FACTS if topic.startswith("emergency.")}
    assert of_reports - Counted.seen == NOT_HERE
