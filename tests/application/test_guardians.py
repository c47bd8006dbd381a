"""Guardians: named by the member, confirmed by a code, removed by either side."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

import pytest
from pydantic import ValidationError

from application.errors import Forbidden, Unauthenticated
from application.guardian_desk import NameGuardian, kept_nowhere
from application.guardian_links import GuardianLinks, GuardianRole, Link
from application.messaging import numbers_of_members
from application.outbox import TimerKind
from application.phrases import worded
from domain.consents import Consent, ConsentMissing
from domain.guardian_codes import CodesSpent, CodeWrong
from domain.guardians import GuardiansFull, GuardianUnknown, OwnNumber
from domain.language import Language
from domain.member import Member
from domain.message import Composed, Message, RecipientKind
from domain.sms import TextKind, fitted
from tests.application.house import KIM, NOBODY, SYSTEM
from tests.application.joining import (
    CHILD,
    MOTHER,
    SEOYEON,
    Guarded,
    Joining,
    JoiningHouse,
    herself,
)


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse()


@pytest.fixture
def her(house: JoiningHouse) -> Guarded:
    return Guarded(house)


def link_of(her: Guarded, guardian_id: UUID) -> Link:
    return Link(GuardianRole.GUARDIAN, her.id, guardian_id)


def sent(house: JoiningHouse, composed: Composed) -> str:
    """The words as they leave."""
    message = house.app.load(Message, composed.originator_id)
    further = kept_nowhere(house.links, house.policy)[composed.recipient_kind](message)
    assert isinstance(message.words, Mapping)
    return worded(message.phrase, message.recipient.language, {**message.words, **further})


class TestNaming:
    def test_she_names_one_who_gets_a_code_and_nothing_else(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        guardian_id = her.names(language=Language.EN)
        [asked] = her.messages()
        assert (asked.recipient_kind, asked.recipient_id) == (
            RecipientKind.GUARDIAN_CODE,
            guardian_id,
        )
        assert her.member.confirmed_guardians == ()
        told = sent(house, asked)
        assert SEOYEON.name in told
        assert her.code_of(guardian_id) in told
        assert f"https://ansim.example/g/{house.links.token(link_of(her, guardian_id))}" in told

    def test_the_code_and_the_link_stand_in_no_fact(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        guardian_id = her.names()
        facts = str([one.model_dump_json() for one in house.log.facts()])
        assert her.code_of(guardian_id) not in facts
        assert house.links.token(link_of(her, guardian_id)) not in facts

    def test_a_sixth_is_refused(self, her: Guarded) -> None:
        for number in range(1, 6):
            her.names(number)
        with pytest.raises(GuardiansFull):
            her.names(6)
        assert len(her.member.guardians) == 5

    @pytest.mark.parametrize("own", ["+821022223333", "+8201022223333"])
    def test_her_own_number_is_refused_however_it_is_dialled(self, her: Guarded, own: str) -> None:
        with pytest.raises(OwnNumber):
            her.names(phone=own)

    def test_a_guardian_may_live_abroad(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.names(phone="+8613800138000", language=Language.ZH)
        [asked] = her.messages()
        text = fitted(sent(house, asked), "+8613800138000")
        assert text.kind is TextKind.JOINED
        assert "?" not in "".join(text.pieces)
        numbers = numbers_of_members(house.app)
        message = house.app.load(Message, asked.originator_id)
        assert numbers[RecipientKind.GUARDIAN_CODE](message) == "+8613800138000"
        assert her.says(guardian_id, her.code_of(guardian_id))

    @pytest.mark.parametrize("phone", ["01012345678", "+0212345678", "+82", "+82101234567890123"])
    def test_a_number_has_its_form(self, phone: str) -> None:
        with pytest.raises(ValidationError):
            NameGuardian(name="이모", phone=phone)

    def test_who_consents_no_longer_names_nobody(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.names()
        house.consents.withdraw(Consent.PERSONAL_DATA, her.context)
        with pytest.raises(ConsentMissing):
            her.names(2)
        with pytest.raises(ConsentMissing):
            house.guardians.ask_again(guardian_id, her.context)

    def test_only_a_citizen_has_guardians(self, house: JoiningHouse) -> None:
        with pytest.raises(Forbidden):
            house.guardians.mine(KIM)


class TestConfirming:
    def test_the_code_confirms(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.confirmed()
        [shown] = house.guardians.mine(her.context).guardians
        assert (shown.guardian_id, shown.confirmed, shown.name) == (guardian_id, True, "보호자 1")
        assert [one.guardian_id for one in her.member.confirmed_guardians] == [guardian_id]

    def test_another_code_is_kept_and_refused(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.names()
        wrong = str(1_000_000 - int(her.code_of(guardian_id))).zfill(6)[-6:]
        with pytest.raises(CodeWrong):
            her.says(guardian_id, wrong)
        assert house.log.topics(her.id)[-1] == "member.guardian_code_mistaken"
        assert her.says(guardian_id, her.code_of(guardian_id))

    def test_each_code_is_another(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.names()
        first = her.code_of(guardian_id)
        house.guardians.ask_again(guardian_id, her.context)
        assert her.code_of(guardian_id) != first
        with pytest.raises(CodeWrong):
            her.says(guardian_id, first)

    def test_who_has_confirmed_gets_no_code(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.confirmed()
        house.guardians.ask_again(guardian_id, her.context)
        assert len(her.messages()) == 1

    def test_nobody_is_pestered_through_us(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id = her.names()
        for _ in range(4):
            house.guardians.ask_again(guardian_id, her.context)
        with pytest.raises(CodesSpent):
            house.guardians.ask_again(guardian_id, her.context)
        with pytest.raises(CodesSpent):
            her.names(2)
        assert len(her.messages()) == 5


class TestRemoving:
    def test_she_removes_one_who_is_forgotten(self, house: JoiningHouse, her: Guarded) -> None:
        guardian_id, other = her.confirmed(1), her.confirmed(2)
        house.guardians.remove(guardian_id, her.context)
        assert [one.guardian_id for one in her.member.guardians] == [other]
        [timer] = [
            one for one in house.log.timers.values() if one.kind is TimerKind.GUARDIAN_FORGOTTEN
        ]
        assert (timer.aggregate_id, timer.name) == (her.id, str(guardian_id))
        for _ in range(2):
            house.forgetting.forget_guardian(her.id, guardian_id, SYSTEM)
        house.forgetting.forget_guardian(her.id, other, SYSTEM)
        assert house.keys.destroyed == [guardian_id], "who is still one is not forgotten"

    def test_the_guardian_removes_herself_without_an_account(
        self, house: JoiningHouse, her: Guarded
    ) -> None:
        guardian_id = her.names()
        link = house.links.read(house.links.token(link_of(her, guardian_id)))
        assert house.guardians.stands(link)
        for _ in range(2):
            house.guardians.leave(link, NOBODY)
        assert not house.guardians.stands(link)
        assert house.log.topics(her.id).count("member.guardian_removed") == 1

    def test_who_is_none_is_not_removed(self, house: JoiningHouse, her: Guarded) -> None:
        with pytest.raises(GuardianUnknown):
            house.guardians.remove(her.id, her.context)

    def test_another_member_removes_nobody(self, house: JoiningHouse, her: Guarded) -> None:
        other = Guarded(house, MOTHER)
        with pytest.raises(GuardianUnknown):
            house.guardians.remove(her.names(), other.context)


class TestLinks:
    LINK = Link(
        GuardianRole.LEGAL_GUARDIAN, uuid5(UUID(int=0), "her"), uuid5(UUID(int=0), "mother")
    )

    def test_a_link_says_who_holds_it(self) -> None:
        links = GuardianLinks(b"secret", address="https://ansim.example/")
        assert links.read(links.token(self.LINK)) == self.LINK
        assert links.link(self.LINK).startswith("https://ansim.example/g/")

    @pytest.mark.parametrize("token", [None, "", "x", "ß", "A" * 65, "A" * 66, "A" * 67])
    def test_what_is_no_link_of_ours_is_none(self, token: str | None) -> None:
        with pytest.raises(Unauthenticated):
            GuardianLinks(b"secret", address="").read(token)

    def test_no_link_is_made_of_another(self) -> None:
        links = GuardianLinks(b"secret", address="")
        token = links.token(self.LINK)
        for place in (0, 20, 40, len(token) - 2):
            forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            with pytest.raises(Unauthenticated):
                links.read(forged)
        with pytest.raises(Unauthenticated):
            GuardianLinks(b"another", address="").read(token)


def test_a_legal_guardian_is_told_and_stands_until_she_is_14(house: JoiningHouse) -> None:
    joining = Joining(house, *Consent)
    joining.is_identified(CHILD)
    joining.is_spoken_for(MOTHER, *Consent)
    citizen_id = joining.completes().citizen_id
    member = house.app.load(Member, citizen_id)
    [told] = [one for one in house.log.facts() if isinstance(one, Composed)]
    assert told.recipient_kind is RecipientKind.LEGAL_GUARDIAN
    message = house.app.load(Message, told.originator_id)
    numbers = numbers_of_members(house.app)
    assert numbers[RecipientKind.LEGAL_GUARDIAN](message) == MOTHER.phone
    assert member.legal_guardian_id is not None
    link = Link(GuardianRole.LEGAL_GUARDIAN, citizen_id, member.legal_guardian_id)
    assert house.links.token(link) in sent(house, told)
    assert house.guardians.stands(link)
    house.clock.advance(4 * 366 * 86_400)
    assert not house.guardians.stands(link)
    assert not house.guardians.stands(link._replace(citizen_id=joining.id))
    assert house.guardians.mine(herself(citizen_id)).guardians == ()
