"""The embedded servers, with real processes: start, stop, kill, adopt."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from infrastructure.embedded.errors import ServerError
from infrastructure.embedded.home import Home
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.postgres_binaries import installed_binaries
from infrastructure.embedded.process import ProcessMark, start_child, wait_gone
from infrastructure.embedded.services import database_address
from infrastructure.embedded.valkey import ValkeyServer

ROOT = Path(__file__).parents[2]


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_each_role_sees_its_own_rights(own_cluster: PostgresServer) -> None:
    assert ask(own_cluster.superuser_url, "SELECT rolsuper FROM pg_roles WHERE rolname = user")
    assert ask(own_cluster.owner_url, "SELECT current_user") == "ansim_owner"
    with psycopg.connect(own_cluster.service_url) as service:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("CREATE TABLE mine (id int)")
        service.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("CREATE TEMP TABLE mine (id int)")


def test_what_is_acknowledged_is_on_the_disk(own_cluster: PostgresServer) -> None:
    assert ask(own_cluster.service_url, "SHOW fsync") == "on"
    assert ask(own_cluster.service_url, "SHOW synchronous_commit") == "on"


def test_nobody_enters_without_a_password(own_cluster: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{own_cluster.port}/ansim")
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(own_cluster.mark.pid).net_connections("all")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_a_killed_postgres_recovers_with_its_data(own_cluster: PostgresServer) -> None:
    with psycopg.connect(own_cluster.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
    own_cluster.kill()
    assert not own_cluster.is_running()
    own_cluster.start()
    assert ask(own_cluster.owner_url, "SELECT id FROM kept") == 1


def test_a_survivor_is_adopted(home: Home) -> None:
    first = PostgresServer(home)
    first.start()
    adopted = first.mark
    assert adopted is not None
    home.remember("postgres", None)  # we died before we wrote its pid down
    second = PostgresServer(home)
    second.start()
    assert second.mark is not None
    assert second.mark.pid == adopted.pid
    assert ask(second.service_url, "SELECT 1") == 1
    second.stop()
    assert not first.is_running()


def test_a_survivor_that_does_not_answer_is_stopped(home: Home) -> None:
    server = ValkeyServer(home)
    server.start()
    frozen = server.mark
    assert frozen is not None
    frozen.send(signal.SIGSTOP)
    server.start()
    assert not frozen.is_alive()
    assert server.is_answering()
    server.stop()


def test_a_pid_file_with_a_strangers_pid_is_no_survivor(own_cluster: PostgresServer) -> None:
    own_cluster.kill()
    pid_file = own_cluster.folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    own_cluster.start()
    assert own_cluster.mark.pid != os.getpid()


def test_a_port_taken_meanwhile_is_left_for_another(home: Home) -> None:
    server = ValkeyServer(home)
    server.start()
    port = server.port
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        server.start()
        assert server.port != port
        assert server.is_answering()
        server.stop()


def test_valkey_keeps_every_write(home: Home) -> None:
    server = ValkeyServer(home, leashed=True)
    server.start()
    with redis.Redis.from_url(server.url) as client:
        client.set("a", "1")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=server.port).ping()
    server.kill()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("a") == b"1"
        assert client.config_get("appendfsync") == {"appendfsync": "always"}
    server.stop()


def test_a_log_says_no_value(own_cluster: PostgresServer) -> None:
    with psycopg.connect(own_cluster.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE phones (phone text UNIQUE)")
        connection.execute("INSERT INTO phones VALUES ('010-1234-5678')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO phones VALUES ('010-1234-5678')")
    assert "duplicate key" in own_cluster.log.read_text()
    assert "010-1234-5678" not in own_cluster.log.read_text()


@pytest.mark.parametrize("origin", installed_binaries())
def test_other_versions_start_too(home: Home, origin: str) -> None:
    server = PostgresServer(
        home, leashed=True, durable=False, binaries=installed_binaries()[origin]
    )
    server.start()
    try:
        assert ask(server.service_url, "SHOW server_version").startswith(origin.split("-")[1])
    finally:
        server.stop()


def test_a_program_that_cannot_run_gives_one_line(home: Home, tmp_path: Path) -> None:
    (tmp_path / "initdb").touch(mode=0o600)
    with pytest.raises(ServerError, match=r"PostgreSQL's data folder|cannot be run"):
        PostgresServer(home, binaries=tmp_path).start()
    with pytest.raises(ServerError, match=r"initdb cannot be run: Permission denied"):
        start_child([str(tmp_path / "initdb")], log=home.logs / "log", environment={})


def test_data_of_another_version_are_refused(home: Home) -> None:
    binaries = installed_binaries()
    old = PostgresServer(home, durable=False, binaries=binaries["wheel-16"])
    old.start()
    old.stop()
    with pytest.raises(ServerError, match="made by PostgreSQL 16 and this is 18"):
        PostgresServer(home, binaries=binaries["wheel-18"]).start()


def test_data_that_are_broken_give_one_line(home: Home) -> None:
    server = PostgresServer(home, durable=False)
    server.start()
    server.stop()
    (server.folder / "data" / "global" / "pg_control").unlink()
    with pytest.raises(ServerError, match=r"PostgreSQL does not start: .*pg_control") as told:
        server.start()
    assert "\n" not in str(told.value)


def test_an_address_is_given_by_a_server_that_stays(home: Home) -> None:
    server = PostgresServer(home)
    words = [sys.executable, "-c", ADDRESS, str(home.path)]
    address = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True)
    try:
        mark = server.mark
        assert ask(address.stdout, "SELECT current_user") == "postgres"
        assert database_address(home) == address.stdout
        assert server.mark == mark
    finally:
        server.stop()


def test_leashed_servers_end_with_their_starter(home: Home) -> None:
    starter = start_services(home, "signal.pause()")
    marks = read_marks(starter)
    starter.kill()
    starter.wait()
    family = [process for mark in marks for process in mark.family()]
    assert wait_gone(family, timeout_s=10) == []


def test_an_ordinary_user_needs_no_namespace(home: Home) -> None:
    """As root we become uid 1000 over the same files, so that a 0700 checkout can be read."""
    entry = ("unshare", "-U", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()
    starter = start_services(home, "services.stop()", entry=entry)
    marks = read_marks(starter)
    assert starter.wait(timeout=30) == 0
    assert not any(mark.is_alive() for mark in marks)


ADDRESS = """
import pathlib, sys
from infrastructure.embedded.home import Home
from infrastructure.embedded.services import database_address
print(database_address(Home(pathlib.Path(sys.argv[1]))), end="")
"""

SCRIPT = """
import json, os, pathlib, signal, sys
from infrastructure.embedded.home import Home
from infrastructure.embedded.services import EmbeddedServices
home = Home(pathlib.Path(sys.argv[1]))
home.prepare()
with home.locked():
    services = EmbeddedServices(home, leashed=True)
    services.start()
    marks = [services.postgres.mark, services.valkey.mark]
    print(json.dumps([[mark.pid, mark.started] for mark in marks]), flush=True)
    {then}
"""


def start_services(
    home: Home, then: str, *, entry: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    script = SCRIPT.replace("{then}", then)
    words = [*entry, sys.executable, "-c", script, str(home.path)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)


def read_marks(starter: subprocess.Popen[bytes]) -> list[ProcessMark]:
    assert starter.stdout is not None
    with starter.stdout as told:
        return [ProcessMark(*found) for found in json.loads(told.readline())]
