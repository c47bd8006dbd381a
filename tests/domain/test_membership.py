"""What a member consents to and wishes, and who speaks for her under 14."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest

from domain.alert import Alert
from domain.base import ERASED
from domain.consents import (
    Consent,
    Consented,
    ConsentGiven,
    ConsentMissing,
    ConsentWithdrawn,
    GivenBy,
    VersionOld,
)
from domain.geography import Position
from domain.identity import IdentityWay, years_old
from domain.language import Language
from domain.legal_guardian import LegalGuardianNeeded, LegalGuardianSet, NotLegalGuardian
from domain.member import CardSet, Member, Registered
from domain.preferences import (
    Destination,
    DestinationSet,
    GuardiansTold,
    LanguageChanged,
    Settings,
    SettingsChanged,
)
from tests.domain.reports import JIYOUNG, POLICY, after
from tests.scenario import T0, Scenario

MOTHER = uuid5(NAMESPACE_URL, "/legal_guardians/1")
TODAY = POLICY.location_version
HOME = Destination(name="집", position=Position(latitude_deg=37.53, longitude_deg=127.12))


def given(*consents: Consent) -> tuple[Consented, ...]:
    return tuple(Consented(consent=one, version=TODAY, at=T0) for one in consents)


def member(*consents: Consent, birth_date: date | None = date(1995, 3, 14)) -> Scenario[Member]:
    return Scenario[Member](JIYOUNG).given(
        Registered,
        originator_topic="member",
        timestamp=T0,
        citizen_id=JIYOUNG,
        language=Language.KO,
        identity=IdentityWay.CARRIER,
        person_id=uuid5(NAMESPACE_URL, "/persons/1"),
        registration_id=uuid5(NAMESPACE_URL, "/registrations/1"),
        lives_in_seoul=True,
        consents=given(*consents),
        name="김지영",
        phone="+821012345678",
        birth_date=birth_date,
    )


def ward(birth_date: date | None = date(2010, 1, 1)) -> Scenario[Member]:
    return member(*Consent, birth_date=birth_date).given(
        LegalGuardianSet,
        timestamp=T0,
        citizen_id=JIYOUNG,
        legal_guardian_id=MOTHER,
        name="최은정",
        phone="+821044445555",
    )


def gives(consent: Consent, version: str = TODAY):
    return lambda one: one.give_consent(
        consent, version=version, by=GivenBy.HERSELF, at=after(1), policy=POLICY
    )


class TestConsents:
    def test_one_is_given(self) -> None:
        member(Consent.TERMS).when(gives(Consent.LOCATION)).then(
            (ConsentGiven, {"consent": Consent.LOCATION, "version": TODAY, "by": GivenBy.HERSELF})
        )

    def test_the_same_text_is_consented_to_once(self) -> None:
        member(Consent.TERMS).when(gives(Consent.TERMS)).then()

    def test_an_old_text_is_refused(self) -> None:
        member().when(gives(Consent.TERMS, "2023-09-05")).then_refused(VersionOld)

    def test_a_new_text_takes_the_place_of_what_was_given_on_paper(self) -> None:
        old = Scenario[Member](JIYOUNG).given(
            Registered,
            originator_topic="member",
            timestamp=T0,
            citizen_id=JIYOUNG,
            language=Language.KO,
        )

        def read(one: Member) -> None:
            assert {said.by for said in one.consents.values()} == {GivenBy.ADMINISTRATOR}
            assert one.identity is IdentityWay.ADMINISTRATOR
            gives(Consent.TERMS)(one)

        old.when(read).then(ConsentGiven)

    def test_one_is_withdrawn_and_the_others_stand(self) -> None:
        def withdraw(one: Member) -> None:
            for _ in range(2):
                one.withdraw_consent(Consent.LOCATION, at=after(1))
            assert one.consents.keys() == {Consent.TERMS, Consent.PERSONAL_DATA}
            assert not one.consent_withdrawn

        member(*Consent).when(withdraw).then((ConsentWithdrawn, {"consent": Consent.LOCATION}))

    def test_all_are_withdrawn_at_once(self) -> None:
        def withdraw(one: Member) -> None:
            for _ in range(2):
                one.withdraw_consent(at=after(1))
            assert not one.consents
            assert one.consent_withdrawn

        member(*Consent).when(withdraw).then((ConsentWithdrawn, {"consent": None}))

    @pytest.mark.parametrize("needed", [Consent.TERMS, Consent.PERSONAL_DATA])
    def test_without_what_every_service_needs_her_alarms_are_flagged(self, needed: Consent) -> None:
        def withdraw(one: Member) -> None:
            one.withdraw_consent(needed, at=after(1))
            assert one.consent_withdrawn

        member(*Consent).when(withdraw).then(ConsentWithdrawn)

    def test_what_needs_a_consent_asks_for_it(self) -> None:
        member(Consent.TERMS).when(
            lambda one: one.must_consent_to(Consent.TERMS, Consent.LOCATION)
        ).then_refused(ConsentMissing)
        member(*Consent).when(lambda one: one.must_consent_to(*Consent)).then()


class TestWishes:
    def test_settings_are_said_whole_and_once(self) -> None:
        wanted = Settings(alert=Alert.VIBRATION, shake=False)

        def change(one: Member) -> None:
            assert one.settings == Settings()
            for _ in range(2):
                one.change_settings(wanted, at=after(1))
            assert one.settings == wanted

        member().when(change).then(
            (
                SettingsChanged,
                {"alert": Alert.VIBRATION, "shake": False, "guardians_told": GuardiansTold.NEVER},
            )
        )

    def test_she_goes_home_to_a_place_and_then_to_none(self) -> None:
        def go(one: Member) -> None:
            for _ in range(2):
                one.set_destination(HOME, at=after(1))
            assert one.destination == HOME
            for _ in range(2):
                one.set_destination(None, at=after(2))
            assert one.destination is None

        member().when(go).then(
            (DestinationSet, {"name": "집", "position": HOME.position}),
            (DestinationSet, {"name": None, "position": None}),
        )
        assert DestinationSet.PERSONAL == {"name": "citizen_id", "position": "citizen_id"}

    def test_a_place_that_is_erased_is_none(self) -> None:
        erased = member().given(
            DestinationSet, timestamp=T0, citizen_id=JIYOUNG, name=ERASED, position=ERASED
        )

        def look(one: Member) -> None:
            assert one.destination is None

        erased.when(look).then()

    def test_she_speaks_another_language_once(self) -> None:
        def speak(one: Member) -> None:
            for _ in range(2):
                one.speak(Language.ZH, at=after(1))
            assert one.language is Language.ZH

        member().when(speak).then((LanguageChanged, {"language": Language.ZH}))

    def test_her_card_says_her_language_too(self) -> None:
        carded = member().given(
            CardSet, timestamp=T0, citizen_id=JIYOUNG, language=Language.JA, needs=()
        )
        carded.when(lambda one: one.speak(Language.JA, at=after(1))).then()


class TestUnder14:
    def test_her_legal_guardian_speaks_for_her(self) -> None:
        ward().when(
            lambda one: one.must_be_legal_guardian(MOTHER, at=after(1), policy=POLICY)
        ).then()
        ward().when(
            lambda one: one.must_be_legal_guardian(JIYOUNG, at=after(1), policy=POLICY)
        ).then_refused(NotLegalGuardian)
        ward().when(
            lambda one: one.must_speak_for_herself(at=after(1), policy=POLICY)
        ).then_refused(LegalGuardianNeeded)

    def test_from_14_on_she_speaks_for_herself(self) -> None:
        birthday = T0 + timedelta(days=400)

        def grown(one: Member) -> None:
            one.must_speak_for_herself(at=birthday, policy=POLICY)
            one.must_be_legal_guardian(MOTHER, at=birthday, policy=POLICY)

        ward(date(2010, 3, 1)).when(grown).then_refused(NotLegalGuardian)

    def test_who_was_never_spoken_for_speaks_for_herself(self) -> None:
        young = member(birth_date=date(2015, 1, 1))
        young.when(lambda one: one.must_speak_for_herself(at=after(1), policy=POLICY)).then()

    def test_whose_age_nobody_can_read_stays_what_she_was(self) -> None:
        ward(None).when(
            lambda one: one.must_speak_for_herself(at=after(1), policy=POLICY)
        ).then_refused(LegalGuardianNeeded)

    def test_a_legal_guardian_is_a_subject_of_her_own(self) -> None:
        assert dict.fromkeys(("name", "phone"), "legal_guardian_id") == LegalGuardianSet.PERSONAL

    @pytest.mark.parametrize(
        ("born", "years"),
        [
            (date(2009, 2, 2), 14),
            (date(2009, 2, 3), 13),
            (date(2008, 2, 29), 14),
            (date(2023, 2, 2), 0),
        ],
    )
    def test_years_are_counted_by_the_calendar_of_seoul(self, born: date, years: int) -> None:
        assert years_old(born, T0) == years
