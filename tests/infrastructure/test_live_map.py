"""Positions of open cases beside the log: thinned, sealed, swept, and gone with the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.emergency.commands import (
    ClaimReport,
    NoteThirdPerson,
    ResolveReport,
)
from application.emergency.whereabouts import SendPositions
from application.identity import DeviceIdentity
from application.live_map import LiveMap
from domain.emergency.classification import PersonRole
from domain.emergency.describing import third_persons_of
from domain.emergency.facts import track_of
from domain.emergency.vocabulary import Outcome
from domain.geography import FixQuality, FixSource, Position
from domain.policy import Policy
from domain.roles import Role
from domain.watching.fix import Fix
from tests.application.house import SYSTEM, asked_by
from tests.application.live_twin import MemoryLiveMap
from tests.clusters import Cluster
from tests.living import Living, living
from tests.memory import GANGDONG, FrozenClock
from tests.plant import People
from tests.scenario import T0
from tests.waiting import until
from workers import custody

POLICY = Policy(cancel_window_s=0.1, signal_lost_after_s=1.0)
GANGDONG_STREET = {"latitude_deg": 37.5301, "longitude_deg": 127.1238, "accuracy_m": 9.0}


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    folder = tmp_path_factory.mktemp("live") / "home"
    with cluster.database() as database, living(database, folder, policy=POLICY) as service:
        yield service


@pytest.fixture(params=["memory", "postgres"])
def live(request: pytest.FixtureRequest) -> LiveMap:
    if request.param == "memory":
        return MemoryLiveMap(FrozenClock(T0), POLICY, list)
    return request.getfixturevalue("service").house.live_map


def fix(seconds: float, **changes: Any) -> Fix:
    moment = T0 + timedelta(seconds=seconds)
    fields: dict[str, Any] = {
        "position": Position(latitude_deg=37.5, longitude_deg=127.0 + seconds / 10_000),
        "quality": FixQuality(
            source=FixSource.GNSS, accuracy_m=8.0, fixed_at=moment, age_s=seconds
        ),
        "moment": moment,
        "received_at": moment + timedelta(seconds=seconds),
        "said_at": moment,
        "district": GANGDONG,
        "cell": "2109_5478",
        "depth_m": 41.5,
        "battery_pct": 0,
    }
    return Fix(**(fields | changes))


def test_what_is_kept_comes_back_as_it_was_in_order(live: LiveMap) -> None:
    report_id = uuid4()
    bare = fix(
        7,
        quality=FixQuality(source=FixSource.UNKNOWN),
        said_at=None,
        cell=None,
        battery_pct=None,
        outside=True,
    )
    walk = [fix(5), fix(1), bare, fix(3)]
    assert live.keep(report_id, walk) == 4
    assert live.recent(report_id, T0) == sorted(walk, key=lambda one: one.moment)
    assert live.recent(report_id, T0 + timedelta(seconds=5)) == [bare]
    assert live.recent(uuid4(), T0) == []


def test_repeats_and_what_follows_too_closely_are_thinned(live: LiveMap) -> None:
    report_id = uuid4()
    assert live.keep(report_id, [fix(1), fix(1.4), fix(1)]) == 1
    assert live.keep(report_id, [fix(1), fix(2)]) == 1
    assert live.keep(report_id, []) == 0
    assert live.keep(uuid4(), [fix(1)]) == 1, "each report has its own"


class Case:
    """A report that a phone raised in Gangdong, and its operator."""

    def __init__(self, service: Living) -> None:
        self.house = service.house
        self.phone: DeviceIdentity = People(self.house).citizen()
        receipt = People(self.house).raises(self.phone, position=GANGDONG_STREET)
        self.id: UUID = receipt.report_id
        self.operator = asked_by(Role.OPERATOR, "kim", GANGDONG)
        until(lambda: self.topics()[-1] == "emergency.accepted")

    def topics(self) -> list[str]:
        with self.house.database.connection() as connection:
            rows = connection.execute(
                "SELECT topic FROM events WHERE aggregate_id = %s ORDER BY version", (self.id,)
            ).fetchall()
        return [row[0] for row in rows]

    def moves(self) -> None:
        sent = {"fixes": [GANGDONG_STREET | {"battery_pct": 3}]}
        command = SendPositions(report_id=self.id, sent=sent, identity=self.phone)
        self.house.position_desk.take(command, SYSTEM)

    def kept(self) -> int:
        return self.count("live_positions WHERE report_id = %s", self.id)

    def count(self, what: str, *values: Any) -> int:
        with self.house.database.connection() as connection:
            row = connection.execute(f"SELECT count(*) FROM {what}".encode(), values).fetchone()  # noqa: S608
        return int(row[0])

    def resolve(self) -> int | None:
        self.house.emergency_desk.claim(ClaimReport(report_id=self.id), self.operator)
        end = ResolveReport(report_id=self.id, outcome=Outcome.NOT_FOUND, note="Nobody was there.")
        return self.house.emergency_desk.resolve(end, self.operator).position


@pytest.fixture
def case(service: Living) -> Case:
    return Case(service)


@pytest.fixture
def sweep(service: Living) -> Callable[[], object]:
    """One turn of the keeper's duty."""
    return custody.positions(service.house).run


