"""Who begins to join, or has identities checked, without end is turned away before anything is."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from application.context import Context
from application.errors import TooManyAttempts
from application.identity_check import PersonKeys
from application.joining_bounds import TooManyChecks, TooManyRegistrations, network_of
from application.registration_commands import AskIdentity, BeginRegistration, TakeIdentity
from domain.consents import Consent
from domain.identity import IdentityTrouble, Person
from domain.policy import Policy
from domain.registration.refusals import CheckUnknown, IdentityMismatch
from domain.roles import Role
from tests.application.house import NOBODY, asked_by
from tests.application.joining import SEOYEON, Joining, JoiningHouse, joined
from tests.memory import GANGDONG

BEGIN = BeginRegistration()
WITHIN_S = 600
POLICY = Policy(
    registrations_max=3,
    registrations_within_s=WITHIN_S,
    identity_checks_max=2,
    identity_checks_within_s=3600,
)


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse(POLICY)


def at_address(address: str) -> Context:
    return NOBODY.model_copy(update={"address": address})


HERE, THERE = at_address("203.0.113.7"), at_address("203.0.113.8")


def begin(house: JoiningHouse, times: int, context: Context = HERE) -> None:
    for _ in range(times):
        house.registrations.begin(BEGIN, context)


def test_one_address_begins_so_many_and_others_begin_as_before(house: JoiningHouse) -> None:
    begin(house, 3)
    kept = len(house.log.facts())
    with pytest.raises(TooManyRegistrations) as turned_away:
        begin(house, 1)
    assert turned_away.value.retry_after_s == WITHIN_S
    assert len(house.log.facts()) == kept
    begin(house, 1, THERE)


def test_it_helps_to_wait_and_not_to_insist(house: JoiningHouse) -> None:
    begin(house, 1)
    house.clock.advance(100)
    begin(house, 2)
    house.clock.advance(400)
    for _ in range(9):
        with pytest.raises(TooManyRegistrations) as turned_away:
            begin(house, 1)
        assert turned_away.value.retry_after_s == WITHIN_S - 500
    house.clock.advance(100)
    begin(house, 1)
    with pytest.raises(TooManyRegistrations):
        begin(house, 1)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_an_office_takes_in_whoever_comes(house: JoiningHouse, role: Role) -> None:
    district = None if role is Role.ADMINISTRATOR else GANGDONG
    office = asked_by(role, "park", district).model_copy(update={"address": HERE.address})
    begin(house, 20, office)
    begin(house, 3)
    with pytest.raises(TooManyRegistrations):
        begin(house, 1)


def test_one_registration_asks_for_so_many_checks(house: JoiningHouse) -> None:
    joining = Joining(house, *Consent)
    for _ in range(2):
        house.registrations.ask_identity(joining.id, AskIdentity(), NOBODY)
    with pytest.raises(TooManyChecks):
        house.registrations.ask_identity(joining.id, AskIdentity(), NOBODY)
    house.registrations.ask_identity(Joining(house, *Consent).id, AskIdentity(), NOBODY)


def test_one_address_asks_for_so_many_checks_of_many_registrations(house: JoiningHouse) -> None:
    others = [Joining(house, *Consent) for _ in range(4)]
    for one in others[:3]:
        house.registrations.ask_identity(one.id, AskIdentity(), HERE)
    with pytest.raises(TooManyChecks):
        house.registrations.ask_identity(others[3].id, AskIdentity(), HERE)
    house.registrations.ask_identity(others[3].id, AskIdentity(), THERE)


def test_the_identity_service_is_not_asked_for_who_is_turned_away(house: JoiningHouse) -> None:
    token = house.identity.typed(IdentityTrouble.MISMATCH)
    for number in range(4):
        one = Joining(house, *Consent)
        check = house.registrations.ask_identity(one.id, AskIdentity(), NOBODY)
        came = TakeIdentity(check_id=check.check_id, token=token)
        with pytest.raises(IdentityMismatch if number < 3 else TooManyChecks):
            house.registrations.take_identity(one.id, came, HERE)
    assert len(house.identity.asked) == 3
    unknown = TakeIdentity(check_id=uuid4(), token=token)
    with pytest.raises(CheckUnknown):
        house.registrations.take_identity(one.id, unknown, HERE)


def test_so_many_persons_are_confirmed_under_one_number(house: JoiningHouse) -> None:
    def person(name: str) -> Person:
        return Person(name=name, birth_date=date(1990, 1, 1), phone=SEOYEON.phone)

    joined(house)
    joined(house, person("김하나"))
    third = Joining(house, *Consent)
    with pytest.raises(TooManyChecks):
        third.is_identified(person("김두리"))
    assert house.registrations.state(third.id).identity is None
    joined(house, SEOYEON.model_copy(update={"name": "박다은", "phone": "+821099998888"}))
    house.clock.advance(3600)
    third.is_identified(person("김두리"))


def test_a_number_is_counted_under_a_hash_that_only_this_house_makes() -> None:
    ours, theirs = PersonKeys(b"ours"), PersonKeys(b"theirs")
    assert ours.of_phone(SEOYEON.phone) == ours.of_phone(SEOYEON.phone)
    assert ours.of_phone(SEOYEON.phone) != theirs.of_phone(SEOYEON.phone)
    assert SEOYEON.phone not in ours.of_phone(SEOYEON.phone)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("a socket", "a socket"),
    ],
)
def test_who_has_many_addresses_that_begin_alike_is_one(address: str, counted: str) -> None:
    assert network_of(address) == counted


def test_both_refusals_tell_when_to_come_back() -> None:
    assert issubclass(TooManyRegistrations, TooManyAttempts)
    assert issubclass(TooManyChecks, TooManyAttempts)
