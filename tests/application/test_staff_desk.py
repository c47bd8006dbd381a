"""Taking people in, and knowing them at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.context import Context
from application.errors import Forbidden, LogUnavailable, TooManyAttempts, Unauthenticated, Unknown
from application.staff_desk import (
    FAILURES_MAX,
    FAILURES_WITHIN,
    SESSION_LASTS,
    DismissStaff,
    EnrollStaff,
    LoginTaken,
    MoveStaff,
    StaffDesk,
)
from domain.roles import Role
from domain.staff import StaffMember
from tests.application.house import KIM, SYSTEM, DeskHouse, asked_by
from tests.memory import GANGDONG, SONGPA
from tests.staff_twins import MemoryStaffAccounts, PlainPasswords

PASSWORD = "a long enough word"
ADMINISTRATOR = asked_by(Role.ADMINISTRATOR, "admin")


class Door(DeskHouse):
    """The staff desk over twins."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts = MemoryStaffAccounts()
        self.passwords = PlainPasswords()
        self.staff = StaffDesk(
            self.app,
            self.clock,
            self.log,
            accounts=self.accounts,
            passwords=self.passwords,
            secrets=self.secrets,
        )

    def enroll(self, login: str = "kim", context: Context = ADMINISTRATOR, **changes: object):
        fields = {"name": "김하나", "role": Role.OPERATOR, "district": GANGDONG, **changes}
        command = EnrollStaff(login=login, password=PASSWORD, **fields)
        return self.staff.enroll(command, context)


@pytest.fixture
def door() -> Door:
    return Door()


def test_whoever_is_enrolled_can_log_in(door: Door) -> None:
    receipt = door.enroll()
    opened = door.staff.log_in("kim", PASSWORD)
    assert opened.principal.id == str(receipt.aggregate_id)
    assert (opened.principal.role, opened.principal.district) == (Role.OPERATOR, GANGDONG)
    assert door.staff.principal_of(opened.token) == opened.principal
    assert opened.token.encode() not in door.accounts.sessions


def test_only_administrators_and_the_system_take_people_in(door: Door) -> None:
    with pytest.raises(Forbidden):
        door.enroll(context=KIM)
    assert door.enroll(context=SYSTEM).position == 1


def test_a_taken_name_is_refused(door: Door) -> None:
    door.enroll()
    with pytest.raises(LoginTaken):
        door.enroll(name="이두리")


def test_what_a_crash_left_half_done_is_completed_by_the_same_command(
    door: Door, monkeypatch
) -> None:
    def away(*_: object) -> None:
        raise LogUnavailable("away")

    with monkeypatch.context() as crash:
        crash.setattr(door.accounts, "activate", away)
        with pytest.raises(LogUnavailable):
            door.enroll()
    with pytest.raises(LoginTaken):
        door.enroll(name="이두리")
    door.enroll()
    assert door.staff.log_in("kim", PASSWORD).principal.role is Role.OPERATOR
    assert len(door.log.facts()) == 1


@pytest.mark.parametrize(("login", "password"), [("kim", "wrong"), ("nobody", PASSWORD)])
def test_a_stranger_is_refused_after_one_check_of_a_password(door, login, password) -> None:
    door.enroll()
    with pytest.raises(Unauthenticated):
        door.staff.log_in(login, password)
    assert len(door.passwords.checked) == 1


def test_a_reserved_name_is_no_way_in(door: Door) -> None:
    door.accounts.reserve("kim", door.secrets.new_id())
    with pytest.raises(Unauthenticated):
        door.staff.log_in("kim", PASSWORD)


def test_too_many_failures_close_the_door_until_the_oldest_is_forgotten(door: Door) -> None:
    door.enroll()
    for _ in range(FAILURES_MAX):
        with pytest.raises(Unauthenticated):
            door.staff.log_in("kim", "wrong")
    with pytest.raises(TooManyAttempts) as closed:
        door.staff.log_in("kim", PASSWORD)
    assert closed.value.retry_after_s == FAILURES_WITHIN.total_seconds()
    door.clock.advance(closed.value.retry_after_s)
    assert door.staff.log_in("kim", PASSWORD)


def test_a_session_ends_after_twelve_hours(door: Door) -> None:
    door.enroll()
    token = door.staff.log_in("kim", PASSWORD).token
    door.clock.advance((SESSION_LASTS - timedelta(seconds=1)).total_seconds())
    assert door.staff.principal_of(token)
    door.clock.advance(1)
    with pytest.raises(Unauthenticated):
        door.staff.principal_of(token)


def test_a_log_out_ends_it_at_once(door: Door) -> None:
    door.enroll()
    token = door.staff.log_in("kim", PASSWORD).token
    door.staff.log_out(token)
    with pytest.raises(Unauthenticated):
        door.staff.principal_of(token)


def test_who_moves_logs_in_again_with_new_rights(door: Door) -> None:
    staff_id = door.enroll().aggregate_id
    token = door.staff.log_in("kim", PASSWORD).token
    command = MoveStaff(staff_id=staff_id, role=Role.SUPERVISOR, district=SONGPA)
    door.staff.move(command, ADMINISTRATOR)
    with pytest.raises(Unauthenticated):
        door.staff.principal_of(token)
    assert door.staff.log_in("kim", PASSWORD).principal.district == SONGPA


def test_who_leaves_is_out_for_good(door: Door) -> None:
    staff_id = door.enroll().aggregate_id
    door.staff.leave(DismissStaff(staff_id=staff_id), ADMINISTRATOR)
    assert door.app.load(StaffMember, staff_id).left
    with pytest.raises(Unauthenticated):
        door.staff.log_in("kim", PASSWORD)


def test_nobody_can_dismiss_a_stranger(door: Door) -> None:
    with pytest.raises(Unknown):
        door.staff.leave(DismissStaff(staff_id=door.secrets.new_id()), ADMINISTRATOR)
