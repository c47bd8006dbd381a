"""Who may join beside those with a Korean carrier of their own: children, foreigners."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from application.errors import Forbidden
from application.registration_commands import (
    AskIdentity,
    CheckAtOffice,
    Step,
    TakeIdentity,
)
from domain.consents import Consent, GivenBy
from domain.identity import Applicant, IdentityTrouble, IdentityWay, Person
from domain.member import Member
from domain.person_guard import AlreadyJoined
from domain.registration import Registration, refusals
from domain.roles import Role
from tests.application.house import KIM, NOBODY, asked_by, id_of
from tests.application.joining import (
    CHILD,
    MOTHER,
    SEOYEON,
    Joining,
    JoiningHouse,
)
from tests.memory import GANGDONG

NEEDED = (Consent.TERMS, Consent.PERSONAL_DATA)


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse()


class TestUnder14:
    def test_a_legal_guardian_consents_too(self, house: JoiningHouse) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        assert house.registrations.state(joining.id).next is Step.LEGAL_GUARDIAN
        with pytest.raises(refusals.LegalGuardianWanted):
            joining.completes()
        joining.is_spoken_for(MOTHER, *NEEDED)
        member = house.app.load(Member, joining.completes().citizen_id)
        assert set(member.consents) == set(NEEDED), "she wants to be followed, her mother does not"
        assert {one.by for one in member.consents.values()} == {GivenBy.LEGAL_GUARDIAN}
        assert member.legal_guardian_id is not None
        assert member.is_ward(at=house.clock.now(), policy=house.policy)

    def test_what_she_does_not_want_nobody_wants_for_her(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        joining.is_identified(CHILD)
        joining.is_spoken_for(MOTHER, *Consent)
        member = house.app.load(Member, joining.completes().citizen_id)
        assert Consent.LOCATION not in member.consents

    def test_half_a_consent_is_none(self, house: JoiningHouse) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        joining.is_spoken_for(MOTHER, Consent.TERMS, Consent.LOCATION)
        with pytest.raises(refusals.LegalGuardianWanted):
            joining.completes()

    @pytest.mark.parametrize(
        "unfit", [CHILD, MOTHER.model_copy(update={"birth_date": date(2004, 2, 3)})]
    )
    def test_neither_herself_nor_who_is_not_of_age(
        self, house: JoiningHouse, unfit: Person
    ) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        with pytest.raises(refusals.LegalGuardianUnfit):
            joining.is_spoken_for(unfit, *Consent)

    def test_a_legal_guardian_whom_nobody_confirms(self, house: JoiningHouse) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        with pytest.raises(refusals.IdentityFrozen):
            joining.is_spoken_for(IdentityTrouble.FROZEN, *Consent)
        state = house.app.load(Registration, joining.id)
        assert dict(state.failures) == {Applicant.LEGAL_GUARDIAN: 1}

    def test_a_check_of_one_is_none_of_the_other(self, house: JoiningHouse) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        asked = AskIdentity(of=Applicant.LEGAL_GUARDIAN)
        check = house.registrations.ask_identity(joining.id, asked, NOBODY)
        came = TakeIdentity(check_id=check.check_id, token=house.identity.typed(MOTHER))
        with pytest.raises(refusals.CheckUnknown):
            house.registrations.take_identity(joining.id, came, NOBODY)

    def test_who_is_14_needs_nobody(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        joining.is_identified(CHILD.model_copy(update={"birth_date": date(2009, 2, 2)}))
        assert house.registrations.state(joining.id).next is Step.DETAILS
        with pytest.raises(refusals.IdentityNeeded):
            joining.is_spoken_for(MOTHER, *Consent)

    def test_the_day_before_her_birthday_she_is_13(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        joining.is_identified(CHILD.model_copy(update={"birth_date": date(2009, 2, 3)}))
        assert house.registrations.state(joining.id).next is Step.LEGAL_GUARDIAN
        house.clock.advance(timedelta(hours=1).total_seconds())
        assert house.registrations.state(joining.id).next is Step.DETAILS, "past midnight in Seoul"


ANNA = CheckAtOffice.model_construct(
    way=IdentityWay.PASSPORT,
    country="DEU",
    number="C01X00T47",
    name="Anna Beispiel",
    birth_date=date(1991, 8, 12),
    phone="+4915112345678",
)


class TestAtAnOffice:
    def test_a_foreigner_without_a_korean_carrier_joins(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        shown = ANNA.model_copy(update={"registration_id": joining.id})
        state = house.registrations.check_at_office(shown, KIM)
        assert (state.next, state.identity) == (Step.DETAILS, IdentityWay.PASSPORT)
        member = house.app.load(Member, joining.completes().citizen_id)
        assert (member.identity, member.phone) == (IdentityWay.PASSPORT, "+4915112345678")
        confirmed = house.log.facts(joining.id)[-2]
        assert (confirmed.checked_by, confirmed.district) == (id_of(KIM), GANGDONG)  # type: ignore[attr-defined]
        assert "C01X00T47" not in str(house.log.facts())

    def test_the_same_document_is_the_same_person(self, house: JoiningHouse) -> None:
        first, second = Joining(house, *NEEDED), Joining(house, *NEEDED)
        shown = ANNA.model_copy(update={"registration_id": first.id})
        house.registrations.check_at_office(shown, KIM)
        first.completes()
        typed = ANNA.model_copy(update={"registration_id": second.id, "number": "c01x 00t-47"})
        house.registrations.check_at_office(typed, KIM)
        with pytest.raises(AlreadyJoined):
            second.completes()

    def test_only_staff_look_at_documents(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        shown = ANNA.model_copy(update={"registration_id": joining.id})
        for who in (NOBODY, asked_by(Role.AUDITOR, "yoon"), asked_by(Role.CITIZEN, "jiyoung")):
            with pytest.raises(Forbidden):
                house.registrations.check_at_office(shown, who)

    def test_who_is_known_shows_nothing(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        joining.is_identified(SEOYEON)
        shown = ANNA.model_copy(update={"registration_id": joining.id})
        with pytest.raises(refusals.IdentityKnown):
            house.registrations.check_at_office(shown, KIM)
