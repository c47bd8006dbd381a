"""One case in a real log, taken through its whole life, and ways to hand it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.language import Language
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Cluster
from tests.interfaces.case_file.lived import Lived, lived


@pytest.fixture(scope="module")
def house(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with cluster.database() as database:
        home = tmp_path_factory.mktemp("exporting") / "home"
        with House(Settings(home=home, database_url=database.service_url), role="test") as house:
            house.home.prepare()
            yield house


@pytest.fixture(scope="module")
def case(house: House) -> Lived:
    return lived(house)


@pytest.fixture(scope="module")
def bundle(case: Lived) -> dict[str, bytes]:
    """The files of one good export; tests that spoil them take a copy."""
    return dict(case.export(language=Language.KO).files)


@pytest.fixture
def folder(bundle: dict[str, bytes], tmp_path: Path) -> Path:
    return unpacked(bundle, tmp_path / "case")


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
