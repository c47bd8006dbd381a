"""What was confirmed is carried out, whatever crashes or is restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from application.erasure_commands import DeclineErasure
from application.erasure_ports import Tombstone
from domain.base import Erased
from domain.emergency import Emergency
from domain.erasure import Erasure, SubjectKind
from domain.member import Member
from infrastructure.deliveries.queue import QueueUnavailable
from tests.clusters import Cluster, Database
from tests.infrastructure.forgotten import COMMAND, Forgetful, settings_of
from workers.forgetting import Forgetting


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Forgetful]:
    forgetful = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def test_what_was_confirmed_is_finished_after_a_crash(
    living: Forgetful, database: Database, tmp_path: Path
) -> None:
    member = living.member()
    request = living.asks(member.citizen_id, living.staff()).aggregate_id
    living.confirms(request, living.staff())
    cut_off = Forgetful(
        settings_of(tmp_path / "home", database.service_url, "redis://127.0.0.1:9/0")
    )
    with cut_off.house, pytest.raises(QueueUnavailable):
        cut_off.house.eraser.carry_out(request, COMMAND)
    assert Forgetting(living.house).carry_out() == [request]
    assert Forgetting(living.house).carry_out() == []
    assert living.topics(request)[-1] == "erasure.done"


def test_a_restored_back_up_is_erased_again_before_it_serves(
    living: Forgetful, cluster: Cluster, database: Database, redis_url: str, tmp_path: Path
) -> None:
    member = living.member()
    report = living.raises(member)
    living.ends(report)
    living.house.close()
    with psycopg.connect(cluster.server.url("superuser", "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE restored TEMPLATE {database.name}".encode())
    try:
        again = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
        with again.house:
            assert again.forgets(member.citizen_id).clean
        url = cluster.server.url("service", "restored")
        restored = Forgetful(settings_of(tmp_path / "home", url, redis_url))
        with restored.house:
            assert restored.house.honour_erasures() == 3
            assert restored.house.app.load(Member, member.citizen_id).phone == Erased()
            keeper = Forgetting(restored.house)
            assert (keeper.restore(), keeper.restore()) == (1, 0)
            assert restored.topics(Erasure.create_id(member.citizen_id)) == ["erasure.restored"]
            late = restored.house.app.load(Emergency, restored.raises(member).report_id)
            assert late.citizen_id is None
    finally:
        with psycopg.connect(
            cluster.server.url("superuser", "postgres"), autocommit=True
        ) as server:
            server.execute("DROP DATABASE restored WITH (FORCE)")


def test_a_back_up_from_when_a_request_was_declined_learns_that_it_was_done_since(
    living: Forgetful,
) -> None:
    member, one = living.member(), living.staff()
    request = living.asks(member.citizen_id, one).aggregate_id
    command = DeclineErasure(erasure_id=request, reason="not she", declined_by=one)
    living.house.erasure_desk.decline(command, COMMAND)
    stone = Tombstone(subject=member.citizen_id, kind=SubjectKind.CITIZEN)
    living.house.tombstones.bury(stone)
    assert living.house.honour_erasures() == 1
    assert Forgetting(living.house).restore() == 1
    assert living.topics(request)[-2:] == ["erasure.declined", "erasure.reapplied"]
    assert Forgetting(living.house).restore() == 0
