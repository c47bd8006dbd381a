"""A plant, a house and people for each test of a role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.bootstrap import House
from tests.plant import People, Plant, simulated_partners


@pytest.fixture
def plant(database, redis_url, tmp_path: Path) -> Iterator[Plant]:
    with simulated_partners(tmp_path) as partners_url:
        clips = f"file:{tmp_path / 'clips'}"
        yield Plant(database.service_url, redis_url, partners_url, clips)


@pytest.fixture
def house(plant) -> Iterator[House]:
    with plant.house() as house:
        yield house


@pytest.fixture
def people(house) -> People:
    return People(house)
