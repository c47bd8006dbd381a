"""kill -9 between signing and publishing: the witness is caught up, and nothing is signed twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from infrastructure.bootstrap import House
from infrastructure.proof.folder_witness import FolderWitness
from infrastructure.proof.served import ServedWitness
from infrastructure.settings import Settings
from interfaces.witness import create_witness
from tests.plant import KEK, ROOT, People
from tests.serving import Serving
from tests.waiting import until

pytestmark = pytest.mark.long

START_S = 90.0


class Slow:
    """A witness that takes what is published only when it is let."""

    def __init__(self, served: ServedWitness) -> None:
        self.store = served.store
        self._served = served
        self.asked = Event()
        self.let = Event()

    def publish(self, *told) -> None:
        self.asked.set()
        self.let.wait(START_S)
        self._served.publish(*told)


@pytest.fixture
def sealing(database, tmp_path: Path) -> Iterator[House]:
    """A house whose keys exist, so that a witness can be given the list."""
    settings = Settings(
        home=tmp_path, database_url=database.service_url, key_encryption_key=KEK, witnesses="file:/"
    )
    with House(settings, role="test") as house:
        house.signing_keys.make()
        yield house


@contextmanager
def custody(house: House, witness: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if "ANSIM" not in name}
    environment |= {
        "ANSIM_HOME": str(house.settings.home),
        "ANSIM_DATABASE_URL": str(house.settings.database_url),
        "ANSIM_KEY_ENCRYPTION_KEY": KEK,
        "ANSIM_WITNESSES": witness,
        "ANSIM_WITNESS_TIMEOUT_S": "20",
        "ANSIM_SEAL_EVERY_S": "0.2",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "workers", "custody"], cwd=ROOT, env=environment
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_what_was_signed_before_the_kill_is_published_after_it(sealing, tmp_path) -> None:
    People(sealing).citizen()
    (tmp_path / "kept").mkdir()
    store = FolderWitness(tmp_path / "kept")
    given = sealing.signing_keys.trusted()
    slow = Slow(ServedWitness(store, given, tmp_path / "kept" / "trusted.json"))
    with Serving(create_witness(slow)) as url:
        with custody(sealing, url) as process:
            until(slow.asked.is_set, within_s=START_S)
            signed = sealing.notary.latest()
            assert store.latest() is None
            process.kill()
        slow.let.set()
        People(sealing).citizen()
        with custody(sealing, url):
            until(lambda: number(store) >= 2, within_s=START_S)
    assert store.get(1) == signed
    with sealing.database.connection() as connection:
        rows = connection.execute("SELECT number, canonical FROM checkpoints ORDER BY 1").fetchall()
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    assert [store.get(one).canonical for one, _ in rows[: number(store)]] == [
        bytes(canonical) for _, canonical in rows[: number(store)]
    ]


def number(store: FolderWitness) -> int:
    latest = store.latest()
    return latest.checkpoint.number if latest else 0
