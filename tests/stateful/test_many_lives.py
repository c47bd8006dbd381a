"""The machine of reports' lives at length; ``test_emergency_machine`` is its short form."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.test_emergency_machine import ReportsLife


@pytest.mark.long
def test_many_lives() -> None:
    run_state_machine_as_test(
        ReportsLife,
        settings=settings(
            max_examples=5_000,
            stateful_step_count=80,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
