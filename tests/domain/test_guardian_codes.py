"""A guardian confirms by a code that is sent to her; tries and time are limited."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.guardian_codes import (
    CodeExpired,
    CodeLocked,
    CodeMistaken,
    CodeSent,
    CodesSpent,
)
from domain.guardians import (
    GuardianConfirmed,
    GuardianNamed,
    GuardianRemoved,
    GuardianUnknown,
    NamedBefore,
    RemovedBy,
)
from domain.language import Language
from domain.member import Member
from tests.domain.reports import POLICY, after
from tests.domain.test_pin import member
from tests.scenario import T0, Scenario

AUNT = uuid5(NAMESPACE_URL, "/guardians/aunt")
RIGHT, WRONG = "11" * 32, "22" * 32


def named() -> Scenario[Member]:
    return member().given(
        GuardianNamed,
        timestamp=T0,
        guardian_id=AUNT,
        language=Language.EN,
        name="Jane",
        phone="+12025550123",
    )


def asked(tries: int = 5) -> Scenario[Member]:
    return named().given(
        CodeSent,
        timestamp=T0,
        guardian_id=AUNT,
        number=1,
        code_hash=RIGHT,
        expires_at=T0 + timedelta(minutes=10),
        tries=tries,
    )


def says(code_hash: str, minutes: float = 1.0, guardian_id: UUID = AUNT):
    return lambda one: one.try_code(guardian_id, code_hash, at=T0 + timedelta(minutes=minutes))


def test_the_right_code_confirms() -> None:
    asked().when(says(RIGHT)).then((GuardianConfirmed, {"guardian_id": AUNT}))


def test_a_wrong_code_is_kept_and_confirms_nothing() -> None:
    asked().when(says(WRONG)).then((CodeMistaken, {"guardian_id": AUNT, "tries_left": 4}))


def test_after_five_wrong_ones_not_even_the_right_one_counts() -> None:
    def try_all(one: Member) -> None:
        for _ in range(5):
            assert not says(WRONG)(one)
        assert says(RIGHT)(one)

    mistaken = asked()
    for left in (4, 3, 2, 1, 0):
        mistaken = mistaken.given(CodeMistaken, timestamp=T0, guardian_id=AUNT, tries_left=left)
    mistaken.when(says(RIGHT)).then_refused(CodeLocked)
    asked(tries=6).when(try_all).then(*[CodeMistaken] * 5, GuardianConfirmed)


def test_a_code_is_good_for_ten_minutes() -> None:
    asked().when(says(RIGHT, 9.99)).then(GuardianConfirmed)
    asked().when(says(RIGHT, 10.0)).then_refused(CodeExpired)


def test_without_a_code_nothing_is_confirmed() -> None:
    named().when(says(RIGHT)).then_refused(CodeExpired)


def test_a_new_code_takes_the_place_of_the_last() -> None:
    def again(one: Member) -> None:
        assert one.next_code == 2
        assert one.send_code(AUNT, WRONG, at=after(60), policy=POLICY)
        assert not says(RIGHT, 2.0)(one)
        assert says(WRONG, 2.0)(one)

    asked(tries=1).when(again).then(
        (CodeSent, {"number": 2, "tries": 5}), CodeMistaken, GuardianConfirmed
    )


def test_who_has_confirmed_is_asked_no_more() -> None:
    confirmed = asked().given(GuardianConfirmed, timestamp=T0, guardian_id=AUNT)

    def ask(one: Member) -> None:
        assert not one.send_code(AUNT, WRONG, at=after(60), policy=POLICY)
        assert says(WRONG)(one)

    confirmed.when(ask).then()


def test_five_codes_a_day_are_sent_for_one_member() -> None:
    def ask(one: Member) -> None:
        for hour in range(5):
            one.send_code(AUNT, RIGHT, at=T0 + timedelta(hours=hour), policy=POLICY)

    def ask_once_more(one: Member) -> None:
        ask(one)
        one.send_code(AUNT, RIGHT, at=T0 + timedelta(hours=23.9), policy=POLICY)

    def ask_on_the_next_day(one: Member) -> None:
        ask(one)
        one.send_code(AUNT, RIGHT, at=T0 + timedelta(hours=24.1), policy=POLICY)

    named().when(ask).then(*[CodeSent] * 5)
    outcome = named().when(ask_once_more)
    assert isinstance(outcome.refusal, CodesSpent)
    named().when(ask_on_the_next_day).then(*[CodeSent] * 6)


def test_the_code_of_who_was_removed_confirms_nobody() -> None:
    removed = asked().given(GuardianRemoved, timestamp=T0, guardian_id=AUNT, by=RemovedBy.GUARDIAN)

    def look(one: Member) -> None:
        assert one.codes == ()
        assert one.guardians_ever == (AUNT,)
        says(RIGHT)(one)

    removed.when(look).then_refused(GuardianUnknown)


def test_a_stranger_is_asked_nothing() -> None:
    stranger = uuid5(NAMESPACE_URL, "/guardians/stranger")
    named().when(
        lambda one: one.send_code(stranger, RIGHT, at=after(1), policy=POLICY)
    ).then_refused(GuardianUnknown)


def test_one_number_is_named_once() -> None:
    named().when(
        lambda one: one.name_guardian(
            guardian_id=uuid5(NAMESPACE_URL, "/guardians/2"),
            name="Jane",
            phone="+12025550123",
            language=Language.EN,
            at=after(1),
            policy=POLICY,
        )
    ).then_refused(NamedBefore)
