"""A person has one account, and may have another once that one is closed."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from domain.identity import IdentityWay
from domain.person_guard import AccountClosed, AccountOpened, AlreadyJoined, Began, PersonGuard
from tests.domain.reports import JIYOUNG, after
from tests.scenario import T0, Scenario

PERSON = PersonGuard.create_id("ab" * 32)
OTHER = uuid5(NAMESPACE_URL, "/citizens/other")


def known() -> Scenario[PersonGuard]:
    return Scenario[PersonGuard](PERSON).given(
        Began, originator_topic="person_guard", timestamp=T0, way=IdentityWay.CARRIER
    )


def joined() -> Scenario[PersonGuard]:
    return known().given(AccountOpened, timestamp=T0, citizen_id=JIYOUNG)


def test_an_account_is_opened() -> None:
    known().when(lambda one: one.open_account(JIYOUNG, at=after(1))).then(
        (AccountOpened, {"citizen_id": JIYOUNG})
    )


def test_a_second_one_is_refused() -> None:
    joined().when(lambda one: one.open_account(OTHER, at=after(1))).then_refused(AlreadyJoined)


def test_only_its_own_is_closed_and_once() -> None:
    joined().when(lambda one: one.close_account(OTHER, at=after(1))).then()

    def close(one: PersonGuard) -> None:
        for _ in range(2):
            one.close_account(JIYOUNG, at=after(1))
        one.open_account(OTHER, at=after(2))

    joined().when(close).then((AccountClosed, {"citizen_id": JIYOUNG}), AccountOpened)


def test_the_same_hash_is_the_same_person() -> None:
    assert PersonGuard.create_id("ab" * 32) == PERSON
    assert PersonGuard.create_id("cd" * 32) != PERSON
