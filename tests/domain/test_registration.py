"""The course by which a citizen joins, fact by fact."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from domain.base import ERASED
from domain.consents import Consent, Consented, GivenBy, VersionOld
from domain.identity import Applicant, IdentityTrouble, IdentityWay, Person
from domain.language import Language
from domain.platform import Platform
from domain.registration import Registration, facts, refusals
from tests.domain.reports import POLICY, after
from tests.scenario import T0, Scenario

ID = uuid5(NAMESPACE_URL, "/registrations/1")
CITIZEN = uuid5(ID, "citizen")
PERSON_ID, MOTHER_ID = uuid5(ID, "person"), uuid5(ID, "mother")
CHECK, ANOTHER = uuid5(ID, "check"), uuid5(ID, "another check")
ACCOUNT = uuid5(ID, "account")
HER = Person(name="박서연", birth_date=date(1995, 3, 14), phone="+821022223333")
CHILD = HER.model_copy(update={"birth_date": date(2012, 5, 5)})
MOTHER = Person(name="최은정", birth_date=date(1980, 5, 1), phone="+821044445555")
TODAY = POLICY.terms_version
NEEDED = (Consent.TERMS, Consent.PERSONAL_DATA)


def begun(*consents: Consent) -> Scenario[Registration]:
    known = Scenario[Registration](ID).given(
        facts.Begun,
        originator_topic="registration",
        timestamp=T0,
        citizen_id=CITIZEN,
        language=Language.KO,
        platform=Platform.ANDROID,
        secret_sha256="00" * 32,
        expires_at=T0 + timedelta(days=1),
    )
    for one in consents:
        known = known.given(facts.ConsentGiven, timestamp=T0, consent=one, version=TODAY)
    return known


def asked(
    of: Applicant = Applicant.SHE, known: Scenario[Registration] | None = None
) -> Scenario[Registration]:
    return (known or begun(*NEEDED)).given(facts.IdentityAsked, timestamp=T0, check_id=CHECK, of=of)


def identified(person: Person = HER, *consents: Consent) -> Scenario[Registration]:
    return begun(*(consents or NEEDED)).given(
        facts.IdentityConfirmed,
        timestamp=T0,
        citizen_id=CITIZEN,
        way=IdentityWay.CARRIER,
        person_id=PERSON_ID,
        check_id=CHECK,
        checked_by=None,
        district=None,
        **dict(person),
    )


def completes(*, lives_in_seoul: bool = True):
    return lambda one: one.complete(lives_in_seoul=lives_in_seoul, at=after(1), policy=POLICY)


def speaks(person: Person = MOTHER, person_id: UUID = MOTHER_ID, check_id: UUID = CHECK):
    return lambda one: one.legal_guardian_consents(
        check_id,
        person,
        person_id,
        [(Consent.TERMS, TODAY)],
        legal_guardian_id=MOTHER_ID,
        at=after(1),
        policy=POLICY,
    )


def test_a_consent_is_given_and_taken_back() -> None:
    begun().when(
        lambda one: one.consent(Consent.TERMS, version=TODAY, at=after(1), policy=POLICY)
    ).then((facts.ConsentGiven, {"consent": Consent.TERMS, "version": TODAY}))
    begun(Consent.TERMS).when(lambda one: one.take_back(Consent.TERMS, at=after(1))).then(
        facts.ConsentTakenBack
    )
    begun().when(lambda one: one.take_back(Consent.TERMS, at=after(1))).then()
    begun().when(
        lambda one: one.consent(Consent.TERMS, version="1999", at=after(1), policy=POLICY)
    ).then_refused(VersionOld)


def test_who_has_consented_is_sent_to_the_service() -> None:
    def ask(one: Registration) -> None:
        one.ask_identity(CHECK, Applicant.SHE, at=after(1), policy=POLICY)

    begun(*NEEDED).when(ask).then((facts.IdentityAsked, {"check_id": CHECK, "of": Applicant.SHE}))
    begun(Consent.TERMS).when(ask).then_refused(refusals.ConsentNeeded)
    identified().when(ask).then_refused(refusals.IdentityKnown)


def test_a_legal_guardian_is_sent_there_for_who_is_under_14_only() -> None:
    def ask(one: Registration) -> None:
        one.ask_identity(ANOTHER, Applicant.LEGAL_GUARDIAN, at=after(1), policy=POLICY)

    identified(CHILD).when(ask).then(facts.IdentityAsked)
    identified(HER).when(ask).then_refused(refusals.IdentityNeeded)
    begun(*NEEDED).when(ask).then_refused(refusals.IdentityNeeded)


def test_the_service_says_who_she_is() -> None:
    asked().when(lambda one: one.confirm_identity(CHECK, HER, PERSON_ID, at=after(1))).then(
        (facts.IdentityConfirmed, {"person_id": PERSON_ID, "way": IdentityWay.CARRIER})
    )
    asked().when(
        lambda one: one.confirm_identity(ANOTHER, HER, PERSON_ID, at=after(1))
    ).then_refused(refusals.CheckUnknown)
    asked(Applicant.LEGAL_GUARDIAN, identified(CHILD)).when(
        lambda one: one.confirm_identity(CHECK, MOTHER, MOTHER_ID, at=after(1))
    ).then_refused(refusals.CheckUnknown)


def test_what_it_does_not_confirm_counts() -> None:
    asked().when(lambda one: one.fail_identity(CHECK, IdentityTrouble.FROZEN, at=after(1))).then(
        (facts.IdentityFailed, {"cause": IdentityTrouble.FROZEN, "of": Applicant.SHE})
    )


def test_a_legal_guardian_consents() -> None:
    known = asked(Applicant.LEGAL_GUARDIAN, identified(CHILD))
    said = Consented(consent=Consent.TERMS, version=TODAY, at=after(1), by=GivenBy.LEGAL_GUARDIAN)
    known.when(speaks()).then((facts.LegalGuardianConsented, {"consents": (said,)}))
    known.when(speaks(person_id=PERSON_ID)).then_refused(refusals.LegalGuardianUnfit)
    known.when(speaks(CHILD)).then_refused(refusals.LegalGuardianUnfit)
    known.when(speaks(check_id=ANOTHER)).then_refused(refusals.CheckUnknown)
    asked().when(speaks()).then_refused(refusals.CheckUnknown)


def test_she_is_a_member() -> None:
    identified().when(completes()).then((facts.Completed, {"lives_in_seoul": True}))
    identified().when(completes(lives_in_seoul=False)).then_refused(refusals.NotInSeoul)
    identified(CHILD).when(completes()).then_refused(refusals.LegalGuardianWanted)
    begun(*NEEDED).when(completes()).then_refused(refusals.IdentityNeeded)


def test_a_member_comes_back() -> None:
    identified().when(lambda one: one.come_back(ACCOUNT, at=after(1))).then(
        (facts.Returned, {"account": ACCOUNT})
    )
    identified().when(lambda one: one.come_back(None, at=after(1))).then_refused(refusals.NoAccount)
    begun().when(lambda one: one.come_back(ACCOUNT, at=after(1))).then_refused(
        refusals.IdentityNeeded
    )


@pytest.mark.parametrize(
    "over",
    [
        identified().given(facts.Completed, timestamp=T0, lives_in_seoul=True),
        identified().given(facts.Returned, timestamp=T0, account=ACCOUNT),
        begun(*NEEDED).given(facts.Abandoned, timestamp=T0),
    ],
    ids=["completed", "returned", "abandoned"],
)
def test_what_is_over_goes_no_further(over: Scenario[Registration]) -> None:
    over.when(completes()).then_refused(refusals.RegistrationOver)
    over.when(lambda one: one.abandon(at=T0 + timedelta(days=2))).then()


def test_it_is_abandoned_after_a_day() -> None:
    identified().when(lambda one: one.abandon(at=T0 + timedelta(hours=23))).then()
    identified().when(lambda one: one.abandon(at=T0 + timedelta(days=1))).then(facts.Abandoned)


def test_who_cannot_be_read_any_more_does_not_join() -> None:
    erased = {"name": ERASED, "phone": ERASED, "birth_date": ERASED}
    known = begun(*NEEDED).given(
        facts.IdentityConfirmed,
        timestamp=T0,
        citizen_id=CITIZEN,
        way=IdentityWay.CARRIER,
        person_id=PERSON_ID,
        check_id=CHECK,
        checked_by=None,
        district=None,
        **erased,
    )
    known.when(completes()).then_refused(refusals.IdentityNeeded)
    forgotten = identified(CHILD).given(
        facts.LegalGuardianConsented,
        timestamp=T0,
        legal_guardian_id=MOTHER_ID,
        check_id=CHECK,
        consents=(),
        name=ERASED,
        phone=ERASED,
    )

    def look(one: Registration) -> None:
        assert one.legal_guardian is None

    forgotten.when(look).then()


def test_each_is_sealed_under_the_key_of_whom_it_is_about() -> None:
    of_her = dict.fromkeys(("name", "phone", "birth_date"), "citizen_id")
    assert of_her == facts.IdentityConfirmed.PERSONAL
    of_hers = dict.fromkeys(("name", "phone"), "legal_guardian_id")
    assert of_hers == facts.LegalGuardianConsented.PERSONAL
