"""Checkpoints, keys and witnesses from a shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from application.context import system
from application.member_desk import RegisterMember
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from interfaces.demo.free_port import free_port
from tests.interfaces.shell import ROOT, ansim, complaint, last_json
from tests.waiting import until


@pytest.fixture
def to(database, tmp_path: Path) -> dict[str, str]:
    return {
        "database_url": database.service_url,
        "home": str(tmp_path / "home"),
        "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }


@pytest.fixture
def house(to) -> Iterator[House]:
    with House(Settings(**to), role="test") as house:
        yield house


def register(house: House) -> None:
    house.member_desk.register(
        RegisterMember(name="이두리", phone="+821012345678"),
        system("test", correlation_id=uuid4()),
    )


def test_checkpoints_are_sealed_and_keys_rotated_by_hand(to, house) -> None:
    assert last_json(ansim("audit", "checkpoint", "--json", **to))["checkpoint"] is None
    register(house)
    shown = last_json(ansim("audit", "checkpoint", "--json", **to))
    assert (shown["sealed"], shown["checkpoint"]["number"]) == (True, 1)
    assert [one["number"] for one in shown["witnesses"]] == [1]
    assert "nothing is new since" in ansim("audit", "checkpoint", **to).stdout

    new = last_json(ansim("audit", "keys", "rotate", "--json", **to))
    listed = last_json(ansim("audit", "keys", "list", "--json", **to))
    assert [one["current"] for one in listed["keys"]] == [False, True]
    assert listed["keys"][1]["key_id"] == new["key_id"]
    assert listed["keys"][1]["endorsement"]["by"] == listed["keys"][0]["key_id"]
    register(house)
    after = last_json(ansim("audit", "checkpoint", "--json", **to))
    assert after["checkpoint"]["key_id"] == new["key_id"]


def test_a_lost_key_is_one_line_that_says_what_to_do(to, house) -> None:
    register(house)
    house.notary.seal("test")
    register(house)
    house.signing_keys.key_file.unlink()
    line = complaint(ansim("audit", "checkpoint", **to))
    assert "current.pem" in line
    assert "restore it from a back-up" in line


def test_a_rewritten_log_is_an_alarm_and_a_line_that_names_the_row(to, house, database) -> None:
    register(house)
    house.notary.seal("test")
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        superuser.execute("UPDATE events SET hash = sha256(hash) WHERE position = 2")
    refused = ansim("audit", "checkpoint", **to)
    assert refused.returncode != 0
    alarm, line = refused.stderr.strip().splitlines()
    assert "checkpoint.refused" in alarm
    assert line.endswith("row 2 is not the one that was sealed")


def test_an_address_of_no_witness_is_refused(to) -> None:
    line = complaint(ansim("audit", "checkpoint", witnesses="ftp://example", **to))
    assert "'ftp://example' is no address of a witness" in line
    assert "needs no schema" in complaint(ansim("witness", "init", "file:/tmp/witness", **to))


@contextmanager
def served(folder: Path, trusted: Path) -> Iterator[str]:
    port = free_port()
    options = ["--folder", str(folder), "--trusted", str(trusted), "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if "ANSIM" not in name}
    process = subprocess.Popen(
        [sys.executable, "-m", "interfaces.cli", "witness", *options],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/healthz").is_success
        except httpx.HTTPError:
            return False

    try:
        until(answers, within_s=30)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def test_others_keep_checkpoints_with_a_witness_and_a_list_of_keys(to, house, tmp_path) -> None:
    house.signing_keys.make()
    register(house)
    (tmp_path / "trusted.json").write_bytes(house.signing_keys.trusted_file.read_bytes())
    with served(tmp_path / "kept", tmp_path / "trusted.json") as url:
        shown = last_json(ansim("audit", "checkpoint", "--json", witnesses=url, **to))
        assert [(one["name"], one["number"]) for one in shown["witnesses"]] == [(url, 1)]
        held = httpx.get(f"{url}/v1/checkpoints/latest")
    assert held.content == house.notary.latest().to_json()


def test_a_second_database_becomes_a_witness(to, house, database) -> None:
    register(house)
    ansim("witness", "init", database.owner_url, "--publisher", "ansim_service", **to)
    address = database.service_url
    shown = last_json(ansim("audit", "checkpoint", "--json", witnesses=address, **to))
    [one] = shown["witnesses"]
    assert (one["number"], one["trouble"]) == (1, None)
    assert "@" not in one["name"]


def test_a_witness_without_keys_does_not_start(tmp_path) -> None:
    line = complaint(ansim("witness", "--trusted", str(tmp_path / "none.json")))
    assert "none.json" in line
