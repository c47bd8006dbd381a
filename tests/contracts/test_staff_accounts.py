"""Log-ins and sessions, in memory and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.ports import Session, StaffAccounts
from domain.roles import Role
from infrastructure.database import Database
from infrastructure.passwords import Argon2Passwords
from infrastructure.staff_accounts import PostgresStaffAccounts
from tests.staff_twins import MemoryStaffAccounts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "postgres"])
def accounts(request: pytest.FixtureRequest) -> Iterator[StaffAccounts]:
    if request.param == "memory":
        yield MemoryStaffAccounts()
        return
    fresh = request.getfixturevalue("database")
    database = Database(fresh.service_url, application_name="test")
    yield PostgresStaffAccounts(database)
    database.close()


def a_session(token: bytes = b"t" * 32, **changes: object) -> Session:
    session = Session(
        token_sha256=token,
        staff_id=uuid4(),
        role=Role.OPERATOR,
        district="11740",
        created_at=NOW,
        expires_at=NOW + HOUR,
    )
    return session.model_copy(update=changes)


def test_the_first_to_reserve_a_name_holds_it(accounts: StaffAccounts) -> None:
    first, second = uuid4(), uuid4()
    assert accounts.reserve("kim", first).staff_id == first
    assert accounts.reserve("kim", second).staff_id == first
    assert accounts.credential("lee") is None


def test_a_password_is_given_once(accounts: StaffAccounts) -> None:
    accounts.reserve("kim", uuid4())
    accounts.activate("kim", "one")
    accounts.activate("kim", "two")
    held = accounts.credential("kim")
    assert held is not None
    assert held.password_hash == "one"


def test_a_session_lives_until_its_end(accounts: StaffAccounts) -> None:
    session = a_session()
    accounts.open_session(session)
    assert accounts.session(session.token_sha256, NOW) == session
    assert accounts.session(session.token_sha256, NOW + HOUR) is None
    assert accounts.session(b"other", NOW) is None


def test_a_closed_session_is_gone_and_the_others_stay(accounts: StaffAccounts) -> None:
    staff_id = uuid4()
    one, two, others = (
        a_session(b"1", staff_id=staff_id),
        a_session(b"2", staff_id=staff_id),
        a_session(b"3"),
    )
    for session in (one, two, others):
        accounts.open_session(session)
    accounts.close_session(b"1")
    assert accounts.session(b"1", NOW) is None
    accounts.close_sessions(staff_id)
    assert accounts.session(b"2", NOW) is None
    assert accounts.session(b"3", NOW) == others


def test_a_disabled_person_is_out(accounts: StaffAccounts) -> None:
    session = a_session()
    accounts.reserve("kim", session.staff_id)
    accounts.open_session(session)
    accounts.disable(session.staff_id)
    held = accounts.credential("kim")
    assert held is not None
    assert held.disabled
    assert accounts.session(session.token_sha256, NOW) is None


def test_failures_are_counted_by_name_and_time(accounts: StaffAccounts) -> None:
    moments = (NOW, NOW + timedelta(minutes=1))
    for at in moments:
        accounts.failed("kim", at)
    accounts.failed("lee", NOW)
    assert accounts.failures("kim", NOW - HOUR) == moments
    assert accounts.failures("kim", NOW) == moments[1:]


def test_argon2_knows_a_password_and_refuses_nonsense() -> None:
    passwords = Argon2Passwords()
    hashed = passwords.hash("correct horse")
    assert hashed.startswith("$argon2id$")
    assert passwords.verify(hashed, "correct horse")
    assert not passwords.verify(hashed, "battery staple")
    assert not passwords.verify("no hash at all", "correct horse")
