"""What a member's life may be: a model small enough to be obviously right, and its steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from application.consent_desk import ConsentDesk
from application.consents import Stops, must_be_followed
from application.erasure_commands import ConfirmErasure, RequestErasure
from application.erasure_desk import ErasureDesk
from application.guardian_desk import SayCode
from application.guardian_links import GuardianRole, Link
from application.messaging import numbers_of_members
from application.obstacles import guards_of
from application.safe_return import Receipt
from domain.base import Aggregate
from domain.consents import Consent
from domain.device import Device
from domain.erasure import ErasureReason
from domain.member import Member
from domain.message import Composed, Message, RecipientKind
from domain.preferences import GuardiansTold
from domain.roles import Role
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from tests.application.house import NOBODY, SYSTEM, asked_by
from tests.application.joining import Joining, JoiningHouse, LogPhones, herself

SUPERVISOR: Final = asked_by(Role.SUPERVISOR, "park", "11740")
ADMINISTRATOR: Final = asked_by(Role.ADMINISTRATOR, "choi")
NEEDED: Final = frozenset({Consent.TERMS, Consent.PERSONAL_DATA})
AN_HOUR: Final = timedelta(hours=1)
FOLLOWED: Final = frozenset(Consent)


@dataclass
class Modelled:
    """All that the model knows of one member."""

    person: int
    consents: set[Consent]
    guardians: dict[UUID, bool] = field(default_factory=dict)
    """Whether each has confirmed."""
    codes: dict[UUID, tuple[str, datetime, int]] = field(default_factory=dict)
    """The code that is out, until when, and how many tries it still bears."""
    sent_at: list[datetime] = field(default_factory=list)
    told: GuardiansTold = GuardiansTold.NEVER
    gone: bool = False


@dataclass
class Checks:
    """When each person's number was confirmed; so many may be within an hour."""

    at_most: int
    at: dict[int, list[datetime]] = field(default_factory=dict)

    def may(self, person: int, now: datetime) -> bool:
        return sum(one > now - AN_HOUR for one in self.at.get(person, [])) < self.at_most

    def took(self, person: int, now: datetime) -> None:
        self.at.setdefault(person, []).append(now)


class MembersHouse(JoiningHouse):
    """A house whose sessions end with the consents that they need."""

    def restart(self) -> None:
        super().restart()
        self.consents = ConsentDesk(
            self.app,
            self.clock,
            self.log,
            policies=self.policy,
            stops=Stops(not_served=(self.stop,), not_followed=(self.stop,)),
        )
        self.erasures = ErasureDesk(self.app, self.clock, self.log, traces=LogPhones(self))  # type: ignore[arg-type] - of traces it has what is asked
        self.numbers = numbers_of_members(self.app)

    def stop(self, citizen_id: UUID, at: datetime) -> Iterable[Aggregate]:
        """As a desk of sessions does it."""
        guard = self.app.find(SessionGuard, SessionGuard.create_id(citizen_id))
        for _, session_id in guard.sessions if guard else ():
            guard.close(session_id=session_id, at=at)  # type: ignore[union-attr] - looped over
        return [guard] if guard is not None else []

    def walks(self, citizen_id: UUID) -> None:
        """A session begins that needs her position; raises ConsentMissing."""
        at = self.clock.now()
        must_be_followed(self.app.load(Member, citizen_id))
        found = self.app.find(SessionGuard, SessionGuard.create_id(citizen_id))
        guard = found or SessionGuard.begin_for(citizen_id, at=at)
        guard.open(kind=SessionKind.MONITORING, session_id=SessionGuard.create_id(guard.id), at=at)
        self.app.commit([guard], context=SYSTEM, receipt=Receipt(aggregate_id=guard.id))

    def open_sessions(self, citizen_id: UUID) -> int:
        guard = self.app.find(SessionGuard, SessionGuard.create_id(citizen_id))
        return len(guard.sessions) if guard else 0

    def phones_of(self, citizen_id: UUID) -> int:
        """How many speak for her."""
        known = LogPhones(self).devices_of(citizen_id)
        return sum(not self.app.load(Device, one).revoked for one in known)

    def is_busy(self, citizen_id: UUID) -> bool:
        """Whether a report or a session of hers is open."""
        guards = guards_of(self.app, citizen_id)
        return bool(self.open_sessions(citizen_id) or any(one.open_reports for one in guards))

    def forgets(self, citizen_id: UUID) -> None:
        """By two persons' word."""
        asked = self.erasures.request(
            RequestErasure(subject=citizen_id, reason=ErasureReason.REQUESTED, text="by letter"),
            SUPERVISOR,
        )
        self.erasures.confirm(ConfirmErasure(erasure_id=asked.aggregate_id), ADMINISTRATOR)

    def composed(self) -> list[Composed]:
        return [one for one in self.log.facts() if isinstance(one, Composed)]

    def number_of(self, composed: Composed) -> str | None:
        """Where a message would go that is sent now."""
        message = self.app.load(Message, composed.originator_id)
        return self.numbers[composed.recipient_kind](message)

    def code_of(self, guardian_id: UUID) -> str:
        """As the guardian's phone shows the last one."""
        number = [
            int(one.words["number"])
            for one in self.composed()
            if one.recipient_kind is RecipientKind.GUARDIAN_CODE and one.recipient_id == guardian_id
        ][-1]
        return self.links.code(guardian_id, number, digits=6)

    def says(self, citizen_id: UUID, guardian_id: UUID, code: str) -> None:
        self.guardians.confirm(guardian_id, SayCode(code=code), herself(citizen_id))

    def leaves(self, citizen_id: UUID, guardian_id: UUID) -> None:
        """The guardian, by her link."""
        link = Link(GuardianRole.GUARDIAN, citizen_id, guardian_id)
        self.guardians.leave(self.links.read(self.links.token(link)), NOBODY)


def joining(house: MembersHouse, consents: Iterable[Consent]) -> Joining:
    return Joining(house, *consents)
