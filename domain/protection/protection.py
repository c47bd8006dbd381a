"""One person who is watched over, from the enrolment to its end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from domain.base import Erased, applies
from domain.geography import DistrictCode
from domain.policy import Policy
from domain.protection import facts
from domain.protection.looking import Looking
from domain.protection.reading import Readable
from domain.protection.refusals import (
    DecisionMalformed,
    DecisionVerified,
    ExtensionsSpent,
    PeriodUnfit,
    ProtectionExpired,
)
from domain.protection.vocabulary import EndCause, Enroller, Measure

DECISION: Final = re.compile(r"(?=.*\d)[0-9A-Za-z가-힣 \-()./]{4,40}")
"""A number of a court or of the police, such as 2026초기1234: letters, digits, and no more."""


class Protection(Looking, Readable):
    """Most sensitive: nobody reads it but those whom its own facts name."""

    TOPIC = "protection"

    measure: Measure
    enroller: Enroller
    verified: bool
    decision_number: str | Erased
    begun_at: datetime
    ends_at: datetime
    extensions: int
    end_asked: bool
    ended: EndCause | None

    @classmethod
    def enroll(  # noqa: PLR0913 (who, by whom, why, how long)
        cls,
        *,
        protection_id: UUID,
        citizen_id: UUID,
        district: DistrictCode,
        enroller: Enroller,
        measure: Measure,
        decision_number: str,
        ends_at: datetime,
        at: datetime,
        policy: Policy,
    ) -> Self:
        """Watch over somebody from now on.

        Raises:
            DecisionMalformed: it has no number that could be one.
            PeriodUnfit: longer than the law lets such a measure last, or over already.
        """
        number = _numbered(decision_number)
        if not at < ends_at <= at + _longest(measure, policy):
            raise PeriodUnfit(ends_at.isoformat())
        return cls.begin(
            facts.Enrolled,
            id=protection_id,
            at=at,
            citizen_id=citizen_id,
            district=district,
            enroller=enroller,
            measure=measure,
            ends_at=ends_at,
            verified=enroller is Enroller.POLICE,
            decision_number=number,
        )

    def verify(self, *, staff_id: UUID, at: datetime) -> None:
        """Twice is once. Raises ProtectionExpired."""
        self._must_stand(at)
        if not self.verified:
            self.record(facts.Verified, at=at, staff_id=staff_id)

    def refute(self, *, staff_id: UUID, at: datetime) -> None:
        """The decision that a person named does not exist; twice is once.

        Raises:
            DecisionVerified: somebody has made sure that it does.
        """
        if self.verified:
            raise DecisionVerified(str(self.id))
        self.end(cause=EndCause.UNFOUNDED, staff_id=staff_id, at=at)

    def extend(
        self,
        *,
        enroller: Enroller,
        decision_number: str,
        ends_at: datetime,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Watch longer, by another decision; the same end once more changes nothing.

        Raises:
            ProtectionExpired: it is over, and must begin anew.
            ExtensionsSpent: it was extended as often as the law allows.
            PeriodUnfit: it would end earlier, or too late.
        """
        self._must_stand(at)
        number = _numbered(decision_number)
        if ends_at == self.ends_at:
            return
        if self.extensions >= policy.protection_extensions_max:
            raise ExtensionsSpent(str(self.id))
        if not self.ends_at < ends_at <= self.ends_at + _longest(self.measure, policy):
            raise PeriodUnfit(ends_at.isoformat())
        self.record(
            facts.Extended,
            at=at,
            citizen_id=self.citizen_id,
            enroller=enroller,
            ends_at=ends_at,
            decision_number=number,
        )

    def ask_end(self, *, at: datetime) -> None:
        """Her phone asks that it end; twice is once. Raises ProtectionExpired."""
        self._must_stand(at)
        if not self.end_asked:
            self.record(facts.EndAsked, at=at, citizen_id=self.citizen_id)

    def end(self, *, cause: EndCause, staff_id: UUID | None, at: datetime) -> None:
        """Watch no more; twice is once."""
        if self.ended is None:
            self.record(
                facts.Ended, at=at, citizen_id=self.citizen_id, cause=cause, staff_id=staff_id
            )

    def period_over(self, *, at: datetime) -> None:
        """Its last moment has come, unless it was extended meanwhile."""
        if at >= self.ends_at:
            self.end(cause=EndCause.EXPIRED, staff_id=None, at=at)

    def _stands(self, at: datetime) -> bool:
        return self.ended is None and at < self.ends_at

    def _must_stand(self, at: datetime) -> None:
        if not self._stands(at):
            raise ProtectionExpired(str(self.id))

    @applies(facts.Enrolled)
    def _enrolled(self, fact: facts.Enrolled) -> None:
        self.citizen_id = fact.citizen_id
        self.district = fact.district
        self.enroller = fact.enroller
        self.measure = fact.measure
        self.verified = fact.verified
        self.decision_number = fact.decision_number
        self.begun_at = fact.timestamp
        self.ends_at = fact.ends_at
        self.extensions = 0
        self.end_asked = False
        self.ended = None
        self.places = {}
        self.looks = {}
        self.looks_planned = 0
        self.assigned = frozenset()
        self.granted = frozenset()
        self.reports = frozenset()

    @applies(facts.Verified)
    def _verified(self, _fact: facts.Verified) -> None:
        self.verified = True

    @applies(facts.Extended)
    def _extended(self, fact: facts.Extended) -> None:
        self.ends_at = fact.ends_at
        self.decision_number = fact.decision_number
        self.extensions = self.extensions + 1

    @applies(facts.EndAsked)
    def _end_asked(self, _fact: facts.EndAsked) -> None:
        self.end_asked = True

    @applies(facts.Ended)
    def _ended(self, fact: facts.Ended) -> None:
        self.ended = fact.cause
        self.looks = {}
        self.assigned = frozenset()


def _numbered(number: str) -> str:
    said = number.strip()
    if DECISION.fullmatch(said) is None:
        raise DecisionMalformed("no number of a decision")
    return said


def _longest(measure: Measure, policy: Policy) -> timedelta:
    if measure is Measure.EMERGENCY:
        return timedelta(days=policy.protection_emergency_days)
    return timedelta(days=policy.protection_provisional_days)
