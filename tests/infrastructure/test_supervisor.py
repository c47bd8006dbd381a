"""The supervisor, as a process over real servers and small roles."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from infrastructure.embedded.home import Home
from infrastructure.embedded.ports import free_port
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.process import kill_all
from infrastructure.embedded.services import EmbeddedServices
from infrastructure.supervisor.down import take_down
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("supervised.py")
Supervised = subprocess.Popen[bytes]


def start(home: Home, *roles: str, **environment: str) -> Supervised:
    """Start a supervisor in a process group of its own, as a shell would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANSIM_")}
    path = [os.environ["PYTHONPATH"]] if "PYTHONPATH" in os.environ else []
    port = environment.pop("port", None) or str(free_port())
    with (home.path.parent / "stderr").open("ab") as stderr:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), str(home.path), port, *roles],
            cwd=ROOT,
            env=clean | {"PYTHONPATH": os.pathsep.join([str(ROOT), *path])} | environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            process_group=0,
        )


def wait_started(supervised: Supervised) -> None:
    assert supervised.stdout is not None
    with supervised.stdout as told:
        assert told.readline() == b"started\n"


@contextmanager
def running(home: Home, *roles: str, **environment: str) -> Iterator[Supervised]:
    supervised = start(home, *roles, **environment)
    try:
        wait_started(supervised)
        yield supervised
    finally:
        if supervised.poll() is None:
            os.killpg(supervised.pid, signal.SIGINT)
        supervised.wait(timeout=60)


def complaint(home: Home) -> str:
    return (home.path.parent / "stderr").read_text().strip()


def journal(home: Home) -> list[list[str]]:
    file = home.path / "journal"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def noted(home: Home, what: str) -> list[str]:
    return [name for name, found, _ in journal(home) if found == what]


def referring_to(home: Home) -> list[psutil.Process]:
    """Living processes that name the home in their command line or environment."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:
            continue
        if any(str(home.path) in word for word in words):
            found.append(process)
    return found


def starts(home: Home) -> int:
    with psycopg.connect(PostgresServer(home).owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM starts").fetchone()
    assert row is not None
    return int(row[0])


def test_ctrl_c_stops_all_in_order_and_leaves_nothing(home: Home) -> None:
    with running(home, "web:1:kind", "work:3:parent", "relay:2:kind", "schedule:2:kind") as one:
        until(lambda: len(noted(home, "started")) == 4)
        assert len(referring_to(home)) > 6
    assert one.returncode == 0
    ended = [(name, what) for name, what, _ in journal(home) if what != "started"]
    assert ended[:2] == [("web", "asked"), ("web", "ended")]
    assert {name for name, what in ended[2:4] if what == "asked"} == {"relay", "schedule"}
    assert ended[6:] == [("work", "asked"), ("work", "ended")]
    assert until(lambda: not referring_to(home))


def test_a_second_start_keeps_the_data(home: Home) -> None:
    with running(home):
        assert starts(home) == 1
    with running(home):
        assert starts(home) == 2


def test_a_second_supervisor_is_refused_in_one_line(home: Home) -> None:
    with running(home) as first:
        second = start(home)
        assert second.wait(timeout=30) == 1
        second.stdout.close()
        line = complaint(home).splitlines()[-1]
        assert line.startswith(f"another ansim runs on this home (pid {first.pid})")


def test_a_role_that_dies_is_started_again_without_its_orphans(home: Home) -> None:
    with running(home, "work:3:parent"):
        until(lambda: noted(home, "started"))
        master = psutil.Process(int(journal(home)[0][2]))
        (worker,) = master.children()
        master.kill()
        until(lambda: len(noted(home, "started")) == 2)
        assert until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


def test_a_stubborn_role_is_killed(home: Home) -> None:
    with running(home, "web:1:stubborn", "work:3:kind"):
        until(lambda: len(noted(home, "started")) == 2)
    assert noted(home, "asked") == ["web", "work"]
    assert noted(home, "ended") == ["work"]


def test_a_killed_supervisor_takes_its_children_along(home: Home) -> None:
    with running(home, "web:1:kind", "work:3:parent") as supervised:
        until(lambda: len(noted(home, "started")) == 2)
        supervised.kill()
        until(lambda: sorted(noted(home, "ended")) == ["web", "work"])
    with running(home, "web:1:kind"):
        assert starts(home) == 2
        until(lambda: noted(home, "started").count("web") == 2)
    assert until(lambda: not referring_to(home))


def test_after_a_kill_of_everything_a_start_recovers(home: Home) -> None:
    with running(home, "web:1:kind", "work:3:parent"):
        until(lambda: len(noted(home, "started")) == 2)
        kill_all(referring_to(home))
    with running(home, "web:1:kind"):
        assert starts(home) == 2
    assert until(lambda: not referring_to(home))


def test_a_killed_server_is_started_again_on_its_port(home: Home) -> None:
    with running(home):
        server = PostgresServer(home)
        port, mark = server.port, server.mark
        assert mark is not None
        mark.send(signal.SIGKILL)
        until(lambda: server.mark not in (None, mark) and server.is_answering())
        assert server.port == port
        assert starts(home) == 1


def test_down_stops_a_supervisor(home: Home) -> None:
    with running(home, "web:1:kind"):
        until(lambda: noted(home, "started"))
        assert take_down(home) == ["supervisor"]
        assert not referring_to(home)
    assert noted(home, "ended") == ["web"]
    assert take_down(home) == []


def test_down_stops_servers_left_alone(home: Home) -> None:
    services = EmbeddedServices(home)
    services.start()
    assert take_down(home) == ["valkey", "postgres"]
    assert not services.postgres.is_running()
    assert not services.valkey.is_running()


def test_down_makes_no_home(tmp_path: Path) -> None:
    assert take_down(Home(tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()


def test_a_taken_port_is_said_before_anything_starts(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        supervised = start(home, port=str(port))
        assert supervised.wait(timeout=30) == 1
        supervised.stdout.close()
    assert complaint(home).startswith(f"port {port} on 127.0.0.1 is taken by ")
    assert complaint(home).endswith("or set ANSIM_PORT to another")
    assert not (home.path / "postgres").exists()


@pytest.mark.parametrize(
    ("setting", "address", "told"),
    [
        ("ANSIM_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:1/x", "refused"),
        ("ANSIM_DATABASE_URL", "s3cret", "is no address like postgresql://"),
        ("ANSIM_REDIS_URL", "redis://:s3cret@127.0.0.1:1/0", "does not answer"),
        ("ANSIM_REDIS_URL", "s3cret", "is no address like redis://"),
    ],
)
def test_a_wrong_address_is_said_in_one_line(
    home: Home, setting: str, address: str, told: str
) -> None:
    supervised = start(home, **{setting: address})
    assert supervised.wait(timeout=30) == 1
    supervised.stdout.close()
    assert complaint(home).count("\n") == 0
    assert complaint(home).startswith(setting)
    assert told in complaint(home)
    assert "s3cret" not in complaint(home)
    assert not referring_to(home)
