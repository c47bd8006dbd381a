"""What the server gives no end to ends on our side."""

from __future__ import annotations

import time

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.log.patience import NoAnswer, Patience

SOON_S = 0.5


def test_a_question_that_is_not_answered_is_cut(service: Database) -> None:
    patience = Patience()
    began = time.monotonic()
    with (
        service.dedicated() as connection,
        pytest.raises(NoAnswer),
        patience.until(began + SOON_S, connection),
    ):
        connection.execute("SELECT pg_sleep(30)")
    assert SOON_S <= time.monotonic() - began < 10


def test_an_answer_in_time_leaves_the_connection_alone(service: Database) -> None:
    patience = Patience()
    with service.dedicated() as connection:
        with patience.until(time.monotonic() + SOON_S, connection):
            connection.execute("SELECT 1")
        connection.execute("SELECT pg_sleep(%s)", (3 * SOON_S,))
        with patience.until(time.monotonic() + 10, connection):
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_an_error_of_its_own_is_no_cut(service: Database) -> None:
    patience = Patience()
    with (
        service.dedicated() as connection,
        pytest.raises(psycopg.errors.DivisionByZero),
        patience.until(time.monotonic() + 10, connection),
    ):
        connection.execute("SELECT 1 / 0")