def test_silence_is_noted_and_a_position_ends_it(case: Case, sweep: Callable[[], object]) -> None:
    case.moves()

    def lost() -> bool:
        sweep()
        return case.topics()[-1] == "emergency.signal_lost"

    assert not lost(), "a position has just come"
    until(lost)
    sweep()
    assert case.topics().count("emergency.signal_lost") == 1
    with case.house.database.connection() as connection:
        row: Any = connection.execute(
            "SELECT open::jsonb, sealed IS NOT NULL FROM events WHERE aggregate_id = %s"
            " ORDER BY version DESC LIMIT 1",
            (case.id,),
        ).fetchone()
    said, sealed = row
    assert sealed
    assert said["battery_pct"] == 3
    assert said["age_s"] >= POLICY.signal_lost_after_s
    case.moves()
    assert case.topics()[-2:] == ["emergency.signal_regained", "emergency.position_updated"]


def test_with_the_case_its_positions_go(case: Case, sweep: Callable[[], object]) -> None:
    case.moves()
    assert case.kept() == 1
    sweep()
    assert case.kept() == 1
    position = case.resolve()
    assert position is not None
    case.house.fold_watch.wait("operator_queue", position, 5)
    sweep()
    assert case.kept() == 0


def test_what_is_old_goes_though_the_case_stays_open(
    case: Case, sweep: Callable[[], object]
) -> None:
    case.moves()
    with case.house.database.connection() as connection:
        connection.execute(
            "UPDATE live_positions SET received_at = received_at - interval '2 hours'"
            " WHERE report_id = %s",
            (case.id,),
        )
    sweep()
    assert case.kept() == 0


def test_with_the_tracks_key_the_positions_are_forgotten(case: Case) -> None:
    case.moves()
    since = case.house.clock.now() - timedelta(minutes=1)
    assert len(case.house.live_map.recent(case.id, since)) == 1
    case.house.subject_keys.destroy_all([track_of(case.id)])
    case.house.subject_keys.wait_until_told()
    assert case.house.live_map.recent(case.id, since) == []


def test_an_erasure_takes_positions_and_third_persons_along(case: Case) -> None:
    case.moves()
    noted = NoteThirdPerson(
        report_id=case.id, role=PersonRole.OFFENDER, description="검은 점퍼를 입은 남자"
    )
    case.house.emergency_desk.note_third_person(noted, case.operator)
    keys = (third_persons_of(case.id), track_of(case.id))
    assert sorted(case.house.subject_keys.living(keys)) == sorted(keys)
    case.house.leftovers.purge(case.phone.citizen_id, [case.id])
    assert case.kept() == 0
