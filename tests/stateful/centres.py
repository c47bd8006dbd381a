"""Which centres may act on a report, by the facts alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.transferring import TransferAccepted
from domain.policy import EscalationLevel
from tests.memory import GANGDONG, SONGPA, MemoryLog

BOTH: Final = frozenset({GANGDONG, SONGPA})
"""Each is the other's only neighbour."""


@dataclass
class Centre:
    """The one that is responsible, and all that may act."""

    responsible: str = ""
    acting: set[str] = field(default_factory=set)
    in_window: bool = True
    ended: bool = False

    def follow(self, fact: Fact) -> None:
        match fact:
            case facts.Accepted():
                self.in_window = False
                self.acting = {self.responsible}
            case facts.Resolved() | facts.Cancelled():
                self.in_window, self.ended = False, True
            case facts.Reopened():
                self.ended = False
            case DuressSuspected() if self.ended:
                self.in_window, self.ended = True, False
            case facts.Escalated(level=EscalationLevel.NEIGHBOUR):
                self.acting |= BOTH
            case facts.Triggered() | facts.Joined():
                self._raised(fact.district)
            case Amended() if self.in_window:
                self._raised(fact.district)
            case TransferAccepted():
                self.responsible = fact.to_district
                self.acting.add(fact.to_district)

    def _raised(self, district: str) -> None:
        if self.in_window:
            self.acting.clear()
        self.responsible = district
        self.acting.add(district)


class Centres:
    """All reports', as far as the log goes."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._read: dict[UUID, int] = {}
        self._centres: dict[UUID, Centre] = {}

    def responsible(self, report_id: UUID) -> str:
        return self._of(report_id).responsible

    def acting(self, report_id: UUID) -> set[str]:
        return self._of(report_id).acting

    def _of(self, report_id: UUID) -> Centre:
        centre = self._centres.setdefault(report_id, Centre())
        told = self._log.facts(report_id)
        for fact in told[self._read.get(report_id, 0) :]:
            centre.follow(fact)
        self._read[report_id] = len(told)
        return centre
