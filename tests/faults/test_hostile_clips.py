"""Whatever is sent as a clip, the report goes its way as if none had come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from domain.emergency import facts
from domain.emergency.filming import VideoAttached, VideoRefused
from infrastructure.bootstrap import House
from interfaces.demo.camera import filmed
from tests.clusters import Database
from tests.faults.scenarios import scenario
from tests.filmed import Phone
from tests.infrastructure.clips.test_inspecting import PLAYLIST, still
from tests.living import IN_GANGDONG, Living, living
from tests.waiting import until
from workers import main, relay

TWO_GB = 2 * 1024**3
ROLES = {"relay": relay, "work": main}


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Living]:
    with living(database, tmp_path / "home") as service:
        yield service


@contextmanager
def working(service: Living, redis_url: str) -> Iterator[None]:
    """The relay and a worker of the same house, with partners that are away."""
    told = {"redis_url": redis_url, "partners_url": "http://127.0.0.1:9"}
    settings = service.house.settings.model_copy(update=told)
    houses = [House(settings, role=role) for role in ROLES]
    stop = threading.Event()
    threads = [
        threading.Thread(target=ROLES[house.role].run, args=(house, stop)) for house in houses
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for house in houses:
            house.close()


@scenario(18)
def test_a_playlist_a_bomb_and_two_gigabytes_are_refused_and_the_report_is_unharmed(
    service: Living, redis_url: str
) -> None:
    phone = Phone(service.url, service.register())
    with working(service, redis_url):
        report_id = phone.raises(**IN_GANGDONG)
        phone.films(report_id, PLAYLIST)
        phone.films(report_id, still(8000, 4000, 1, 1))
        assert phone.begins(report_id, TWO_GB).status_code == 413
        path = phone.begun(report_id, 1000)
        with phone.connected(path, 0, TWO_GB) as line:
            assert b" 413 " in line.recv(4096)

        def told(kind: type) -> list:
            return [one for one in service.house.app.history(report_id) if isinstance(one, kind)]

        until(lambda: len(told(VideoRefused)) == 4, within_s=60)
        causes = sorted(one.cause for one in told(VideoRefused))
        assert causes == ["bomb", "playlist", "too_large", "too_large"]
        until(lambda: told(facts.Accepted))
        [triggered], [accepted] = told(facts.Triggered), told(facts.Accepted)
        late = accepted.timestamp - triggered.cancel_until
        assert timedelta(0) <= late < timedelta(seconds=1)
        phone.films(report_id, filmed(1.0))
        until(lambda: told(VideoAttached), within_s=30)
    stored = [path for path in (service.house.home.path / "clips").rglob("*") if path.is_file()]
    assert len(stored) == 1
