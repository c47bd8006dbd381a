"""A citizen's PINs: set, changed, cleared; and changed by whoever forces her."""

from __future__ import annotations

from domain.consents import ConsentWithdrawn
from domain.language import Language
from domain.member import Member, Registered
from domain.pin import Hashes, PinCleared, PinLocked, PinMistaken, PinSet
from tests.domain.reports import JIYOUNG, POLICY, after
from tests.scenario import T0, Scenario

MINE = Hashes("hash of 1234", "hash of 9876")
OTHERS = Hashes("hash of 1111", "hash of 2222")


def member() -> Scenario[Member]:
    return Scenario[Member](JIYOUNG).given(
        Registered,
        originator_topic="member",
        timestamp=T0,
        citizen_id=JIYOUNG,
        language=Language.KO,
        name="김지영",
        phone="+821012345678",
    )


def with_pin() -> Scenario[Member]:
    return member().given(
        PinSet,
        timestamp=T0,
        citizen_id=JIYOUNG,
        pin_hash=MINE.pin,
        duress_hash=MINE.duress,
        shown=True,
    )


def mistaken(times: int) -> Scenario[Member]:
    report = with_pin()
    for number in range(times):
        report = report.given(PinMistaken, timestamp=after(number), citizen_id=JIYOUNG)
    return report


def test_a_pin_is_kept_as_hashes_of_both() -> None:
    member().when(lambda one: one.set_pin(MINE, at=after(1))).then(
        (PinSet, {"pin_hash": MINE.pin, "duress_hash": MINE.duress, "shown": True})
    )


def test_a_pin_is_cleared_once() -> None:
    with_pin().when(lambda one: one.clear_pin(at=after(1))).then(PinCleared)
    member().when(lambda one: one.clear_pin(at=after(1))).then()


def test_what_is_set_under_duress_is_the_duress_pin() -> None:
    with_pin().when(lambda one: one.pretend_change(OTHERS.pin, shown=True, at=after(1))).then(
        (PinSet, {"pin_hash": MINE.pin, "duress_hash": OTHERS.pin, "shown": True})
    )


def test_what_is_cleared_under_duress_only_seems_to_be() -> None:
    def clear(one: Member) -> None:
        one.pretend_change("hash of ", shown=False, at=after(1))
        assert one.hashes == Hashes(MINE.pin, "hash of ")
        assert not one.pin_shown

    with_pin().when(clear).then(PinSet)


def test_without_a_pin_nothing_is_pretended() -> None:
    member().when(lambda one: one.pretend_change("hash of ", shown=False, at=after(1))).then()


def test_five_wrong_ones_in_an_hour_and_no_more_are_taken() -> None:
    mistaken(4).when(lambda one: one.must_take_tries(at=after(5), policy=POLICY)).then()
    mistaken(5).when(lambda one: one.must_take_tries(at=after(5), policy=POLICY)).then_refused(
        PinLocked
    )
    mistaken(5).when(lambda one: one.must_take_tries(at=after(3_601), policy=POLICY)).then()


def test_a_change_lets_the_wrong_ones_be_forgotten() -> None:
    def change(one: Member) -> None:
        one.set_pin(OTHERS, at=after(9))
        assert one.mistaken_at == ()

    mistaken(4).when(change).then(PinSet)


def test_a_mistake_is_kept() -> None:
    with_pin().when(lambda one: one.mistake_pin(at=after(1))).then(PinMistaken)


def test_an_erased_pin_is_none() -> None:
    erased = member().given(PinSet, timestamp=T0, citizen_id=JIYOUNG)

    def look(one: Member) -> None:
        assert (one.hashes, one.pin_shown) == (None, False)

    erased.when(look).then()


def test_consent_is_withdrawn_once() -> None:
    member().when(lambda one: one.withdraw_consent(at=after(1))).then(ConsentWithdrawn)
    member().given(ConsentWithdrawn, timestamp=T0, citizen_id=JIYOUNG).when(
        lambda one: one.withdraw_consent(at=after(1))
    ).then()
