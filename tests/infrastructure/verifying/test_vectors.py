"""The specification, its vectors, a stranger's few lines and our verifier say the same."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

from infrastructure.log.stored import COLUMNS
from infrastructure.verifying.chain import GENESIS, digest
from infrastructure.verifying.order import FactWalk
from infrastructure.verifying.tables import ACCESS, FACTS
from tests.infrastructure.verifying.forging import Forger
from tests.infrastructure.verifying.stranger import FACT, chained, field, framed

ROOT = Path(__file__).parents[3]
ROWS = json.loads((ROOT / "tests" / "golden" / "chain.json").read_text())["rows"]
PAGE = (ROOT / "docs" / "proof.md").read_text()


def test_a_stranger_comes_to_the_hashes_of_the_vectors() -> None:
    previous = bytes(32)
    for row in ROWS:
        assert (previous + framed(row["columns"])).hex() == row["input"]
        previous = chained(previous, framed(row["columns"]))
        assert previous.hex() == row["hash"]


def test_the_verifier_comes_to_the_hashes_of_the_vectors() -> None:
    previous = GENESIS
    for row in ROWS:
        columns = [field(name, row["columns"][name]) for name in FACT]
        previous = digest(previous, columns)
        assert previous.hex() == row["hash"]


def test_the_verifier_follows_the_vectors_as_the_server_would_send_them() -> None:
    sent = [
        struct.pack(">h", 15)
        + framed(row["columns"])
        + struct.pack(">i", 32)
        + bytes.fromhex(row["hash"])
        for row in ROWS
    ]
    walk = FactWalk()
    assert walk.take(sent) == len(ROWS)
    assert walk.found is None
    assert walk.moment == ROWS[-1]["columns"]["recorded_at"]


def test_the_page_shows_the_last_vector() -> None:
    shown = PAGE.replace("\n", "")
    assert ROWS[-1]["input"] in shown
    assert ROWS[-1]["hash"] in shown


def test_the_page_names_every_column_in_its_order() -> None:
    facts, access = PAGE.split("## The chain of facts")[1].split("## The chain of access records")
    assert re.findall(r"^\| \d+ \| `(\w+)`", facts, re.MULTILINE) == [*COLUMNS.split(", ")]
    assert re.findall(r"^\| \d+ \| `(\w+)`", access, re.MULTILINE) == [
        name for name, _ in ACCESS.rows.columns[:-1]
    ]
    assert [name for name, _ in FACTS.rows.columns] == [*FACT, "hash"]


def test_a_stranger_comes_to_the_hashes_that_the_database_stored(forger: Forger) -> None:
    previous = bytes(32)
    stored = forger.run("SELECT hash FROM events ORDER BY position").fetchall()
    for row, (kept,) in zip(forger.facts(), stored, strict=True):
        previous = chained(previous, framed(row))
        assert previous == bytes(kept)
