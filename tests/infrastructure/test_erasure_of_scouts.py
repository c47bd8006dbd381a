"""A scout who has left is forgotten as members are: by two persons, and searched for after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.context import Context, Principal
from application.emergency.commands import ClaimReport, ResolveReport
from application.erasure_ports import Tombstone
from application.escort.scouts import EnlistScout
from application.hold_desk import PlaceHold
from application.triggers import TriggerReport
from domain.base import Erased
from domain.emergency import Emergency
from domain.emergency.vocabulary import Outcome
from domain.erasure import ErasureStage, SubjectKind
from domain.erasure.facts import AlreadyErased, Held, SamePerson
from domain.hold_kind import HoldKind
from domain.roles import Role
from domain.scout import Scout
from tests.clusters import Database
from tests.infrastructure.forgotten import (
    COMMAND,
    LATITUDE,
    LONGITUDE,
    NAME,
    NOTE,
    PHONE,
    Forgetful,
    settings_of,
)
from tests.living import GANGDONG
from workers.forgetting import Forgetting


class WithScouts(Forgetful):
    """A city that has a scout."""

    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        who = Principal(id=str(uuid4()), role=Role.COORDINATOR)
        self.city = Context(principal=who, correlation_id=uuid4())

    def enlists(self, phone: str = PHONE, name: str = NAME) -> tuple[UUID, Context]:
        """Her id, and how her phone speaks."""
        command = EnlistScout(district=GANGDONG, name=name, phone=phone)
        told = self.house.scouts_desk.enlist(command, self.city)
        who = self.house.scouts_desk.admit(told.token)
        return told.scout_id, Context(principal=who, correlation_id=uuid4())

    def leaves(self, scout_id: UUID) -> None:
        self.house.scouts_desk.discharge(scout_id, self.city)

    def presses(self, scout: Context) -> UUID:
        place = {"latitude_deg": LATITUDE, "longitude_deg": LONGITUDE, "accuracy_m": 8}
        sent = {"trigger_id": str(uuid4()), "position": place}
        report = TriggerReport(sent=sent, fallback_id=str(uuid4()))
        return self.house.scout_alarms.raise_alarm(report, scout).aggregate_id

    def sees_to(self, report_id: UUID) -> None:
        desk = self.house.emergency_desk
        desk.claim(ClaimReport(report_id=report_id), self.city)
        end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
        desk.resolve(end, self.city)

    def scout(self, scout_id: UUID) -> Scout:
        return self.house.app.load(Scout, scout_id)


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[WithScouts]:
    forgetful = WithScouts(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def test_a_scout_who_has_left_reads_as_erased_and_the_others_stay(living: WithScouts) -> None:
    (gone, phone), (stays, _) = living.enlists(), living.enlists("+821000001111", "이남음")
    report_id = living.presses(phone)
    living.sees_to(report_id)
    living.leaves(gone)
    living.folds()
    forgotten = living.forgets(gone)
    assert forgotten.clean, forgotten.searched.found
    assert forgotten.keys == 3, "hers, her report's, and its track's"
    assert forgotten.values > 5
    assert (living.scout(gone).name, living.scout(gone).phone) == (Erased(), Erased())
    shown = living.house.scouts_desk.show_scout(gone, living.city)
    assert (shown.name, shown.phone, shown.left) == (None, None, True)
    assert living.house.app.load(Emergency, report_id).position == Erased()
    assert living.scout(stays).name == "이남음"
    [listed] = living.house.erasure_desk.listed(COMMAND)
    assert (listed.kind, listed.stage) == (SubjectKind.SCOUT, ErasureStage.DONE)
    living.folds()
    assert living.house.verify_log().ok
    with pytest.raises(AlreadyErased):
        living.asks(gone, living.staff())


def test_what_remains_of_her_in_clear_is_found(living: WithScouts) -> None:
    scout_id, _ = living.enlists()
    living.leaves(scout_id)
    (living.house.home.logs / "old.log").write_text(f"called {PHONE.replace('+82', '0')}")
    forgotten = living.forgets(scout_id)
    assert not forgotten.clean
    assert "file" in forgotten.searched.found[0]


def test_who_serves_is_not_forgotten_and_an_open_alarm_holds(living: WithScouts) -> None:
    scout_id, phone = living.enlists()
    report_id = living.presses(phone)
    one = living.staff()
    request = living.asks(scout_id, one)
    assert request.holds == (HoldKind.IN_SERVICE, HoldKind.OPEN_CASE)
    with pytest.raises(Held, match="in_service, open_case"):
        living.confirms(request.aggregate_id, living.staff())
    living.leaves(scout_id)
    with pytest.raises(Held, match="open_case"):
        living.confirms(request.aggregate_id, living.staff())
    living.sees_to(report_id)
    with pytest.raises(SamePerson):
        living.confirms(request.aggregate_id, one)
    assert living.scout(scout_id).phone == PHONE
    assert living.confirms(request.aggregate_id, living.staff()).stage is ErasureStage.CONFIRMED


def test_a_hold_upon_a_scout_stands_against_it(living: WithScouts) -> None:
    scout_id, _ = living.enlists()
    living.leaves(scout_id)
    hold = PlaceHold(target=scout_id, reason="the court asks", placed_by=living.staff())
    living.house.hold_desk.place(hold, COMMAND)
    request = living.asks(scout_id, living.staff())
    with pytest.raises(Held, match="legal"):
        living.confirms(request.aggregate_id, living.staff())


def test_a_back_up_in_which_she_still_serves_lets_her_go_again(living: WithScouts) -> None:
    scout_id, _ = living.enlists()
    stone = Tombstone(subject=scout_id, kind=SubjectKind.SCOUT)
    living.house.tombstones.bury(stone)
    restored = WithScouts(living.house.settings)
    with restored.house:
        assert restored.house.honour_erasures() == 1
        keeper = Forgetting(restored.house)
        assert (keeper.restore(), keeper.restore()) == (1, 0)
        scout = restored.scout(scout_id)
        assert (scout.left, scout.secret_sha256, scout.name) == (True, None, Erased())
