"""kill -9 of everything, servers too, while windows are open: each elapses once, never early."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from infrastructure.embedded.home import Home
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.process import kill_all
from interfaces.demo.stage import Stage, _running
from tests.faults.scenarios import scenario
from tests.infrastructure.test_supervisor import referring_to
from tests.waiting import until

pytestmark = pytest.mark.long

ALARMS = 20
KILLED_AFTER_S = 3.0
"""After the last alarm: the window of 5 s is open."""
RECOVERED_S = 60.0
ELAPSED = """
SELECT count(*) FILTER (WHERE fired_at IS NOT NULL), count(*) FILTER (WHERE fired_at < due_at)
FROM timers WHERE kind = 'emergency.cancel_window'
"""
ACCEPTED = """
SELECT count(*), count(DISTINCT aggregate_id) FROM events WHERE topic = 'emergency.accepted'
"""


def alarm(running: Stage) -> None:
    body = {"how": "button", "position": {"latitude_deg": 37.5301, "longitude_deg": 127.1238}}
    httpx.post(f"{running.url}/v1/emergencies", json=body).raise_for_status()


@scenario(2)
def test_every_window_elapses_once_after_a_kill_of_everything(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with tempfile.TemporaryFile() as said, _running(home.path, (), said) as running:
        for _ in range(ALARMS):
            alarm(running)
        raised_at = time.monotonic()
        until(lambda: time.monotonic() - raised_at >= KILLED_AFTER_S)
        kill_all(referring_to(home))
    with tempfile.TemporaryFile() as said, _running(home.path, (), said):
        url = PostgresServer(home).superuser_url
        with psycopg.connect(url, autocommit=True) as connection:
            until(
                lambda: connection.execute(ELAPSED).fetchone() == (ALARMS, 0), within_s=RECOVERED_S
            )
            assert connection.execute(ACCEPTED).fetchone() == (ALARMS, ALARMS)
