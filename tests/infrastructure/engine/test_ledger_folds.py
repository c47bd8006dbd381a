"""The press release's figures, through the log, the folds and back."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from application.context import system
from application.download_counts import read_counts
from application.figures import read_figures
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests import clusters

PRESS = Path(__file__).parents[3] / "interfaces" / "data" / "press_2023_09_05.json"
CONTEXT = system("test", correlation_id=UUID(int=1))


@pytest.fixture
def house(database: clusters.Database) -> Iterator[House]:
    settings = Settings(
        database_url=database.service_url,
        admin_database_url=database.owner_url,
        key_encryption_key=SecretStr(b64encode(bytes(32)).decode()),
    )
    with House(settings, role="test") as house:
        yield house


def fold(house: House) -> None:
    for name in house.engine.names:
        while house.engine.step(name):
            pass


def test_the_press_releases_figures_reproduce_exactly(house: House) -> None:
    figures = read_figures(PRESS.read_text(encoding="utf-8"))
    receipt = house.ledger_desk.import_figures(figures, CONTEXT)
    fold(house)
    assert receipt.position is not None
    house.fold_watch.wait("download_statistics", receipt.position)
    assert house.statistics_view.downloads()["cumulative"] == {
        "2019": 131776,
        "2020": 157981,
        "2021": 180265,
        "2022": 205902,
        "2023-08-26": 224604,
    }
    assert house.statistics_view.downloads()["new"]["2023"] == 18702
    usage = house.statistics_view.usage()
    assert (usage["total"], usage["new"]["2023"], usage["counted"]) == (211481, 36657, 0)
    assert house.ledger_desk.import_figures(figures, CONTEXT).opened == 0


def test_daily_counts_are_imported_rebuilt_and_compared(house: House) -> None:
    read = read_counts(b"store,day,count\ngoogle,2023-08-27,70\napple,2023-08-27,30\n")
    receipt = house.ledger_desk.report_downloads(read.counts, CONTEXT)
    assert receipt.stored == 2
    fold(house)
    assert house.statistics_view.downloads()["total"] == 100
    for name in house.engine.names:
        assert house.engine.rebuild(name).equal
        assert house.engine.compare(name) == []
