"""The desks by which citizens join, over twins, and how somebody goes through them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from application.context import Context, Principal
from application.device_desk import DeviceDesk
from application.forgetting_guardians import ForgettingDesk
from application.guardian_desk import GuardianDesk, NameGuardian, SayCode
from application.guardian_links import GuardianLinks
from application.guardians_told import GuardiansToldDesk
from application.identity_check import Identified, IdentityQuestion, PersonKeys
from application.joining_bounds import JoiningBounds
from application.member_desk import MemberReceipt
from application.registering import device_of
from application.registration_commands import (
    AskIdentity,
    BeginRegistration,
    ComeBack,
    CompleteRegistration,
    GiveConsent,
    TakeIdentity,
    TakeLegalGuardian,
)
from application.registration_desk import RegistrationDesk
from application.settings_desk import SettingsDesk
from application.tries import Doors
from domain.consents import Consent
from domain.device import Enrolled
from domain.identity import Applicant, IdentityTrouble, Person
from domain.member import Member
from domain.message import Composed
from domain.policy import Policy
from domain.roles import Role
from tests.application.forms_house import MemoryTries
from tests.application.house import CORRELATION, NOBODY, DeskHouse
from tests.signing_phone import SigningPhone

VERSION = Policy().terms_version
SEOYEON = Person(name="박서연", birth_date=date(1995, 3, 14), phone="+821022223333")
MOTHER = Person(name="최은정", birth_date=date(1980, 5, 1), phone="+821044445555")
CHILD = Person(name="박하늘", birth_date=date(2012, 2, 3), phone="+821066667777")
"""13 until the day after the tests' first moment."""


class IdentityTwin:
    """Knows whom the tests have let come back; asked twice the same, it answers the same."""

    def __init__(self) -> None:
        self.answers: dict[str, Identified | IdentityTrouble] = {}
        self.asked: list[IdentityQuestion] = []

    def typed(self, person: Person | IdentityTrouble) -> str:
        """The token of who typed that on the service's page."""
        token = f"token-{len(self.answers)}"
        self.answers[token] = (
            person
            if isinstance(person, IdentityTrouble)
            else Identified(
                ci=sha256(f"{person.name}{person.birth_date}".encode()).hexdigest(), person=person
            )
        )
        return token

    def close(self) -> None:
        """There is nothing to close."""

    def result(self, question: IdentityQuestion) -> Identified | IdentityTrouble:
        self.asked.append(question)
        return self.answers[question.token]


class LogPhones:
    """Every phone that ever spoke for a citizen."""

    def __init__(self, house: DeskHouse) -> None:
        self._house = house

    def devices_of(self, citizen_id: UUID) -> list[UUID]:
        return [
            fact.originator_id
            for fact in self._house.log.facts()
            if isinstance(fact, Enrolled) and fact.citizen_id == citizen_id
        ]


class KeysTwin:
    """Whose keys were destroyed."""

    def __init__(self) -> None:
        self.destroyed: list[UUID] = []

    def destroy_all(self, subjects: Iterable[UUID]) -> int:
        new = [one for one in subjects if one not in self.destroyed]
        self.destroyed += new
        return len(new)


