"""Citizens join by their own door: consents, identity, details; one account for each person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.errors import Unauthenticated
from application.registration_commands import (
    AskIdentity,
    GiveConsent,
    Step,
    TakeIdentity,
)
from domain.base import DomainError
from domain.consents import Consent, VersionOld
from domain.device import Device
from domain.identity import IdentityTrouble, IdentityWay
from domain.member import Member
from domain.registration import refusals
from tests.application.house import KIM, NOBODY, id_of
from tests.application.joining import (
    MOTHER,
    SEOYEON,
    VERSION,
    Joining,
    JoiningHouse,
    joined,
    says,
)

NEEDED = (Consent.TERMS, Consent.PERSONAL_DATA)


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse()


def test_she_consents_is_identified_and_is_a_member(house: JoiningHouse) -> None:
    joining = Joining(house)
    assert house.registrations.state(joining.id).next is Step.CONSENTS
    for one in says(*Consent):
        state = house.registrations.consent(joining.id, one, NOBODY)
    assert state.next is Step.IDENTITY
    joining.is_identified(SEOYEON)
    assert house.registrations.state(joining.id).next is Step.DETAILS
    receipt = joining.completes()
    assert house.registrations.state(joining.id).next is Step.DONE
    member = house.app.load(Member, receipt.citizen_id)
    assert (member.name, member.phone, member.birth_date) == (
        SEOYEON.name,
        SEOYEON.phone,
        SEOYEON.birth_date,
    )
    assert member.identity is IdentityWay.CARRIER
    assert set(member.consents) == set(Consent)
    assert {one.version for one in member.consents.values()} == {VERSION}
    device = house.app.load(Device, receipt.device_id)
    assert device.public_key == joining.key.public_key
    assert house.log.topics(joining.id) == [
        "registration.begun",
        *["registration.consent_given"] * 3,
        "registration.identity_asked",
        "registration.identity_confirmed",
        "registration.completed",
    ]


def test_each_consent_is_on_its_own_and_the_location_consent_is_left_to_her(
    house: JoiningHouse,
) -> None:
    joining = Joining(house, *NEEDED)
    joining.is_identified(SEOYEON)
    member = house.app.load(Member, joining.completes().citizen_id)
    assert set(member.consents) == set(NEEDED)


def test_nothing_personal_is_asked_before_the_consents(house: JoiningHouse) -> None:
    joining = Joining(house, Consent.TERMS, Consent.LOCATION)
    with pytest.raises(refusals.ConsentNeeded):
        house.registrations.ask_identity(joining.id, AskIdentity(), NOBODY)


def test_a_consent_taken_back_counts_no_longer(house: JoiningHouse) -> None:
    joining = Joining(house, *NEEDED)
    joining.is_identified(SEOYEON)
    for _ in range(2):
        house.registrations.take_back(joining.id, Consent.PERSONAL_DATA, NOBODY)
    assert house.log.topics(joining.id).count("registration.consent_taken_back") == 1
    with pytest.raises(refusals.ConsentNeeded):
        joining.completes()


def test_an_old_text_is_read_anew(house: JoiningHouse) -> None:
    joining = Joining(house)
    old = GiveConsent(consent=Consent.TERMS, version="2023-09-05")
    with pytest.raises(VersionOld):
        house.registrations.consent(joining.id, old, NOBODY)


def test_the_same_consent_twice_is_once(house: JoiningHouse) -> None:
    joining = Joining(house, Consent.TERMS, Consent.TERMS)
    assert house.log.topics(joining.id).count("registration.consent_given") == 1


def test_she_must_live_in_seoul(house: JoiningHouse) -> None:
    joining = Joining(house, *NEEDED)
    joining.is_identified(SEOYEON)
    with pytest.raises(refusals.NotInSeoul):
        joining.completes(lives_in_seoul=False)


def test_who_is_not_identified_does_not_join(house: JoiningHouse) -> None:
    with pytest.raises(refusals.IdentityNeeded):
        Joining(house, *NEEDED).completes()


@pytest.mark.parametrize(
    ("trouble", "refusal"),
    [
        (IdentityTrouble.MISMATCH, refusals.IdentityMismatch),
        (IdentityTrouble.FROZEN, refusals.IdentityFrozen),
        (IdentityTrouble.REFUSED, refusals.IdentityRefused),
    ],
)
def test_what_the_service_does_not_confirm_is_kept_and_refused_by_name(
    house: JoiningHouse, trouble: IdentityTrouble, refusal: type[DomainError]
) -> None:
    joining = Joining(house, *NEEDED)
    with pytest.raises(refusal):
        joining.is_identified(trouble)
    assert house.log.topics(joining.id)[-1] == "registration.identity_failed"
    joining.is_identified(SEOYEON)
    assert house.registrations.state(joining.id).identity is IdentityWay.CARRIER


def test_five_checks_fail_and_no_sixth_is_made(house: JoiningHouse) -> None:
    joining = Joining(house, *NEEDED)
    for _ in range(5):
        with pytest.raises(refusals.IdentityMismatch):
            joining.is_identified(IdentityTrouble.MISMATCH)
    with pytest.raises(refusals.IdentityLocked):
        joining.is_identified(SEOYEON)


def test_only_the_check_that_is_under_way_counts(house: JoiningHouse) -> None:
    joining = Joining(house, *NEEDED)
    first = house.registrations.ask_identity(joining.id, AskIdentity(), NOBODY)
    house.registrations.ask_identity(joining.id, AskIdentity(), NOBODY)
    came = TakeIdentity(check_id=first.check_id, token=house.identity.typed(SEOYEON))
    with pytest.raises(refusals.CheckUnknown):
        house.registrations.take_identity(joining.id, came, NOBODY)
    assert house.identity.asked == []


def test_who_is_known_is_not_checked_again(house: JoiningHouse) -> None:
    joining = Joining(house, *NEEDED)
    joining.is_identified(SEOYEON)
    with pytest.raises(refusals.IdentityKnown):
        joining.is_identified(MOTHER)


def test_a_day_later_it_is_over(house: JoiningHouse) -> None:
    joining = Joining(house, *NEEDED)
    house.clock.advance(timedelta(days=1).total_seconds())
    assert house.registrations.state(joining.id).next is Step.OVER
    with pytest.raises(refusals.RegistrationOver):
        joining.is_identified(SEOYEON)


def test_only_who_began_goes_on(house: JoiningHouse) -> None:
    joining = Joining(house)
    assert joining.token is not None
    assert house.registrations.admit(joining.token) == joining.id
    for token in (None, "", "no-token", f"{joining.id.hex}.guess", f"{id_of(KIM).hex}.guess"):
        with pytest.raises(Unauthenticated):
            house.registrations.admit(token)
    assert joining.token.partition(".")[2] not in str(house.log.facts())


def test_the_person_key_is_in_no_fact(house: JoiningHouse) -> None:
    joined(house)
    [answer] = house.identity.answers.values()
    assert not isinstance(answer, IdentityTrouble)
    assert answer.ci not in str(house.log.facts())
