"""Consents and wishes after joining, and what is forgotten without a request."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from application.consent_desk import ConsentDesk, ConsentsReceipt
from application.consents import Stops, consents_of, must_be_followed, must_be_served
from application.errors import Forbidden, Unknown
from application.guardian_links import GuardianRole, Link
from application.outbox import TimerKind
from application.registration_commands import GiveConsent
from application.safe_return import Receipt
from application.settings_desk import SetDestination, SetLanguage
from domain.alert import Alert
from domain.consents import Consent, ConsentMissing, GivenBy
from domain.geography import Position
from domain.hold import HoldBook
from domain.hold_kind import HoldKind
from domain.identity import IdentityTrouble
from domain.language import Language
from domain.legal_guardian import LegalGuardianNeeded, NotLegalGuardian
from domain.member import Member
from domain.preferences import GuardiansTold, Settings
from domain.registration import Registration
from domain.registration.refusals import IdentityFrozen
from domain.report_guard import ReportGuard
from tests.application.house import KIM, NOBODY, SYSTEM, phone, sent
from tests.application.joining import (
    CHILD,
    MOTHER,
    SEOYEON,
    VERSION,
    Guarded,
    Joining,
    JoiningHouse,
    herself,
    says,
)

HOME = SetDestination(name="집", position=Position(latitude_deg=37.53, longitude_deg=127.12))


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse()


@pytest.fixture
def her(house: JoiningHouse) -> Guarded:
    return Guarded(house)


def given(receipt: ConsentsReceipt) -> set[Consent]:
    return {one.consent for one in receipt.consents if one.given is not None}


class TestConsents:
    def test_what_needs_a_consent_stops_in_the_same_append(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        stopped: list[str] = []

        def not_followed(citizen_id: UUID, _at: object) -> list[Member]:
            assert citizen_id == her.id
            stopped.append("not followed")
            return []

        def not_served(citizen_id: UUID, _at: object) -> list[Member]:
            assert citizen_id == her.id
            stopped.append("not served")
            return []

        desk = ConsentDesk(
            house.app,
            house.clock,
            house.log,
            policies=house.policy,
            stops=Stops(not_served=(not_served,), not_followed=(not_followed,)),
        )
        for _ in range(2):
            desk.withdraw(Consent.LOCATION, her.context)
        assert stopped == ["not followed"]
        assert consents_of(her.member) == (True, False)
        must_be_served(her.member)
        with pytest.raises(ConsentMissing):
            must_be_followed(her.member)
        for _ in range(2):
            desk.withdraw(Consent.TERMS, her.context)
        assert stopped == ["not followed", "not served"]
        assert consents_of(her.member) == (False, False)
        with pytest.raises(ConsentMissing):
            must_be_served(her.member)

    def test_her_alarms_are_flagged_until_she_consents_again(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        def flagged(trigger_id: str) -> bool:
            body = sent(trigger_id)
            flags = house.trigger(body, identity=phone(her.id), context=her.context).flags
            return "consent_withdrawn" in flags

        assert not flagged("t-1")
        house.consents.withdraw(Consent.LOCATION, her.context)
        assert not flagged("t-2"), "who must be rescued is looked for without"
        house.consents.withdraw(None, her.context)
        assert flagged("t-3"), "and the open report goes on"
        assert given(house.consents.give(says(Consent.TERMS)[0], her.context)) == {Consent.TERMS}
        assert flagged("t-4")
        house.consents.give(says(Consent.PERSONAL_DATA)[0], her.context)
        assert not flagged("t-5")
        guard = house.app.load(ReportGuard, ReportGuard.create_id(her.id))
        assert len(guard.open_reports) == 1

    def test_she_sees_what_she_consents_to(self, house: JoiningHouse, her: Guarded) -> None:
        told = {one.consent: one for one in house.consents.state(her.context).consents}
        assert {one: told[one].needed for one in told} == {
            Consent.TERMS: True,
            Consent.PERSONAL_DATA: True,
            Consent.LOCATION: False,
        }
        assert {(one.given, one.by) for one in told.values()} == {(VERSION, GivenBy.HERSELF)}

    def test_nobody_else_says_it_for_her(self, house: JoiningHouse) -> None:
        with pytest.raises(Forbidden):
            house.consents.state(KIM)
        with pytest.raises(Unknown):
            house.consents.withdraw(None, herself(UUID(int=1)))


class TestAWard:
    @pytest.fixture
    def ward(self, house: JoiningHouse) -> Link:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        joining.is_spoken_for(MOTHER, Consent.TERMS, Consent.PERSONAL_DATA)
        citizen_id = joining.completes().citizen_id
        mother = house.app.load(Member, citizen_id).legal_guardian_id
        assert mother is not None
        return Link(GuardianRole.LEGAL_GUARDIAN, citizen_id, mother)

    def test_her_legal_guardian_consents_and_takes_it_back(
        self, house: JoiningHouse, ward: Link
    ) -> None:
        location = says(Consent.LOCATION)[0]
        with pytest.raises(LegalGuardianNeeded):
            house.consents.give(location, herself(ward.citizen_id))
        assert given(house.consents.give_for_ward(ward, location, NOBODY)) == set(Consent)
        taken_back = house.consents.withdraw_for_ward(ward, Consent.TERMS, NOBODY)
        assert given(taken_back) == {Consent.PERSONAL_DATA, Consent.LOCATION}
        assert not consents_of(house.app.load(Member, ward.citizen_id)).served

    def test_she_herself_takes_back_what_she_wants(self, house: JoiningHouse, ward: Link) -> None:
        left = house.consents.withdraw(Consent.PERSONAL_DATA, herself(ward.citizen_id))
        assert given(left) == {Consent.TERMS}

    def test_nobody_else_speaks_for_her(self, house: JoiningHouse, ward: Link) -> None:
        stranger = ward._replace(guardian_id=UUID(int=1))
        with pytest.raises(NotLegalGuardian):
            house.consents.withdraw_for_ward(stranger, Consent.TERMS, NOBODY)
        with pytest.raises(NotLegalGuardian):
            house.consents.give_for_ward(stranger, says(Consent.LOCATION)[0], NOBODY)

    def test_from_14_on_she_says_it_herself(self, house: JoiningHouse, ward: Link) -> None:
        house.clock.advance(timedelta(days=4 * 366).total_seconds())
        with pytest.raises(NotLegalGuardian):
            house.consents.withdraw_for_ward(ward, Consent.TERMS, NOBODY)
        house.consents.give(says(Consent.LOCATION)[0], herself(ward.citizen_id))


class TestWishes:
    def test_settings_language_and_destination_are_hers(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        desk = house.settings
        wanted = Settings(alert=Alert.VIBRATION, guardians_told=GuardiansTold.UNLESS_SILENT)
        assert desk.change(wanted, her.context).settings == wanted
        assert desk.speak(SetLanguage(language=Language.JA), her.context).language is Language.JA
        assert desk.set_destination(HOME, her.context).destination is None, "kept for repeats"
        assert desk.state(her.context).destination == HOME
        desk.set_destination(None, her.context)
        assert desk.state(her.context).destination is None
        with pytest.raises(Forbidden):
            desk.state(KIM)

    def test_no_place_is_kept_without_her_consent(self, house: JoiningHouse, her: Guarded) -> None:
        house.settings.set_destination(HOME, her.context)
        house.consents.withdraw(Consent.PERSONAL_DATA, her.context)
        with pytest.raises(ConsentMissing):
            house.settings.set_destination(HOME, her.context)
        house.settings.set_destination(None, her.context)


class TestWhatIsForgotten:
    def timer(self, house: JoiningHouse, registration_id: UUID) -> float:
        [timer] = [
            one
            for one in house.log.timers.values()
            if one.kind is TimerKind.REGISTRATION_OVER and one.aggregate_id == registration_id
        ]
        return (timer.due_at - house.clock.now()).total_seconds()

    def test_who_does_not_join_is_forgotten(self, house: JoiningHouse) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(CHILD)
        joining.is_spoken_for(MOTHER, *Consent)
        registration = house.app.load(Registration, joining.id)
        house.clock.advance(self.timer(house, joining.id))
        for _ in range(2):
            house.forgetting.abandon(joining.id, SYSTEM)
        assert house.log.topics(joining.id)[-1] == "registration.abandoned"
        assert registration.legal_guardian is not None
        assert house.keys.destroyed == [registration.citizen_id, registration.legal_guardian.id]

    def test_who_was_never_identified_leaves_nothing_but_the_course(
        self, house: JoiningHouse
    ) -> None:
        joining = Joining(house, *Consent)
        with pytest.raises(IdentityFrozen):
            joining.is_identified(IdentityTrouble.FROZEN)
        house.forgetting.abandon(joining.id, SYSTEM)
        assert house.keys.destroyed == [], "its time is not over"
        house.clock.advance(self.timer(house, joining.id))
        house.forgetting.abandon(joining.id, SYSTEM)
        assert len(house.keys.destroyed) == 1

    def test_who_has_joined_is_not_forgotten(self, house: JoiningHouse) -> None:
        joining = Joining(house, *Consent)
        joining.is_identified(SEOYEON)
        joining.completes()
        house.clock.advance(self.timer(house, joining.id))
        house.forgetting.abandon(joining.id, SYSTEM)
        assert house.keys.destroyed == []
        assert house.log.topics(joining.id)[-1] == "registration.completed"

    def test_under_a_hold_a_guardian_is_not_forgotten(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        guardian_id, at = her.confirmed(), house.clock.now()
        book = HoldBook.begin_for(her.id, at=at)
        book.place(
            hold_id=UUID(int=7), kind=HoldKind.LEGAL, placed_by=UUID(int=8), reason="…", at=at
        )
        house.app.commit([book], context=SYSTEM, receipt=Receipt(aggregate_id=book.id))
        house.guardians.remove(guardian_id, her.context)
        house.forgetting.forget_guardian(her.id, guardian_id, SYSTEM)
        assert house.keys.destroyed == []

    def test_only_timers_ask(self, house: JoiningHouse, her: Guarded) -> None:
        with pytest.raises(Forbidden):
            house.forgetting.forget_guardian(her.id, UUID(int=1), KIM)
        with pytest.raises(Forbidden):
            house.forgetting.abandon(UUID(int=1), KIM)
        timed = {**house.forgetting.timed(), **house.told.timed()}
        assert timed.keys() == {
            TimerKind.REGISTRATION_OVER,
            TimerKind.GUARDIAN_FORGOTTEN,
            TimerKind.GUARDIANS_TOLD,
        }


def test_a_consent_has_a_version_of_some_form() -> None:
    with pytest.raises(ValueError, match="version"):
        GiveConsent(consent=Consent.TERMS, version="")
