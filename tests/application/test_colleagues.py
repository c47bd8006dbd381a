"""A district's operators are named to its supervisors and the city, and each look is kept."""

from __future__ import annotations

import pytest

from application.colleagues import Colleagues
from application.errors import Forbidden
from application.staff_desk import DismissStaff, MoveStaff
from domain.roles import Role
from tests.application.house import asked_by
from tests.application.test_staff_desk import ADMINISTRATOR, Door
from tests.memory import GANGDONG, SONGPA

PARK = asked_by(Role.SUPERVISOR, "park-of-gangdong", GANGDONG)
COORDINATOR = asked_by(Role.COORDINATOR, "of-the-city")


@pytest.fixture
def door() -> Door:
    return Door()


def colleagues(door: Door) -> Colleagues:
    return Colleagues(door.app, log_ins=door.accounts, access_log=door.access)


def names(door: Door) -> list[str | None]:
    return [one.name for one in colleagues(door).operators(GANGDONG, PARK)]


def test_they_are_told_by_name(door: Door) -> None:
    lee = door.enroll("a-lee", name="이두리").aggregate_id
    kim = door.enroll("z-kim", name="김하나").aggregate_id
    told = colleagues(door).operators(GANGDONG, COORDINATOR)
    assert [(one.staff_id, one.name) for one in told] == [(kim, "김하나"), (lee, "이두리")]


def test_only_operators_of_the_district_who_are_in_service_are_told(door: Door) -> None:
    door.enroll("hana")
    door.enroll("chief", name="박수연", role=Role.SUPERVISOR)
    door.enroll("neighbour", name="최은정", district=SONGPA)
    gone = door.enroll("gone", name="정가람").aggregate_id
    door.staff.leave(DismissStaff(staff_id=gone), ADMINISTRATOR)
    moved = door.enroll("moved", name="오세진").aggregate_id
    door.staff.move(MoveStaff(staff_id=moved, role=Role.OPERATOR, district=SONGPA), ADMINISTRATOR)
    assert names(door) == ["김하나"]


def test_each_name_that_is_read_leaves_a_record(door: Door) -> None:
    kim = door.enroll("kim").aggregate_id
    names(door)
    assert door.access.records == [(kim, "staff.name", "colleagues")]


@pytest.mark.parametrize(
    "context",
    [
        asked_by(Role.SUPERVISOR, "of-songpa", SONGPA),
        asked_by(Role.OPERATOR, "kim", GANGDONG),
        asked_by(Role.AUDITOR, "auditor"),
        asked_by(Role.ADMINISTRATOR, "admin"),
    ],
    ids=lambda context: context.principal.role,
)
def test_nobody_else_is_told(door: Door, context) -> None:
    door.enroll("kim")
    with pytest.raises(Forbidden):
        colleagues(door).operators(GANGDONG, context)
