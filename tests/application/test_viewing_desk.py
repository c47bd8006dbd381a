"""Who has which report open: kept once it lasts, closed when it goes or falls silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from application.context import Context
from application.errors import Forbidden, Unknown
from application.viewing_desk import Beat, ViewingDesk
from domain.roles import Role
from domain.viewing import Closed, Closing, Opened
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    KIM,
    LEE,
    SYSTEM,
    DeskHouse,
    asked_by,
    id_of,
)


class MemoryBeats:
    """Open views in a dict."""

    def __init__(self) -> None:
        self.open: dict[tuple[UUID, UUID], Beat] = {}

    def find(self, operator_id: UUID, report_id: UUID) -> Beat | None:
        return self.open.get((operator_id, report_id))

    def keep(self, beat: Beat) -> Beat:
        key = (beat.operator_id, beat.report_id)
        known = self.open.get(key)
        self.open[key] = beat if known is None else replace(known, beat_at=beat.beat_at)
        return self.open[key]

    def note(self, beat: Beat) -> None:
        self.open[(beat.operator_id, beat.report_id)] = replace(beat, noted=True)

    def drop(self, operator_id: UUID, report_id: UUID) -> None:
        self.open.pop((operator_id, report_id), None)

    @contextmanager
    def stale(self, before: datetime, limit: int) -> Iterator[list[Beat]]:
        stale = [beat for beat in self.open.values() if beat.beat_at < before][:limit]
        yield stale
        for beat in stale:
            self.drop(beat.operator_id, beat.report_id)


class Room:
    def __init__(self) -> None:
        self.house = DeskHouse()
        self.report_id = self.house.accepted().report_id
        self.beats = MemoryBeats()
        self.desk = ViewingDesk(
            self.house.app,
            self.house.clock,
            self.house.log,
            beats=self.beats,
            policy=self.house.policy,
        )

    def views(self) -> list[Opened | Closed]:
        return [one for one in self.house.log.facts() if isinstance(one, Opened | Closed)]

    def looks(self, who: Context = KIM, seconds: float = 2.0) -> None:
        """Has it open for so long."""
        self.desk.shows(self.report_id, who)
        self.house.clock.advance(seconds)
        self.desk.shows(self.report_id, who)


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_glance_is_not_kept(room: Room) -> None:
    told = room.desk.shows(room.report_id, KIM)
    assert (told.noted, told.beat_again_in_s) == (False, 2.0)
    room.house.clock.advance(1.5)
    room.desk.hides(room.report_id, KIM)
    room.desk.hides(room.report_id, KIM)
    assert room.views() == []
    assert room.beats.open == {}


def test_a_look_is_kept_from_its_beginning_and_once(room: Room) -> None:
    since = room.house.clock.now()
    room.looks()
    for _ in range(20):
        room.house.clock.advance(15)
        assert room.desk.shows(room.report_id, KIM).beat_again_in_s == 15.0
    [opened] = room.views()
    assert isinstance(opened, Opened)
    assert (opened.operator_id, opened.since) == (id_of(KIM), since)
    assert opened.district == KIM.principal.district


def test_it_ends_when_the_screen_says_so(room: Room) -> None:
    room.looks()
    room.house.clock.advance(60)
    room.desk.hides(room.report_id, KIM)
    _, closed = room.views()
    assert isinstance(closed, Closed)
    assert (closed.how, closed.last_seen_at) == (Closing.CLOSED, room.house.clock.now())


def test_it_ends_when_the_screen_falls_silent(room: Room) -> None:
    room.looks()
    heard = room.house.clock.now()
    room.looks(LEE, seconds=40)
    assert room.desk.close_vanished(SYSTEM) == 0
    room.house.clock.advance(6)
    assert room.desk.close_vanished(SYSTEM) == 1
    *_, closed = room.views()
    assert isinstance(closed, Closed)
    assert (closed.operator_id, closed.how) == (id_of(KIM), Closing.VANISHED)
    assert closed.last_seen_at == heard
    assert room.desk.close_vanished(SYSTEM) == 0


def test_a_view_that_the_log_has_lost_is_forgotten(room: Room) -> None:
    at = room.house.clock.now()
    room.beats.keep(Beat(id_of(KIM), room.report_id, None, at, at, noted=True))
    room.desk.hides(room.report_id, KIM)
    assert (room.views(), room.beats.open) == ([], {})


def test_a_glance_that_falls_silent_leaves_nothing(room: Room) -> None:
    room.desk.shows(room.report_id, KIM)
    room.house.clock.advance(46)
    assert room.desk.close_vanished(SYSTEM) == 1
    assert room.views() == []


def test_the_city_looks_at_any_report_and_a_room_at_its_own(room: Room) -> None:
    room.looks(COORDINATOR)
    room.looks(AUDITOR)
    assert [one.district for one in room.views() if isinstance(one, Opened)] == [None, None]
    for stranger in (CHOI_OF_GURO, CITIZEN, asked_by(Role.STATISTICIAN, "jo")):
        with pytest.raises(Forbidden):
            room.desk.shows(room.report_id, stranger)
    with pytest.raises(Unknown):
        room.desk.shows(uuid4(), KIM)
    with pytest.raises(Forbidden):
        room.desk.close_vanished(KIM)
