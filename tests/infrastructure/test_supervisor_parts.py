"""The supervisor's parts: back-off, what roles are told, the leash where there is no prctl."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from infrastructure.embedded.home import Home
from infrastructure.embedded.process import LEASH, give_way
from infrastructure.settings import Settings
from infrastructure.supervisor.backoff import Backoff
from infrastructure.supervisor.roles import STOP_STEPS, role_environment, standard_roles


def test_waits_grow_to_ten_seconds_and_a_steady_life_forgets() -> None:
    backoff = Backoff()
    waits = [backoff.failed(now=100.0, lived_s=1.0) for _ in range(7)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert not backoff.is_over(109.9)
    assert backoff.is_over(110.0)
    assert backoff.failed(now=200.0, lived_s=30.0) == 0.5


def test_simulators_run_only_where_no_partners_are_named(home: Home) -> None:
    names = [role.name for role in standard_roles(Settings(), home, demo=True)]
    standard = ["serve", "project", "schedule", "relay", "work", "custody", "gateway"]
    assert names == ["broker", "partners", *standard, "demo-city"]
    assert set(names) == set(STOP_STEPS)
    real = Settings(partners_url="https://partners.example", mqtt_url="mqtts://broker.example")
    assert [role.name for role in standard_roles(real, home, without=("relay", "work"))] == [
        "serve",
        "project",
        "schedule",
        "custody",
        "gateway",
    ]


def test_roles_are_never_told_the_owners_address(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIM_ADMIN_DATABASE_URL", "postgresql://owner")
    monkeypatch.setenv("PGPASSWORD", "owner's")
    port = home.port("partners")
    told = role_environment(Settings(), home, database_url="postgresql://d", redis_url="redis://r")
    assert "ANSIM_ADMIN_DATABASE_URL" not in told
    assert "PGPASSWORD" not in told
    assert told["ANSIM_HOME"] == str(home.path)
    assert told["ANSIM_PARTNERS_URL"] == f"http://127.0.0.1:{port}"


def test_a_pipe_serves_as_a_leash() -> None:
    reader, writer = os.pipe()
    words = ["-I", "-S", str(LEASH), str(int(signal.SIGTERM)), str(os.getpid()), str(reader)]
    child = subprocess.Popen(
        [sys.executable, *words, "sleep", "600"], pass_fds=(reader,), start_new_session=True
    )
    os.close(reader)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(timeout=0.5)
    os.close(writer)
    assert child.wait(timeout=10) == -signal.SIGTERM


def test_who_is_told_to_gives_way_to_others() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        give_way(child.pid, 5)
        assert psutil.Process(child.pid).nice() == 5
    finally:
        child.communicate(b"")


def test_whoever_has_ended_is_left_in_peace() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    give_way(child.pid, 5)


def test_only_the_alarms_door_gives_way_to_nobody(home: Home) -> None:
    niceness = {role.name: role.niceness for role in standard_roles(Settings(), home, demo=True)}
    assert [name for name, one in niceness.items() if one == 0] == ["serve"]
