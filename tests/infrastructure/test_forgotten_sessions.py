"""An open session holds as an open case does; afterwards its track goes with the citizen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.forgotten_sessions import sessions_of
from application.safe_return import Receipt
from domain.erasure.facts import Held
from domain.geography import FixQuality, FixSource, Position
from domain.hold_kind import HoldKind
from domain.session_guard import NoMemberAnyMore, SessionGuard, SessionKind
from domain.watching.fix import Fix
from domain.watching.track import track_of
from tests.clusters import Database
from tests.infrastructure.forgotten import COMMAND, LATITUDE, LONGITUDE, Forgetful, settings_of

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Forgetful]:
    forgetful = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def save(living: Forgetful, guard: SessionGuard) -> None:
    living.house.app.commit([guard], context=COMMAND, receipt=Receipt(aggregate_id=guard.id))


def walks(living: Forgetful, session_id: UUID, citizen_id: UUID) -> list[Fix]:
    """One position is kept; what is known of it afterwards."""
    now = living.house.clock.now()
    fix = Fix(
        position=Position(latitude_deg=LATITUDE, longitude_deg=LONGITUDE),
        quality=FixQuality(source=FixSource.GNSS, accuracy_m=8, fixed_at=now, age_s=0),
        moment=now,
        received_at=now,
        district="11740",
        cell=None,
    )
    assert living.house.tracks.keep(session_id, citizen_id, [fix, fix]) == 1
    return list(living.house.tracks.recent(session_id, citizen_id, EPOCH))


def test_a_session_that_was_opened_twice_is_named_once(living: Forgetful) -> None:
    member, twice = living.member(), uuid4()
    at = living.house.clock.now()
    guard = SessionGuard.begin_for(member.citizen_id, at=at)
    for _ in range(2):
        guard.open(kind=SessionKind.MONITORING, session_id=twice, at=at)
        guard.close(session_id=twice, at=at)
    living.house.app.save(guard)
    assert sessions_of(living.house.app, member.citizen_id) == (twice, track_of(twice))


def test_an_open_session_holds_and_its_track_goes_with_her(living: Forgetful) -> None:
    citizen_id = living.member().citizen_id
    session_id, at = uuid4(), living.house.clock.now()
    guard = SessionGuard.begin_for(citizen_id, at=at)
    guard.open(kind=SessionKind.TAXI, session_id=session_id, at=at)
    save(living, guard)
    [kept] = walks(living, session_id, citizen_id)
    assert kept.position.latitude_deg == LATITUDE

    request = living.asks(citizen_id, living.staff())
    assert request.holds == (HoldKind.OPEN_CASE,)
    with pytest.raises(Held, match="open_case"):
        living.confirms(request.aggregate_id, living.staff())

    guard.close(session_id=session_id, at=at)
    save(living, guard)
    living.confirms(request.aggregate_id, living.staff())
    forgotten = living.house.eraser.carry_out(request.aggregate_id, COMMAND)
    assert forgotten is not None
    assert forgotten.clean
    assert list(living.house.tracks.recent(session_id, citizen_id, EPOCH)) == []
    shut = living.house.app.load(SessionGuard, guard.id)
    with pytest.raises(NoMemberAnyMore):
        shut.open(kind=SessionKind.TAXI, session_id=uuid4(), at=at)


def test_a_track_is_forgotten_when_its_session_closes_or_its_time_is_over(
    living: Forgetful, database: Database
) -> None:
    first, second, walker = uuid4(), uuid4(), uuid4()
    for session in (first, second):
        assert len(walks(living, session, walker)) == 1
    assert living.house.tracks.forget(first) == 1
    assert living.house.tracks.purge() == 0
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "UPDATE session_positions SET received_at = received_at - interval '2 hours'"
        )
    assert living.house.tracks.purge() == 1
    assert list(living.house.tracks.recent(second, walker, EPOCH)) == []
