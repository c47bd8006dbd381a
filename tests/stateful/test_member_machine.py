"""Joining, consents, guardians and leaving must agree with a plain model after any history."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from application.guardian_desk import NameGuardian
from application.joining_bounds import TooManyChecks
from application.outbox import TimerKind
from domain.consents import Consent, ConsentMissing
from domain.emergency.vocabulary import Alert
from domain.erasure.facts import Held
from domain.guardian_codes import CodeExpired, CodeLocked, CodesSpent, CodeWrong
from domain.guardians import (
    GuardianConfirmed,
    GuardianRemoved,
    GuardiansFull,
    GuardianUnknown,
)
from domain.member import Member, Registered
from domain.message import RecipientKind
from domain.person_guard import AccountClosed, AccountOpened, AlreadyJoined
from domain.preferences import GuardiansTold, Settings
from domain.registration.refusals import ConsentNeeded, NoAccount, RegistrationOver
from domain.session_guard import NoMemberAnyMore
from tests.application.house import SYSTEM, phone, sent
from tests.application.joining import Joining, herself, says, someone
from tests.stateful.members import FOLLOWED, NEEDED, Checks, MembersHouse, Modelled, joining

PERSONS = st.sampled_from([1, 2])
CONSENTS = st.sets(st.sampled_from(list(Consent)))
TEN_MINUTES, A_DAY = timedelta(minutes=10), timedelta(days=1)


class MembersLife(RuleBasedStateMachine):
    """Whatever they do, and in whatever order."""

    members = Bundle("members")
    guardians = Bundle("guardians")
    waiting = Bundle("waiting")

    def __init__(self) -> None:
        super().__init__()
        self.house = MembersHouse()
        self.model: dict[UUID, Modelled] = {}
        self.checks = Checks(self.house.policy.identity_checks_max)
        self.numbers = 0

    def account_of(self, person: int) -> UUID | None:
        hers = (one for one, her in self.model.items() if her.person == person and not her.gone)
        return next(hers, None)

    @rule(target=waiting, person=PERSONS, consents=CONSENTS)
    def registers(self, person: int, consents: set[Consent]):
        registration = joining(self.house, consents)
        may = self.checks.may(person, self.house.clock.now())
        try:
            registration.is_identified(someone(person))
        except ConsentNeeded:
            assert not consents >= NEEDED
        except TooManyChecks:
            assert not may
        else:
            assert (may, consents >= NEEDED) == (True, True)
            self.checks.took(person, self.house.clock.now())
            return (registration, person, consents)
        return multiple()

    @rule(target=members, one=consumes(waiting))
    def completes(self, one: tuple[Joining, int, set[Consent]]):
        registration, person, consents = one
        try:
            citizen_id = registration.completes().citizen_id
        except AlreadyJoined:
            assert self.account_of(person) is not None
            return multiple()
        except RegistrationOver:
            return multiple()
        assert self.account_of(person) is None
        self.model[citizen_id] = Modelled(person=person, consents=set(consents))
        return citizen_id

    @rule(one=consumes(waiting))
    def comes_back(self, one: tuple[Joining, int, set[Consent]]) -> None:
        registration, person, _ = one
        try:
            citizen_id = registration.comes_back().citizen_id
        except (NoAccount, RegistrationOver):
            citizen_id = None
        if citizen_id is not None:
            assert citizen_id == self.account_of(person)
            assert self.house.phones_of(citizen_id) == 1

    @rule(minutes=st.sampled_from([1, 9, 11, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.house.clock.advance(60 * minutes)

    @rule(citizen=members, consent=st.sampled_from(list(Consent)))
    def consents(self, citizen: UUID, consent: Consent) -> None:
        self.house.consents.give(says(consent)[0], herself(citizen))
        self.model[citizen].consents.add(consent)

    @rule(citizen=members, consent=st.sampled_from([*Consent, None]))
    def withdraws(self, citizen: UUID, consent: Consent | None) -> None:
        self.house.consents.withdraw(consent, herself(citizen))
        self.model[citizen].consents -= set(Consent) if consent is None else {consent}

    @rule(citizen=members)
    def walks_home(self, citizen: UUID) -> None:
        try:
            self.house.walks(citizen)
        except ConsentMissing:
            assert not self.model[citizen].consents >= FOLLOWED
        except NoMemberAnyMore:
            assert self.model[citizen].gone
        else:
            assert self.model[citizen].consents >= FOLLOWED

    @rule(citizen=members, told=st.sampled_from(list(GuardiansTold)))
    def wants_them_told(self, citizen: UUID, told: GuardiansTold) -> None:
        self.house.settings.change(Settings(guardians_told=told), herself(citizen))
        self.model[citizen].told = told

    def _may_send(self, her: Modelled) -> bool:
        since = self.house.clock.now() - A_DAY
        return sum(one > since for one in her.sent_at) < 5

    def _sent(self, her: Modelled, guardian_id: UUID) -> None:
        now = self.house.clock.now()
        her.sent_at.append(now)
        her.codes[guardian_id] = (self.house.code_of(guardian_id), now + TEN_MINUTES, 5)

    @rule(target=guardians, citizen=members)
    def names_one(self, citizen: UUID):
        her = self.model[citizen]
        self.numbers += 1
        command = NameGuardian(name="보호자", phone=f"+8219{self.numbers:08d}")
        try:
            named = self.house.guardians.name(command, herself(citizen)).guardian_id
        except ConsentMissing:
            assert not her.consents >= NEEDED
        except GuardiansFull:
            assert len(her.guardians) == 5
        except CodesSpent:
            assert not self._may_send(her)
        else:
            assert len(her.guardians) < 5
            assert self._may_send(her)
            her.guardians[named] = False
            self._sent(her, named)
            return (citizen, named)
        return multiple()

    @rule(one=guardians)
    def asks_again(self, one: tuple[UUID, UUID]) -> None:
        citizen, guardian_id = one
        her = self.model[citizen]
        try:
            self.house.guardians.ask_again(guardian_id, herself(citizen))
        except ConsentMissing:
            assert not her.consents >= NEEDED
        except CodesSpent:
            assert not self._may_send(her)
        except GuardianUnknown:
            assert guardian_id not in her.guardians
        else:
            if not her.guardians[guardian_id]:
                self._sent(her, guardian_id)

    @rule(one=guardians, right=st.booleans())
    def says_a_code(self, one: tuple[UUID, UUID], right: bool) -> None:  # noqa: FBT001
        citizen, guardian_id = one
        her = self.model[citizen]
        code, until, tries = her.codes.get(guardian_id, ("", self.house.clock.now(), 0))
        said = code if right and code else "0000000000"
        try:
            self.house.says(citizen, guardian_id, said)
        except CodeWrong:
            assert said != code
            assert tries > 0
            her.codes[guardian_id] = (code, until, tries - 1)
        except CodeExpired:
            assert self.house.clock.now() >= until
        except CodeLocked:
            assert tries == 0
        except GuardianUnknown:
            assert guardian_id not in her.guardians
        else:
            assert her.guardians[guardian_id] or said == code
            her.guardians[guardian_id] = True

    @rule(one=guardians, herself_=st.booleans())
    def is_removed(self, one: tuple[UUID, UUID], herself_: bool) -> None:  # noqa: FBT001
        citizen, guardian_id = one
        her = self.model[citizen]
        if herself_:
            self.house.leaves(citizen, guardian_id)
        elif guardian_id in her.guardians:
            self.house.guardians.remove(guardian_id, herself(citizen))
        her.guardians.pop(guardian_id, None)
        her.codes.pop(guardian_id, None)

    @rule(citizen=members, alert=st.sampled_from([Alert.SIREN, Alert.SILENT]))
    def is_in_danger(self, citizen: UUID, alert: Alert) -> None:
        """She raises, it is accepted and ends; the timers have asked by then."""
        house, her = self.house, self.model[citizen]
        before = len(house.composed())
        trigger = f"t-{len(house.log.facts())}"
        report = house.trigger(
            sent(trigger, alert=alert), identity=phone(citizen), context=herself(citizen)
        ).report_id
        house.clock.advance(5)
        house.desk.window_elapsed(report, SYSTEM)
        for timer in [*house.log.timers.values()]:
            if timer.kind is TimerKind.GUARDIANS_TOLD and timer.aggregate_id == report:
                house.told.tell(report, SYSTEM)
        silent = house.report(report).is_silent
        wanted = her.told is GuardiansTold.ALWAYS or (
            her.told is GuardiansTold.UNLESS_SILENT and not silent
        )
        told = [one for one in house.composed()[before:] if one.about == report]
        known = {one.recipient_id for one in house.composed() if one.about == report}
        if not (wanted and her.consents >= NEEDED) or her.gone:
            assert told == []
        else:
            assert {one for one, confirmed in her.guardians.items() if confirmed} <= known

    @rule(citizen=members)
    def is_forgotten(self, citizen: UUID) -> None:
        """Unless an open case of hers holds it."""
        if self.model[citizen].gone:
            return
        try:
            self.house.forgets(citizen)
        except Held:
            assert self.house.is_busy(citizen)
        else:
            self.model[citizen].gone = True

    @invariant()
    def replay_agrees_with_the_model(self) -> None:
        for citizen, her in self.model.items():
            member = self.house.app.load(Member, citizen)
            assert {one.guardian_id: one.confirmed for one in member.guardians} == her.guardians
            assert len(member.guardians) <= 5
            assert set(member.consents) == her.consents

    @invariant()
    def nothing_that_needs_a_withdrawn_consent_goes_on(self) -> None:
        for citizen, her in self.model.items():
            if not her.consents >= FOLLOWED:
                assert self.house.open_sessions(citizen) == 0

    @invariant()
    def nobody_is_messaged_who_has_not_confirmed(self) -> None:
        """When a message is composed, and whenever it would be sent."""
        confirmed: set[UUID] = set()
        for fact in self.house.log.facts():
            match fact:
                case GuardianConfirmed():
                    confirmed.add(fact.guardian_id)
                case GuardianRemoved():
                    confirmed.discard(fact.guardian_id)
        for one in self.house.composed():
            if one.recipient_kind is RecipientKind.GUARDIAN:
                reached = self.house.number_of(one) is not None
                assert reached == (one.recipient_id in confirmed)
            elif one.recipient_kind is RecipientKind.GUARDIAN_CODE:
                assert self.house.number_of(one) is None or one.recipient_id not in confirmed

    @invariant()
    def a_person_has_one_account(self) -> None:
        open_accounts: dict[UUID, UUID] = {}
        for fact in self.house.log.facts():
            match fact:
                case AccountOpened():
                    assert fact.originator_id not in open_accounts
                    open_accounts[fact.originator_id] = fact.citizen_id
                case AccountClosed():
                    assert open_accounts.pop(fact.originator_id) == fact.citizen_id
                case Registered():
                    assert fact.person_id in open_accounts
        members = {citizen for citizen, her in self.model.items() if not her.gone}
        assert set(open_accounts.values()) == members


TestMembersLife = MembersLife.TestCase
TestMembersLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
