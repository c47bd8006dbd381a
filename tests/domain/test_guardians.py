"""Up to five guardians, who are messaged once they have confirmed it."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from domain import guardians, member
from domain.guardians import GuardiansFull, GuardianUnknown, OwnNumber, RemovedBy
from domain.language import Language
from domain.member import Member
from domain.policy import Policy
from tests.scenario import T0, Scenario

JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
HER_PHONE = "+821012345678"
JOINED: Scenario[Member] = Scenario(JIYOUNG).given(
    member.Registered,
    timestamp=T0,
    originator_topic="member",
    citizen_id=JIYOUNG,
    language=Language.KO,
    name="지영",
    phone=HER_PHONE,
)


def of(number: int) -> UUID:
    return uuid5(JIYOUNG, f"guardian/{number}")


def naming(scenario: Scenario[Member], number: int) -> Scenario[Member]:
    return scenario.given(
        guardians.GuardianNamed,
        timestamp=T0,
        guardian_id=of(number),
        language=Language.ZH,
        name="엄마",
        phone=f"+8210000000{number}",
    )


def name(one: Member, number: int = 1, *, phone: str = "+821099998888") -> None:
    one.name_guardian(
        guardian_id=of(number),
        name="엄마",
        phone=phone,
        language=Language.KO,
        at=T0,
        policy=Policy(),
    )


def test_a_guardian_is_named_once() -> None:
    JOINED.when(name).then((guardians.GuardianNamed, {"guardian_id": of(1)}))
    naming(JOINED, 1).when(name).then()


def test_nobody_is_her_own_guardian() -> None:
    JOINED.when(lambda one: name(one, phone=HER_PHONE)).then_refused(OwnNumber)


def test_a_sixth_guardian_is_refused() -> None:
    full = JOINED
    for number in range(1, 6):
        full = naming(full, number)
    full.when(lambda one: name(one, 6)).then_refused(GuardiansFull)


def test_only_a_confirmed_guardian_may_be_messaged() -> None:
    named = naming(JOINED, 1)
    named.when(lambda one: one.confirm_guardian(of(1), at=T0)).then(guardians.GuardianConfirmed)
    confirmed = named.given(guardians.GuardianConfirmed, timestamp=T0, guardian_id=of(1))
    confirmed.when(lambda one: one.confirm_guardian(of(1), at=T0)).then()
    jiyoung = Member.register(
        citizen_id=JIYOUNG, name="지영", phone=HER_PHONE, language=Language.KO, at=T0
    )
    name(jiyoung)
    name(jiyoung, 2, phone="+821077776666")
    assert jiyoung.confirmed_guardians == ()
    jiyoung.confirm_guardian(of(2), at=T0)
    assert [one.guardian_id for one in jiyoung.confirmed_guardians] == [of(2)]


def test_either_side_ends_it() -> None:
    for side in RemovedBy:
        gone = naming(JOINED, 1).when(lambda one, by=side: one.remove_guardian(of(1), by=by, at=T0))
        gone.then((guardians.GuardianRemoved, {"by": side}))


def test_who_was_removed_is_unknown() -> None:
    removed = naming(JOINED, 1).given(
        guardians.GuardianRemoved, timestamp=T0, guardian_id=of(1), by=RemovedBy.GUARDIAN
    )
    removed.when(lambda one: one.confirm_guardian(of(1), at=T0)).then_refused(GuardianUnknown)
    removed.when(lambda one: one.remove_guardian(of(1), by=RemovedBy.MEMBER, at=T0)).then_refused(
        GuardianUnknown
    )
