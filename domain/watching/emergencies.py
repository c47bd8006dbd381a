"""A session knows of its citizen's emergency report, and the report of her sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple
from uuid import UUID

from domain.base import Aggregate, Fact, applies

if TYPE_CHECKING:
    from datetime import datetime


class EmergencyRaised(Fact):
    """The citizen's report was accepted while the session was open."""

    report_id: UUID


class EmergencyEnded(Fact):
    """That report is over; the session goes on."""

    report_id: UUID


class EmergencyFacts(NamedTuple):
    """A service's own."""

    raised: type[EmergencyRaised]
    ended: type[EmergencyEnded]


class Endangered(Aggregate):
    """Whoever inherits names its facts as ``EMERGENCY_FACTS``, and says when it is ``over``."""

    EMERGENCY_FACTS: ClassVar[EmergencyFacts]

    reports: tuple[UUID, ...] = ()
    """The citizen's open reports, oldest first."""

    @property
    def over(self) -> bool:
        """Whether the session has ended, however."""
        raise NotImplementedError

    def emergency_raised(self, *, report_id: UUID, at: datetime) -> None:
        """A report of the citizen's is open; known already, or over: nothing."""
        if not self.over and report_id not in self.reports:
            self.record(self.EMERGENCY_FACTS.raised, at=at, report_id=report_id)

    def emergency_ended(self, *, report_id: UUID, at: datetime) -> None:
        """The report is over; never known of, or the session is over too: nothing."""
        if not self.over and report_id in self.reports:
            self.record(self.EMERGENCY_FACTS.ended, at=at, report_id=report_id)

    @applies(EmergencyRaised)
    def _emergency_raised(self, fact: EmergencyRaised) -> None:
        self.reports = (*self.reports, fact.report_id)

    @applies(EmergencyEnded)
    def _emergency_ended(self, fact: EmergencyEnded) -> None:
        self.reports = tuple(one for one in self.reports if one != fact.report_id)
