"""One person has one account, and her first phone a key of its own."""

from __future__ import annotations

import threading

import pytest

from application.registering import device_of
from application.registration_commands import (
    BeginRegistration,
    CompleteRegistration,
    Step,
)
from application.signing import BadSignature
from domain.consents import Consent
from domain.device import Device
from domain.device_key import KeyUnfit
from domain.language import Language
from domain.member import Member
from domain.person_guard import AlreadyJoined, PersonGuard
from domain.platform import Platform
from domain.policy import Policy
from domain.registration import Registration, refusals
from tests.application.house import NOBODY, SYSTEM
from tests.application.joining import (
    SEOYEON,
    Joining,
    JoiningHouse,
    joined,
    someone,
)

NEEDED = (Consent.TERMS, Consent.PERSONAL_DATA)


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse(Policy(identity_checks_max=50))


class TestOneAccount:
    def test_a_person_joins_once(self, house: JoiningHouse) -> None:
        first = joined(house)
        second = Joining(house, *NEEDED)
        second.is_identified(SEOYEON.model_copy(update={"phone": "+821099998888"}))
        assert house.registrations.state(second.id).next is Step.COME_BACK
        with pytest.raises(AlreadyJoined):
            second.completes()
        member = house.app.load(Member, first.citizen_id)
        assert member.person_id is not None
        assert house.app.load(PersonGuard, member.person_id).account == first.citizen_id

    def test_fifty_at_once_make_one(self, house: JoiningHouse) -> None:
        waiting = [Joining(house, *NEEDED) for _ in range(50)]
        for one in waiting:
            one.is_identified(SEOYEON)
        start = threading.Barrier(len(waiting))
        outcomes: list[str] = []

        def complete(one: Joining) -> None:
            start.wait()
            try:
                one.completes()
            except AlreadyJoined:
                outcomes.append("refused")
            else:
                outcomes.append("joined")

        threads = [threading.Thread(target=complete, args=(one,)) for one in waiting]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["joined", *["refused"] * 49]
        topics = [type(fact).TOPIC for fact in house.log.facts()]
        assert topics.count("member.registered") == 1
        assert topics.count("person_guard.account_opened") == 1

    def test_another_person_is_another(self, house: JoiningHouse) -> None:
        assert joined(house, someone(1)).citizen_id != joined(house, someone(2)).citizen_id


class TestTheFirstPhone:
    def test_an_answer_that_was_lost_is_given_again(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        joining.is_identified(SEOYEON)
        first = joining.completes()
        assert first.device_token is not None
        again = joining.completes()
        assert again == first.model_copy(update={"device_token": None, "position": None})

    def test_its_platform_is_what_it_said(self, house: JoiningHouse) -> None:
        begun = house.registrations.begin(
            BeginRegistration(language=Language.ZH, platform=Platform.IOS), NOBODY
        )
        registration = house.app.load(Registration, begun.aggregate_id)
        assert (registration.platform, registration.language) == (Platform.IOS, Language.ZH)
        assert begun.device_id == device_of(begun.aggregate_id)

    def test_it_proves_its_key(self, house: JoiningHouse) -> None:
        joining, other = Joining(house, *NEEDED), Joining(house)
        joining.is_identified(SEOYEON)
        lie = CompleteRegistration(
            lives_in_seoul=True, public_key=joining.key.public_key, proof=other.key.proof
        )
        with pytest.raises(BadSignature):
            house.registrations.complete(joining.id, lie, NOBODY)

    def test_a_key_that_is_everybodys_is_refused(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        joining.is_identified(SEOYEON)
        everybodys = CompleteRegistration(
            lives_in_seoul=True,
            public_key="01" + "00" * 31,
            proof="01" + "00" * 63,
        )
        with pytest.raises(KeyUnfit):
            house.registrations.complete(joining.id, everybodys, NOBODY)


class TestComingBack:
    def test_a_new_phone_speaks_for_her_and_the_lost_ones_no_longer(
        self, house: JoiningHouse
    ) -> None:
        first = joined(house)
        second = Joining(house, *NEEDED)
        second.is_identified(SEOYEON)
        back = second.comes_back()
        assert (back.citizen_id, back.device_id) == (first.citizen_id, device_of(second.id))
        assert back.device_token is not None
        assert house.app.load(Device, first.device_id).revoked
        assert not house.app.load(Device, back.device_id).revoked
        assert house.registrations.state(second.id).next is Step.DONE
        again = second.comes_back()
        assert again == back.model_copy(update={"device_token": None, "position": None})
        assert second.completes() == again, "whom this phone speaks for is settled"

    def test_what_was_asked_for_it_is_forgotten(self, house: JoiningHouse) -> None:
        joined(house)
        second = Joining(house, *NEEDED)
        second.is_identified(SEOYEON)
        second.comes_back()
        house.clock.advance(86_400)
        house.forgetting.abandon(second.id, SYSTEM)
        registration = house.app.load(Registration, second.id)
        assert house.keys.destroyed == [registration.citizen_id]
        assert house.log.topics(second.id)[-1] == "registration.returned"

    def test_who_has_no_account_joins(self, house: JoiningHouse) -> None:
        joining = Joining(house, *NEEDED)
        with pytest.raises(refusals.IdentityNeeded):
            joining.comes_back()
        joining.is_identified(SEOYEON)
        with pytest.raises(refusals.NoAccount):
            joining.comes_back()