class JoiningHouse(DeskHouse):
    """A house with a door for citizens."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.identity = IdentityTwin()
        self.keys = KeysTwin()
        self.tries = MemoryTries()
        super().__init__(policy)

    def restart(self) -> None:
        super().restart()
        desk = (self.app, self.clock, self.log)
        self.registrations = RegistrationDesk(
            *desk,
            secrets=self.secrets,
            policies=self.policy,
            identity=lambda: self.identity,
            person_keys=lambda: PersonKeys(b"a secret of persons"),
            bounds=JoiningBounds(
                Doors(self.tries, self.clock),
                policy=lambda: self.policy,
                person_keys=lambda: PersonKeys(b"a secret of persons"),
            ),
            phones=LogPhones(self),
        )
        self.settings = SettingsDesk(*desk)
        self.links = GuardianLinks(b"a secret of links", address="https://ansim.example")
        self.guardians = GuardianDesk(
            *desk, secrets=self.secrets, policies=self.policy, links=lambda: self.links
        )
        self.told = GuardiansToldDesk(*desk)
        self.forgetting = ForgettingDesk(*desk, keys=lambda: self.keys)
        self.devices = DeviceDesk(
            *desk, secrets=self.secrets, policies=self.policy, phones=LogPhones(self)
        )


def says(*consents: Consent) -> tuple[GiveConsent, ...]:
    return tuple(GiveConsent(consent=one, version=VERSION) for one in consents)


class Joining:
    """Somebody goes through the door, step by step."""

    def __init__(self, house: JoiningHouse, *consents: Consent) -> None:
        self.house = house
        self.desk = house.registrations
        receipt = self.desk.begin(BeginRegistration(), NOBODY)
        self.token = receipt.token
        self.id = receipt.aggregate_id
        self.key = SigningPhone(device_of(self.id))
        for one in says(*consents):
            self.desk.consent(self.id, one, NOBODY)

    def is_identified(self, person: Person | IdentityTrouble) -> None:
        check = self.desk.ask_identity(self.id, AskIdentity(), NOBODY)
        came = TakeIdentity(check_id=check.check_id, token=self.house.identity.typed(person))
        self.desk.take_identity(self.id, came, NOBODY)

    def is_spoken_for(self, person: Person | IdentityTrouble, *consents: Consent) -> None:
        asked = AskIdentity(of=Applicant.LEGAL_GUARDIAN)
        check = self.desk.ask_identity(self.id, asked, NOBODY)
        came = TakeLegalGuardian(
            check_id=check.check_id,
            token=self.house.identity.typed(person),
            consents=says(*consents),
        )
        self.desk.take_legal_guardian(self.id, came, NOBODY)

    def completes(self, *, lives_in_seoul: bool = True) -> MemberReceipt:
        command = CompleteRegistration(
            lives_in_seoul=lives_in_seoul, public_key=self.key.public_key, proof=self.key.proof
        )
        return self.desk.complete(self.id, command, NOBODY)

    def comes_back(self) -> MemberReceipt:
        command = ComeBack(public_key=self.key.public_key, proof=self.key.proof)
        return self.desk.come_back(self.id, command, NOBODY)


def joined(house: JoiningHouse, person: Person = SEOYEON) -> MemberReceipt:
    """Somebody of age, who consents to everything."""
    joining = Joining(house, *Consent)
    joining.is_identified(person)
    return joining.completes()


def herself(citizen_id: UUID) -> Context:
    """What she asks for by her phone."""
    principal = Principal(id=str(citizen_id), role=Role.CITIZEN)
    return Context(principal=principal, correlation_id=CORRELATION)


def someone(number: int) -> Person:
    """One of many, always the same."""
    name = uuid5(CORRELATION, str(number)).hex[:12]
    return Person(name=name, birth_date=date(1990, 1, 1), phone=f"+8210{number:08d}")


class Guarded:
    """A member who names guardians."""

    def __init__(self, house: JoiningHouse, person: Person = SEOYEON) -> None:
        self.house = house
        self.id = joined(house, person).citizen_id
        self.context = herself(self.id)

    @property
    def member(self) -> Member:
        return self.house.app.load(Member, self.id)

    def names(self, number: int = 1, **changes: Any) -> UUID:
        said = {"name": f"보호자 {number}", "phone": f"+8210777700{number:02d}"} | changes
        return self.house.guardians.name(NameGuardian(**said), self.context).guardian_id

    def code_of(self, guardian_id: UUID) -> str:
        """What the guardian reads on her phone: the message's words, as they are sent."""
        [*_, message] = [one for one in self.messages() if one.recipient_id == guardian_id]
        number = int(message.words["number"])
        return self.house.links.code(guardian_id, number, digits=6)

    def messages(self) -> list[Composed]:
        return [one for one in self.house.log.facts() if isinstance(one, Composed)]

    def says(self, guardian_id: UUID, code: str) -> bool:
        return self.house.guardians.confirm(guardian_id, SayCode(code=code), self.context).confirmed

    def confirmed(self, number: int = 1, **changes: Any) -> UUID:
        guardian_id = self.names(number, **changes)
        self.says(guardian_id, self.code_of(guardian_id))
        return guardian_id
