"""An engine over a database of its own, fed by a story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.engine.postgres import PostgresEngine
from projections.catalogue import FOLDS
from tests import clusters
from tests.contracts.test_engine import fold_all, tell_a_night
from tests.story import Story


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


@pytest.fixture
def owner(database: clusters.Database) -> Iterator[Database]:
    owner = Database(database.owner_url, application_name="test-owner")
    yield owner
    owner.close()


@pytest.fixture
def engine(service: Database, owner: Database, story: Story) -> PostgresEngine:
    return PostgresEngine(service, story, FOLDS, owner=owner)


@pytest.fixture
def superuser(database: clusters.Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def folded(engine: PostgresEngine, story: Story) -> PostgresEngine:
    tell_a_night(story)
    for name in engine.names:
        fold_all(engine, name)
    return engine
