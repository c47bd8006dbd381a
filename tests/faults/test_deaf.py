"""Notifications stop coming and nobody says so: whoever listens also looks."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

import psycopg

from tests.faults.scenarios import scenario
from tests.plant import People, Plant
from tests.silent_line import Deaf, SilentLine
from tests.waiting import until
from workers import projector

SEEN_WITHIN_S = 1.0
START_S = 90.0


@scenario(9)
def test_facts_are_seen_within_a_second_without_a_single_notification(
    plant: Plant, people: People
) -> None:
    ears: list[Deaf] = []

    def deaf() -> Deaf:
        ears.append(Deaf())
        return ears[-1]

    line = SilentLine(urlsplit(plant.database_url).port or 0, heard=deaf)
    through = plant.database_url.replace(f":{urlsplit(plant.database_url).port}/", f":{line.port}/")
    stop = threading.Event()
    with Plant(f"{through}?sslmode=disable", plant.redis_url, plant.partners_url).house() as house:
        thread = threading.Thread(target=projector.run, args=(house, stop))
        thread.start()
        try:
            first = people.raises()
            until(lambda: folded(plant) >= first.position, within_s=START_S)
            took_s = []
            for _ in range(5):
                position = people.raises().position
                raised_at = time.monotonic()
                until(lambda position=position: folded(plant) >= position)
                took_s.append(time.monotonic() - raised_at)
            assert min(took_s) < SEEN_WITHIN_S  # the others may have met a busy machine
        finally:
            stop.set()
            thread.join()
            line.close()
    assert sum(one.swallowed for one in ears) > 0


def folded(plant: Plant) -> int:
    with psycopg.connect(plant.database_url, autocommit=True) as connection:
        query = "SELECT position FROM read.tracking WHERE fold = 'operator_queue'"
        row = connection.execute(query).fetchone()
    return row[0] if row else 0
