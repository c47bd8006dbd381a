"""The house's one door: what the notary seals is what the auditor hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from application.errors import KeyRingUnavailable, WitnessUnavailable
from infrastructure.bootstrap import House, Settings
from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.home import Home
from infrastructure.log.append import LogWriter
from infrastructure.verifying.findings import Finding
from tests import clusters
from tests.infrastructure.log.writing import fact, request

FACTS = 12


@pytest.fixture
def house(database: clusters.Database, home: Home) -> Iterator[House]:
    settings = Settings(database_url=database.service_url, home=home.path)
    with House(settings, role="test") as house:
        yield house


@pytest.fixture(autouse=True)
def writer(house: House) -> LogWriter:
    writer = LogWriter(house.database)
    write(writer, FACTS)
    return writer


def write(writer: LogWriter, facts: int) -> None:
    writer.append([request(fact(uuid4(), 1)) for _ in range(facts)])


def test_what_was_sealed_is_heard_and_what_came_since_is_told(
    house: House, writer: LogWriter
) -> None:
    assert house.verify_log().checkpoints == 0
    house.notary.seal("test")
    write(writer, 3)
    found = house.verify_log()
    assert found.ok
    assert (found.position, found.witnessed, found.checkpoints) == (FACTS + 3, FACTS, 1)
    assert found.witnesses == (f"file:{house.home.path / 'witness'}",)


def test_a_forgery_under_the_seal_is_found_through_every_way_to_the_witness(
    house: House, database: clusters.Database
) -> None:
    house.notary.seal("test")
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        superuser.execute("DELETE FROM events WHERE position > 7")
        superuser.execute(
            "UPDATE log_head SET (position, hash, recorded_at) ="
            " (SELECT position, hash, recorded_at FROM events WHERE position = 7)"
        )
    folder = house.home.path / "witness"
    trusted = house.home.keys / "checkpoint" / "trusted.json"
    for words in (
        {},
        {"addresses": [str(folder)]},
        {"addresses": [f"file:{folder}"], "trusted": trusted},
        {"first": 5},
    ):
        found = house.verify_log(**words)
        assert (found.position, found.kind) == (8, Finding.TRUNCATED), words


def test_a_witness_that_is_named_must_answer_and_hold_something(
    house: House, tmp_path: Path
) -> None:
    for nothing in (tmp_path / "empty", tmp_path / "not" / "there"):
        with pytest.raises(WitnessUnavailable):
            house.verify_log(addresses=[str(nothing)])


def test_what_is_no_list_of_keys_is_said_in_one_line(house: House, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text("mine")
    with pytest.raises(AnsimError, match=r"keys\.txt is no list of trusted keys"):
        house.verify_log(trusted=tmp_path / "keys.txt")


def test_all_seals_cannot_be_opened_without_the_key(house: House) -> None:
    house.home.secret_file("kek").unlink()
    assert house.verify_log().ok
    with pytest.raises(KeyRingUnavailable):
        house.verify_log(all_seals=True)
