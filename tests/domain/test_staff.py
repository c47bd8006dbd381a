"""A person in service: one post at a time, until they leave."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import pytest

from domain.roles import Role
from domain.staff import (
    DISTRICT_ROLES,
    STAFF_ROLES,
    DistrictMismatch,
    Enrolled,
    HasLeft,
    Left,
    Moved,
    NotAStaffRole,
    StaffMember,
)
from tests.memory import GANGDONG, SONGPA
from tests.scenario import T0, Scenario

KIM = uuid5(NAMESPACE_URL, "/staff/kim")


def in_service() -> Scenario[StaffMember]:
    return Scenario[StaffMember](KIM).given(
        Enrolled,
        originator_topic="staff",
        timestamp=T0,
        staff_id=KIM,
        role=Role.OPERATOR,
        district=GANGDONG,
        name="김하나",
    )


def gone() -> Scenario[StaffMember]:
    return in_service().given(Left, timestamp=T0)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_a_person_is_enrolled_with_a_post_that_fits(role: Role) -> None:
    district = GANGDONG if role in DISTRICT_ROLES else None
    person = StaffMember.enroll(staff_id=KIM, name="김하나", role=role, district=district, at=T0)
    assert (person.role, person.district, person.name, person.left) == (
        role,
        district,
        "김하나",
        False,
    )


@pytest.mark.parametrize(
    ("role", "district", "refusal"),
    [
        (Role.OPERATOR, None, DistrictMismatch),
        (Role.AUDITOR, GANGDONG, DistrictMismatch),
        (Role.CITIZEN, None, NotAStaffRole),
        (Role.SYSTEM, None, NotAStaffRole),
    ],
)
def test_a_post_that_does_not_fit_is_refused(role, district, refusal) -> None:
    with pytest.raises(refusal):
        StaffMember.enroll(staff_id=KIM, name="김하나", role=role, district=district, at=T0)


def test_a_person_moves_to_another_post() -> None:
    in_service().when(lambda kim: kim.move(role=Role.SUPERVISOR, district=SONGPA, at=T0)).then(
        (Moved, {"role": Role.SUPERVISOR, "district": SONGPA})
    )


def test_the_same_post_again_changes_nothing() -> None:
    in_service().when(lambda kim: kim.move(role=Role.OPERATOR, district=GANGDONG, at=T0)).then()


def test_a_person_leaves_once() -> None:
    in_service().when(lambda kim: kim.leave(at=T0)).then(Left)
    gone().when(lambda kim: kim.leave(at=T0)).then()


def test_nobody_moves_who_has_left() -> None:
    gone().when(lambda kim: kim.move(role=Role.AUDITOR, district=None, at=T0)).then_refused(HasLeft)
